"""On which days a certificate stood: from its issue to its last day, without those on which it was withheld."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.ladder import ALONE
from lms.certificates import steps
from lms.certificates.history import Happened, State
from lms.certificates.models import Certificate, Step
from lms.core import clock, settings
from lms.core.stretches import FOREVER, Stretch, later, without


@dataclass(frozen=True, slots=True)
class Stood:
    """A certificate that entrusts its holder to lead alone, and the days on which it could be relied on.

    `decided` tells one that was issued on a decision from one that renews another.
    """

    id: uuid.UUID
    organisation_id: uuid.UUID
    person_id: uuid.UUID
    since: date
    last_day: date
    decided: bool
    days: tuple[Stretch, ...]


def stood(db: Session, people: Collection[uuid.UUID]) -> list[Stood]:
    """Every certificate of these people, in one query."""
    columns = (
        Certificate.id, Certificate.organisation_id, Certificate.person_id, Certificate.issued_on,
        Certificate.issued_at, Certificate.valid_until, Certificate.decision_id,
    )  # fmt: skip
    chosen = (
        select(Step, *columns)
        .select_from(Certificate)
        .outerjoin(Step, Step.certificate_id == Certificate.id)
        .where(Certificate.person_id.in_(people), Certificate.level >= ALONE)
        .order_by(Certificate.id, Step.leaf_seq)
    )
    happened: dict[uuid.UUID, list[Step]] = defaultdict(list)
    rows: dict[uuid.UUID, Any] = {}
    for row in db.execute(chosen):
        rows[row.id] = row
        happened[row.id] += [row.Step] if row.Step is not None else []
    return [_stood(row, happened[own]) for own, row in rows.items()]


def _stood(row: Any, happened: Iterable[Step]) -> Stood:
    known = max(row.issued_on, _day(row.issued_at))
    days = without(known, later(row.valid_until, 1), withheld(happened))
    return Stood(
        row.id, row.organisation_id, row.person_id, known, row.valid_until, row.decision_id is not None, tuple(days)
    )


def withheld(happened: Iterable[Happened]) -> list[Stretch]:
    """The days on which a certificate was withdrawn or suspended, by its steps in order. A day is told as it ended."""
    found: list[Stretch] = []
    state, since = State(), FOREVER
    for step in happened:
        after = state.after(step)
        if after.withheld and not state.withheld:
            since = _day(step.done_at)
        elif state.withheld and not after.withheld:
            found.append((since, _day(step.done_at)))
        state = after
    return [*found, (since, FOREVER)] if state.withheld else found


def _day(instant: datetime) -> date:
    return clock.day_of(instant, settings.current().time_zone)


def certified_lately(db: Session, organisation_id: uuid.UUID, since: date, on: date) -> dict[uuid.UUID, date]:
    """Who of an organisation was certified on a decision since a day, and when, by certificates that stand today."""
    chosen = select(Certificate.person_id, Certificate.issued_on).where(
        Certificate.organisation_id == organisation_id,
        Certificate.level >= ALONE,
        Certificate.decision_id.is_not(None),
        Certificate.issued_on >= since,
        Certificate.issued_on <= on,
        Certificate.valid_until >= on,
        ~steps.is_withheld(Certificate.id),
    )
    return {row[0]: row[1] for row in db.execute(chosen.order_by(Certificate.issued_on))}
