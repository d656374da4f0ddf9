"""When a trainer is away: said by the trainer, kept afterwards, and ended early by who comes back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.core import clock, jobs, settings
from lms.core.actor import Actor
from lms.core.db import insert_once
from lms.core.errors import Invalid, NotFound
from lms.core.phrases import day
from lms.practice.models import Absence

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Away:
    """The first and the last day somebody is not there."""

    starts_on: date
    ends_on: date


def scope(actor: Actor) -> Select[Absence]:
    """A trainer's own absences; nobody else's."""
    return select(Absence).where(Absence.person_id == actor.person_id)


def away_on(today: date) -> Select[uuid.UUID]:
    """The ids of everybody who is away that day."""
    return select(Absence.person_id).where(Absence.starts_on <= today, Absence.ends_on >= today)


def list_absences(db: Session, actor: Actor) -> Sequence[Absence]:
    """The actor's absences, those past as well, latest first."""
    return db.scalars(scope(actor).order_by(Absence.starts_on.desc())).all()


def be_away(db: Session, actor: Actor, away: Away) -> None:
    """Say when one is away. Whatever waits is offered to others as soon as it begins. Said twice, it is one absence.

    Raises Invalid.
    """
    today = clock.today(settings.current().time_zone)
    wrong = _fault(away, today)
    if wrong:
        raise Invalid(wrong)
    overlaps = scope(actor).where(Absence.starts_on <= away.ends_on, Absence.ends_on >= away.starts_on)
    standing = db.scalar(overlaps.order_by(Absence.starts_on).limit(1))
    if standing is not None and (standing.starts_on, standing.ends_on) == (away.starts_on, away.ends_on):
        return
    days = {"person_id": actor.person_id, "starts_on": away.starts_on, "ends_on": away.ends_on}
    if standing is not None or not insert_once(db, Absence, **days):
        raise Invalid({"starts_on": _taken(standing or away)})
    if away.starts_on <= today:
        jobs.enqueue(db, "ask_backup")


def come_back(db: Session, actor: Actor, absence_id: uuid.UUID) -> None:
    """End an absence today. One that has not had a whole day yet never was; one that is over stays. Raises NotFound."""
    absence = db.scalar(scope(actor).where(Absence.id == absence_id))
    if absence is None:
        raise NotFound
    today = clock.today(settings.current().time_zone)
    if absence.starts_on >= today:
        db.delete(absence)
    elif absence.ends_on >= today:
        absence.ends_on = today - timedelta(days=1)


def _fault(away: Away, today: date) -> dict[str, str]:
    if away.ends_on < away.starts_on:
        return {"ends_on": "The last day is before the first. Enter the last day you are away, or the same day twice."}
    if away.ends_on < today:
        return {"ends_on": "Those days are over. Enter days from today on."}
    if (
        away.starts_on < today - LONGEST
        or away.ends_on > today + 2 * LONGEST
        or away.ends_on - away.starts_on > LONGEST
    ):
        return {"ends_on": "That is longer than a year. Enter the months you know of; you can add more later."}
    return {}


def _taken(standing: Absence | Away) -> str:
    said = f"You are away from {day(standing.starts_on)} to {day(standing.ends_on)} already."
    return f"{said} End that absence first, or enter other days."
