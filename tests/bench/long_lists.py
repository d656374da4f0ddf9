"""Lists that grew for years: ten thousand sessions wait for the demo's trainer, two thousand of them one person's."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.db import new_id
from lms.core.unit import Database
from lms.groups.models import PeerGroup
from lms.people.models import Membership, Person
from lms.practice.models import PracticeSession

OTHERS, EACH, OWN = 400, 20, 2_000


def fill(database: Database, trainer: uuid.UUID, like: uuid.UUID) -> uuid.UUID:
    """Write them up; returns the person with the long list of their own, a trainee where `like` is one."""
    with database.transaction() as db:
        circles = db.scalars(select(PeerGroup.id).where(PeerGroup.trainer_id == trainer).order_by(PeerGroup.id)).all()
        people = [Person(name=f"Trainee {n}", email=f"trainee-{n}@bench.example") for n in range(OTHERS + 1)]
        db.add_all(people)
        db.flush()
        own = people.pop()
        _member(db, own.id, like)
        rows = [
            row
            for place, person in enumerate(people)
            for row in _sessions(person.id, circles[place % len(circles)], trainer, EACH, 7, OWN)
        ]
        rows += _sessions(own.id, circles[0], trainer, OWN, 1, 0)
        db.execute(insert(PracticeSession), rows)
        made = own.id
        if database.engine.dialect.name == "postgresql":
            db.execute(text("ANALYZE"))  # as it does by itself within a minute
    return made


def _member(db: Session, person_id: uuid.UUID, like: uuid.UUID) -> None:
    theirs = db.scalars(select(Membership).where(Membership.person_id == like, Membership.ended_on.is_(None))).first()
    assert theirs is not None
    db.add(
        Membership(
            person_id=person_id,
            organisation_id=theirs.organisation_id,
            role=theirs.role,
            started_on=theirs.started_on,
            provider_id=theirs.provider_id,
        )
    )


def _sessions(
    person_id: uuid.UUID, group_id: uuid.UUID, trainer_id: uuid.UUID, many: int, days: int, older: int
) -> Iterator[dict[str, Any]]:
    """One every so many days, the latest sent `older` minutes ago, the others a minute apart before it."""
    now, today = clock.now(), clock.today()
    for place in range(1, many + 1):
        yield {
            "id": new_id(), "person_id": person_id, "group_id": group_id, "trainer_id": trainer_id, "state": "waiting",
            "held_on": today - timedelta(days=days * place), "minutes": 60, "role": "beside", "phases": {}, "open": 3,
            "closed": 1, "leading": 0, "advice": 0, "own_ratings": {}, "keep": "I waited.",
            "submitted_at": now - timedelta(minutes=older + place),
        }  # fmt: skip
