"""Practice from before: brought in by its person, shown as theirs, never evidence."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import insert_once
from lms.core.errors import Invalid, NotFound
from lms.core.phrases import duration
from lms.practice.earlier_reading import Earlier
from lms.practice.models import EarlierSession
from lms.practice.waiting import PAGE

MOST_KEPT = 10_000
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Sum:
    """How much somebody brought in."""

    rows: int
    minutes: int


def scope(actor: Actor) -> Select[EarlierSession]:
    """One's own rows."""
    return select(EarlierSession).where(EarlierSession.person_id == actor.person_id)


def page_of(db: Session, actor: Actor, page: int) -> Sequence[EarlierSession]:
    """A page of one's own rows, latest first."""
    latest = scope(actor).order_by(EarlierSession.held_on.desc(), EarlierSession.id.desc())
    return db.scalars(latest.offset((page - 1) * PAGE).limit(PAGE)).all()


def sum_of(db: Session, person_id: uuid.UUID) -> Sum:
    """All a person brought in, for callers who hold the id by scope."""
    totals = select(func.count(), func.coalesce(func.sum(EarlierSession.minutes), 0))
    rows, minutes = db.execute(totals.where(EarlierSession.person_id == person_id)).one()
    return Sum(rows, int(minutes))


def earlier_words(db: Session, person_id: uuid.UUID, name: str) -> str:
    """The one line about it beside what counts, empty where there is nothing."""
    total = sum_of(db, person_id)
    said = f"Earlier practice: {duration(total.minutes)}, brought in by {name}, not signed here. It is no evidence."
    return said if total.rows else ""


def there_already(db: Session, actor: Actor) -> frozenset[str]:
    """What one's own rows are known by."""
    return frozenset(db.scalars(scope(actor).with_only_columns(EarlierSession.digest)))


def bring_in(db: Session, actor: Actor, rows: Mapping[str, Earlier], file_name: str) -> int:
    """Keep the rows that are not there yet; returns how many. Raises Invalid when they would be too many."""
    there = there_already(db, actor)
    fresh = {digest: row for digest, row in rows.items() if digest not in there}
    if len(there) + len(fresh) > MOST_KEPT:
        raise Invalid({"file": f"With these you would have more than {MOST_KEPT:,} rows. Bring in fewer."})
    same = {"person_id": actor.person_id, "file_name": file_name, "brought_at": clock.now()}
    return sum(
        insert_once(
            db,
            EarlierSession,
            **same,
            digest=digest,
            held_on=row.held_on,
            until=row.until,
            minutes=row.minutes,
            kind=row.kind,
            role=row.role,
            people=row.people,
        )
        for digest, row in fresh.items()
    )


def remove(db: Session, actor: Actor, earlier_id: uuid.UUID) -> None:
    """Take one of one's own rows away. Raises NotFound."""
    found = db.scalar(scope(actor).where(EarlierSession.id == earlier_id))
    if found is None:
        raise NotFound
    db.delete(found)
