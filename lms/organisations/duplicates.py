"""Who might stand on an organisation’s list twice. It only says so: people decide."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.site_days import today
from lms.organisations import likeness
from lms.people.models import Unit
from lms.people.place_models import Post, StaffMember
from lms.people.places import running

MOST = 100
MOST_POSTS = 50_000  # are compared for one page


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries that may be one person, where, and why we ask."""

    ids: tuple[uuid.UUID, uuid.UUID]
    names: tuple[str, str]
    emails: tuple[str, str]
    unit: str
    why: str


def find(db: Session, organisation_id: uuid.UUID) -> list[Pair]:
    """The first hundred pairs of one unit each. For callers who hold the organisation through a scope."""
    asked = (
        select(Unit.id, Unit.name, StaffMember.name, StaffMember.email, StaffMember.id)
        .join(Post, Post.unit_id == Unit.id)
        .join(StaffMember, StaffMember.id == Post.staff_id)
        .where(StaffMember.organisation_id == organisation_id, *running(Post, today()))
        .distinct()
        .order_by(Unit.name, Unit.id, StaffMember.name, StaffMember.email)
        .limit(MOST_POSTS)
    )
    rows = [Row(*each) for each in db.execute(asked)]
    return list(islice(_pairs(rows), MOST))


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody in a unit."""

    unit_id: uuid.UUID
    unit: str
    name: str
    email: str
    id: uuid.UUID


def _pairs(rows: Iterable[Row]) -> Iterator[Pair]:
    for _, group in groupby(rows, key=lambda row: row.unit_id):
        people = list(group)
        for at, place, why in likeness.pairs([(each.name, each.email) for each in people]):
            one, other = people[at], people[place]
            yield Pair((one.id, other.id), (one.name, other.name), (one.email, other.email), one.unit, why)
