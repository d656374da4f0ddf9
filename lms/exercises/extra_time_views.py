"""The page on which somebody who trains people grants one of them extra time for timed tests."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.actor import Role
from lms.core.errors import Conflict, Invalid
from lms.core.forms import Reader, identity_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.exercises import extra_time
from lms.exercises.extra_time import MOST_MINUTES, SHARES, Much
from lms.exercises.knowledge_views import pages
from lms.people import service as people

__all__ = ["pages"]

MINUTES = "minutes"
CHOICES = [*((str(share), f"{share}\u00a0% more", "") for share in SHARES), (MINUTES, "So many minutes more", "")]


@pages.get("/people/<uuid:person_id>/extra-time")
@requires(Role.TRAINER, Role.ADMINISTRATOR)
def extra(person_id: uuid.UUID) -> ResponseReturnValue:
    """What somebody has, and granting it."""
    return _page(person_id, {}, {})


@pages.post("/people/<uuid:person_id>/extra-time")
@requires(Role.TRAINER, Role.ADMINISTRATOR)
def grant_extra(person_id: uuid.UUID) -> ResponseReturnValue:
    """Grant it."""
    who = actor()
    extra_time.get_learner(reading(), who, person_id)
    try:
        much = _read(request.form)
        with transaction() as db:
            extra_time.grant(db, who, person_id, much, identity_of(request.form) or uuid.uuid4())
    except Invalid as error:
        return _page(person_id, request.form, error.fields, status=422)
    except Conflict as error:
        return _page(person_id, request.form, {}, told=error.sentence, status=409)
    flash(f"Granted: {much.in_words}. It counts for every timed test that is begun from now on.")
    return redirect(url_for("exercises.extra", person_id=person_id), 303)


@pages.post("/people/<uuid:person_id>/extra-time/<uuid:grant_id>/withdraw")
@requires(Role.TRAINER, Role.ADMINISTRATOR)
def withdraw_extra(person_id: uuid.UUID, grant_id: uuid.UUID) -> ResponseReturnValue:
    """Withdraw it."""
    with transaction() as db:
        extra_time.withdraw(db, actor(), person_id, grant_id)
    flash("Withdrawn. A test that was begun with it keeps its minutes.")
    return redirect(url_for("exercises.extra", person_id=person_id), 303)


def _page(
    person_id: uuid.UUID, form: Mapping[str, str], errors: Mapping[str, str], told: str = "", status: int = 200
) -> ResponseReturnValue:
    db, who = reading(), actor()
    learner = extra_time.get_learner(db, who, person_id)
    granted = extra_time.list_granted(db, learner)
    page = render_template(
        "exercises/extra.html",
        current="people_ready",
        person_id=person_id,
        name=people.names_of(db, [person_id])[person_id],
        now_granted=next((each for each in granted if each.row.withdrawn_at is None), None),
        before=[each for each in granted if each.row.withdrawn_at is not None],
        is_own=person_id == who.person_id,
        own=extra_time.OWN,
        choices_of=CHOICES,
        key=identity_of(form) or uuid.uuid4(),
        form=form,
        errors=errors,
        told=told,
    )
    return page, status


def _read(form: Mapping[str, str]) -> Much:
    """How much more. Raises Invalid."""
    reader = Reader(form)
    chosen = reader.choice("much", tuple(each[0] for each in CHOICES), "Choose how much more time.")
    minutes = None
    if chosen == MINUTES:
        sentence = f"Write the minutes as a whole number, {MOST_MINUTES} at most."
        minutes = reader.number("minutes", 1, MOST_MINUTES, sentence)
    reader.check()
    return Much(minutes=minutes) if minutes else Much(percent=int(chosen))
