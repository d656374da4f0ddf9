"""Pages of nominations: a manager names somebody, an administrator of the provider says yes or no."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from assessments import ladder
from assessments.standards import get_standard
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, Invalid
from lms.core.forms import Reader, identity_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.learning import enrolling, nominating
from lms.learning.models import Nomination
from lms.learning.nominating import Named
from lms.learning.people_views import LONGEST_REASON, REACHED, awards
from lms.learning.stopping_views import pages
from lms.people import invitations, provisions
from lms.people import service as people
from lms.people.models import Invitation
from lms.people.rules import EMAIL_LENGTH, NAME_LENGTH, is_address

__all__ = ["pages"]


@pages.get("/nominations")
@requires(Role.MANAGER, Role.ADMINISTRATOR)
def nominations() -> ResponseReturnValue:
    """Where each nomination is, what waits first."""
    found = nominating.list_nominations(reading(), actor())
    return render_template(
        "learning/nominations.html",
        nominations=[(each, unit, _stands(each, invited)) for each, unit, invited in found],
        waiting=sum(each.decided_at is None for each, _, _ in found),
        names=people.names_of(reading(), {each.nominated_by for each, _, _ in found}),
        titles={rung.id: get_standard(rung.id).title for rung in ladder.RUNGS},
        providers=dict(provisions.offered(reading(), actor(), actor().organisations(Role.MANAGER))),
        current="people",
    )


@pages.get("/nominations/new")
@requires(Role.MANAGER)
def nominate() -> ResponseReturnValue:
    """Whom one nominates, for what, and why."""
    given = {"unit": request.args.get("unit", ""), "award": enrolling.STANDARD, "key": str(uuid.uuid4())}
    return _form(given)


@pages.post("/nominations/new")
@requires(Role.MANAGER)
def nominate_now() -> ResponseReturnValue:
    """Send it to the provider."""
    try:
        named = _read()
        with transaction() as db:
            made = nominating.nominate(db, actor(), identity_of(request.form) or uuid.uuid4(), named)
    except Invalid as error:
        return _form(request.form, error.fields), 422
    flash(f"{made.name} is nominated. You read here what became of it, and get a letter.")
    return redirect(url_for("learning.nominations"), 303)


@pages.get("/nominations/<uuid:nomination_id>")
@requires(Role.MANAGER, Role.ADMINISTRATOR)
def nomination(nomination_id: uuid.UUID) -> ResponseReturnValue:
    """One of them: to read, and for an administrator to answer."""
    return _page(nomination_id, {})


@pages.post("/nominations/<uuid:nomination_id>/accept")
@requires(Role.ADMINISTRATOR)
def accept_nomination(nomination_id: uuid.UUID) -> ResponseReturnValue:
    """Give the place."""
    reader, reached = Reader(request.form), current_app.extensions[REACHED]
    nominating.get_nomination(reading(), actor(), nomination_id)
    trainer = reader.identity("trainer", enrolling.TRAINER_MISSING)
    because = reader.text("because", None, LONGEST_REASON)
    try:
        reader.check()
        with transaction() as db:
            made = nominating.accept(db, actor(), nomination_id, trainer or uuid.UUID(int=0), because, reached)
    except Invalid as error:
        return _page(nomination_id, request.form, error.fields)
    except Conflict as error:
        return _page(nomination_id, request.form, conflict=error.sentence)
    invited = "A letter with the invitation is on its way." if made.invitation_id else "The training begins today."
    flash(f"{made.name} has the place. {invited}")
    return redirect(url_for("learning.nominations"), 303)


@pages.post("/nominations/<uuid:nomination_id>/decline")
@requires(Role.ADMINISTRATOR)
def decline_nomination(nomination_id: uuid.UUID) -> ResponseReturnValue:
    """Say no, and why."""
    reader = Reader(request.form)
    nominating.get_nomination(reading(), actor(), nomination_id)
    because = reader.text("declined", nominating.NO_BECAUSE, LONGEST_REASON)
    try:
        reader.check()
        with transaction() as db:
            made = nominating.decline(db, actor(), nomination_id, because)
    except Invalid as error:
        return _page(nomination_id, request.form, error.fields)
    except Conflict as error:
        return _page(nomination_id, request.form, conflict=error.sentence)
    flash(f"It is declined. Whoever named {made.name} gets a letter with your reason.")
    return redirect(url_for("learning.nominations"), 303)


def _form(form: Mapping[str, str], errors: Mapping[str, str] | None = None) -> str:
    db, who = reading(), actor()
    units = nominating.units_of(db, who)
    return render_template(
        "learning/nominate.html",
        units=[(str(each.id), each.name) for each in units],
        awards=awards(ladder.RUNGS),
        providers=[(str(own), name) for own, name in provisions.offered(db, who, who.organisations(Role.MANAGER))],
        form={name: form.get(name, "") for name in ("key", "name", "email", "unit", "award", "provider", "why")},
        errors=errors or {},
        current="people",
    )


def _read() -> Named:
    """What was typed. Raises Invalid."""
    reader = Reader(request.form)
    name = reader.name("name", "Write their name.", NAME_LENGTH)
    email = reader.line("email", "Write their e-mail address.", EMAIL_LENGTH)
    if email and not is_address(email):
        reader.wrong("email", "Write the whole address, with an @ in it.")
    unit = reader.identity("unit", nominating.NOT_YOURS)
    award = reader.choice("award", tuple(rung.id for rung in ladder.RUNGS), enrolling.AWARD_MISSING)
    why = reader.text("why", nominating.NO_WHY, nominating.LONGEST_WHY)
    reader.check()
    return Named(name, email, unit or uuid.UUID(int=0), award, why, identity_of(request.form, "provider"))


def _page(
    nomination_id: uuid.UUID, form: Mapping[str, str], errors: Mapping[str, str] | None = None, conflict: str = ""
) -> ResponseReturnValue:
    db, who = reading(), actor()
    found = nominating.get_nomination(db, who, nomination_id)
    decides = found.decided_at is None and nominating.may_decide(db, who, found)
    trainers = invitations.list_trainers(db, [found.provider_id]) if decides else ()
    page = render_template(
        "learning/nomination.html",
        nomination=found,
        unit=people.list_units(db, ids=[found.unit_id])[0],
        names=people.names_of(db, [found.nominated_by, found.decided_by]),
        award=get_standard(found.standard_id).title,
        stands=_stands(found, db.get(Invitation, found.invitation_id) if found.invitation_id else None),
        decides=decides,
        early=_early(db, who, found) if decides else "",
        trainers=[(str(person), name) for person, name, _ in trainers],
        form={"trainer": "", "because": "", "declined": ""} | dict(form),
        errors=errors or {},
        conflict=conflict,
        current="people",
    )
    return page, 409 if conflict else 422 if errors else 200


def _early(db: Session, who: Actor, found: Nomination) -> str:
    """What comes before this award and is not reached, where it may be begun early all the same."""
    provider = found.provider_id
    person = invitations.find_looked_after(db, who, found.email)
    held = current_app.extensions[REACHED](db, person.id, provider) if person and provider else ()
    return ladder.what_lacks(found.standard_id, held, found.name.split()[0])


def _stands(found: Nomination, invited: Invitation | None) -> str:
    """Where it is, in two or three words."""
    if found.decided_at is None:
        return "Waits for an answer"
    if not found.accepted:
        return "Declined"
    return "Invited" if invited is not None and invited.accepted_at is None else "In training"
