"""Trying another meaning of covered: what it would change today. Nothing is written."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates import standing
from lms.coverage.changes import Change, Practised, as_if, changes
from lms.coverage.meaning import Meaning, since
from lms.coverage.models import CoverSpan
from lms.coverage.rules import Cover, Held, UnitFacts, cover
from lms.coverage.service import Report
from lms.coverage.spans import TRAINING
from lms.practice import led


@dataclass(frozen=True, slots=True)
class Tried:
    """An organisation's cover as it is, and as it would be."""

    meaning: Meaning
    before: Cover
    after: Cover
    changes: tuple[Change, ...]
    switched: tuple[Held, ...]  # who would be active and is not, or the other way round, as they would be


def would_be(db: Session, found: Report, meaning: Meaning) -> Tried:
    """What would be otherwise on the day of a report of today, in two queries."""
    practised = _practised(db, found, meaning)
    held = as_if(found.held, practised, meaning)
    units = [UnitFacts(each.id, each.name, each.headcount) for each in found.cover.units]
    after = cover(units, held, found.training, found.on, meaning)
    switched = tuple(new for old, new in zip(found.held, held, strict=True) if old.active != new.active)
    differing = changes(found.cover, after, switched, practised, meaning)
    return Tried(meaning, found.cover, after, tuple(differing), switched)


def _practised(db: Session, found: Report, meaning: Meaning) -> dict[uuid.UUID, Practised]:
    own, first = found.organisation_id, since(found.on, meaning.days)
    there = select(CoverSpan.person_id).where(
        CoverSpan.organisation_id == own,
        CoverSpan.until_on > found.on,
        CoverSpan.from_on <= found.on,
        CoverSpan.kind != TRAINING,
        ~CoverSpan.ahead,
    )
    rounds = led.led_lately(db, own, there, first)
    fresh = standing.certified_lately(db, own, first, found.on)
    return {
        who: Practised(
            rounds[who].rounds if who in rounds else 0, rounds[who].last_on if who in rounds else None, fresh.get(who)
        )
        for who in rounds.keys() | fresh.keys()
    }
