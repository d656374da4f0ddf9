"""Asking an organisation without names: the slips and the rule of circles’ surveys, for whoever manages it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.surveys import SURVEYS
from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.site_days import day_of, today
from lms.people import places
from lms.people.managed import all_managed, managed
from lms.takeover import surveying
from lms.takeover.survey_models import CircleSurvey

LIFE = timedelta(days=28)
FEWEST_SLIPS, MOST_SLIPS = 8, 200
KINDS = {key: each for key, each in SURVEYS.items() if each.of_organisation}
AGAIN = {"openness": timedelta(days=182), "members": timedelta(days=91)}
NUMBER = f"Write how many slips you hand out, from {FEWEST_SLIPS} to {MOST_SLIPS}."


def list_surveys(db: Session, actor: Actor, wanted: uuid.UUID | None = None) -> Sequence[CircleSurvey]:
    """What an organisation the actor manages was asked, newest first; without `wanted` the first. Raises NotFound."""
    chosen = select(CircleSurvey).where(CircleSurvey.organisation_id == managed(actor, wanted).id)
    return db.scalars(chosen.order_by(CircleSurvey.opened_at.desc(), CircleSurvey.id.desc())).all()


def next_on(surveys: Sequence[CircleSurvey]) -> dict[str, date | None]:
    """From which day each sheet is asked again: half a year on, or a quarter. None while it is out; today at first."""
    found: dict[str, date | None] = dict.fromkeys(KINDS, today())
    for each in reversed(surveys):
        found[each.kind] = None if each.closed_at is None else day_of(each.opened_at) + AGAIN[each.kind]
    return found


def ask(
    db: Session, actor: Actor, kind: str, slips: int, key: uuid.UUID, wanted: uuid.UUID | None = None
) -> tuple[CircleSurvey, list[str]]:
    """Open a survey; returns a code for each slip, which nobody can read again. Raises NotFound, Conflict, Invalid."""
    here = managed(actor, wanted).id
    places.hold(db, here)
    if kind not in KINDS:
        raise Invalid({"kind": "Choose what you want to ask."})
    if not FEWEST_SLIPS <= slips <= MOST_SLIPS:
        raise Invalid({"slips": NUMBER})
    surveying.check_new(db, actor, key)
    if any(each.closed_at is None and each.kind == kind for each in list_surveys(db, actor, here)):
        raise Conflict("Slips of this sheet are out. Close it before you hand out others.")
    made = CircleSurvey(
        organisation_id=here,
        key=key,
        kind=kind,
        asked=slips,
        opened_by=actor.person_id,
        opened_at=clock.now(),
        until=today() + LIFE,
    )
    return made, surveying.hand_out(db, made)


def end_overdue(db: Session) -> None:
    """End what organisations were asked and nobody closed: its slips open nothing any more."""
    over = select(CircleSurvey).where(
        CircleSurvey.organisation_id.is_not(None), CircleSurvey.closed_at.is_(None), CircleSurvey.until < today()
    )
    for each in db.scalars(over.with_for_update()):
        surveying.end(db, each)


def close(db: Session, actor: Actor, survey_id: uuid.UUID) -> uuid.UUID:
    """End one: its answers wait for the end of the quarter, and what fewer than four said goes. Raises NotFound.

    Returns whose it is.
    """
    mine = {each.id for each in all_managed(actor)}
    chosen = select(CircleSurvey).where(CircleSurvey.id == survey_id, CircleSurvey.organisation_id.in_(mine))
    found = db.scalar(chosen.with_for_update())
    if found is None or found.organisation_id is None:
        raise NotFound
    surveying.end(db, found)
    return found.organisation_id
