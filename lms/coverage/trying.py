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
from lms.people import same
from lms.people.models import Person
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
    """What would be otherwise on the day of a report of today, in two queries, or three."""
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
    rounds = led.led_lately(db, own, select(Person.id).where(same.is_of_any(Person.id, there)), first)
    fresh = standing.certified_lately(db, own, first, found.on)
    counted = {each.person_id for each in found.held}
    one = same.kept(db, (rounds.keys() | fresh.keys()) - counted)  # nobody is counted by an earlier account
    theirs = dict[uuid.UUID, Practised]()
    for account in rounds.keys() | fresh.keys():
        lately, who = rounds.get(account), one.get(account, account)
        with_it = Practised(lately.rounds if lately else 0, lately.last_on if lately else None, fresh.get(account))
        theirs[who] = theirs.get(who, Practised()).together(with_it)
    return theirs
