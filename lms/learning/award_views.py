"""The page on which somebody who learns here moves on to the next award."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments.ladder import RUNGS, lacking
from assessments.standards import get_standard
from lms.core import web
from lms.core.actor import Role
from lms.core.errors import Invalid
from lms.core.forms import Reader
from lms.core.unit import reading, transaction
from lms.learning import enrolling, moving_on
from lms.learning.moving_on import Choice, Mover
from lms.learning.people_views import LONGEST_REASON, REACHED, awards
from lms.learning.views import pages
from lms.people import invitations
from lms.people import service as people

__all__ = ["pages"]
Trainers = list[tuple[str, str]]


@pages.get("/people/<uuid:membership_id>/award")
@web.requires(Role.ADMINISTRATOR, Role.MANAGER)
def award(membership_id: uuid.UUID) -> ResponseReturnValue:
    """What somebody was and is trained towards, and what may come next."""
    return _award(membership_id, {}, {})


@pages.post("/people/<uuid:membership_id>/award")
@web.requires(Role.ADMINISTRATOR, Role.MANAGER)
def move_on(membership_id: uuid.UUID) -> ResponseReturnValue:
    """Begin the training towards it."""
    actor, reached = web.actor(), current_app.extensions[REACHED]
    mover = moving_on.get_mover(reading(), actor, membership_id, reached)
    try:
        chosen = _read(_trainers(mover))
        with transaction() as db:
            made = moving_on.move_on(db, actor, membership_id, chosen, reached)
    except Invalid as error:
        return _award(membership_id, request.form, error.fields)
    flash(
        f"{mover.name} is in training for “{get_standard(made.standard_id).title}”. What came before stays on record."
    )
    return redirect(url_for("learning.award", membership_id=membership_id), 303)


def _award(membership_id: uuid.UUID, form: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    mover = moving_on.get_mover(reading(), web.actor(), membership_id, current_app.extensions[REACHED])
    last = mover.trainings[-1] if mover.trainings else None
    names = people.names_of(reading(), {each.trainer_id for each in mover.trainings})
    filled = {"award": "", "because": "", "trainer": str(last.trainer_id) if last else ""} | dict(form)
    page = render_template(
        "learning/award.html",
        current="people",
        mover=mover,
        first=mover.name.split()[0],
        titles={each.standard_id: get_standard(each.standard_id).title for each in mover.trainings},
        names=names,
        awards=awards(mover.rungs),
        trainers=_trainers(mover),
        early=any(rung.early and lacking(rung.id, mover.reached) for rung in mover.rungs),
        form=filled,
        errors=errors,
    )
    return page, 422 if errors else 200


def _trainers(mover: Mover) -> Trainers:
    found = invitations.list_trainers(reading(), [mover.provider_id])
    return [(str(person), name) for person, name, _ in found if person != mover.membership.person_id]


def _read(trainers: Trainers) -> Choice:
    """What was chosen. Raises Invalid."""
    reader = Reader(request.form)
    chosen = reader.choice("award", tuple(rung.id for rung in RUNGS), enrolling.AWARD_MISSING)
    trainer = reader.choice("trainer", tuple(each[0] for each in trainers), enrolling.TRAINER_MISSING)
    because = reader.text("because", None, LONGEST_REASON)
    reader.check()
    return Choice(chosen, uuid.UUID(trainer), because)
