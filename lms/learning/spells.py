"""On which days somebody was in training: a training may end and be gone on with, and a past day stays as it was."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.ladder import leads_alone
from lms.core import clock
from lms.core.stretches import FOREVER
from lms.learning.models import Enrolment, EnrolmentGap


@dataclass(frozen=True, slots=True)
class Spell:
    """Somebody was in training towards leading alone, in an organisation, from a day until a day."""

    organisation_id: uuid.UUID
    person_id: uuid.UUID
    since: date
    until: date


def go_on(db: Session, enrolment: Enrolment, organisation_id: uuid.UUID | None = None) -> None:
    """A training that may have ended runs again from today, perhaps in another organisation."""
    today, was = clock.today(), enrolment.organisation_id
    ended = min(enrolment.ended_on or today, today)
    if ended < today or was != (organisation_id or was):
        db.add(EnrolmentGap(enrolment_id=enrolment.id, organisation_id=was, started_on=ended, ended_on=today))
    enrolment.ended_on, enrolment.rests = None, False


def spells_of(db: Session, people: Collection[uuid.UUID]) -> list[Spell]:
    """When each of these people was in training towards leading alone, in one query."""
    chosen = (
        select(Enrolment, EnrolmentGap)
        .outerjoin(EnrolmentGap, EnrolmentGap.enrolment_id == Enrolment.id)
        .where(Enrolment.person_id.in_(people), Enrolment.standard_id.in_(leads_alone()))
        .order_by(EnrolmentGap.ended_on, EnrolmentGap.id)
    )
    gaps: dict[Enrolment, list[EnrolmentGap]] = defaultdict(list)
    for enrolment, gap in db.execute(chosen):
        gaps[enrolment] += [gap] if gap is not None else []
    return [spell for enrolment, missing in gaps.items() for spell in _spells(enrolment, missing)]


def _spells(enrolment: Enrolment, gaps: Collection[EnrolmentGap]) -> list[Spell]:
    who, since, found = enrolment.person_id, enrolment.started_on, []
    for gap in gaps:
        found.append(Spell(gap.organisation_id, who, since, gap.started_on))
        since = gap.ended_on
    found.append(Spell(enrolment.organisation_id, who, since, enrolment.ended_on or FOREVER))
    return [each for each in found if each.since < each.until]
