"""Rating an invented evening by the rubric: kept once, laid beside the key."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assessments import cases
from assessments.cases import Case, Rated, RowApart
from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import insert_once
from lms.core.errors import NotFound
from lms.exercises.models import CaseRating

Levels = Mapping[str, int | None]


def scope(actor: Actor) -> Select[CaseRating]:
    """Nobody sees a rating but whoever rated."""
    return select(CaseRating).where(CaseRating.person_id == actor.person_id)


def get_case(case_id: str) -> Case:
    """Raises NotFound."""
    found = cases.current().get(case_id)
    if found is None:
        raise NotFound
    return found


def list_mine(db: Session, actor: Actor) -> Sequence[CaseRating]:
    """Every rating of the actor in the order in which they were given."""
    return db.scalars(scope(actor).order_by(CaseRating.rated_at, CaseRating.id)).all()


def get_mine(db: Session, actor: Actor, rating_id: uuid.UUID) -> CaseRating:
    """A rating of the actor. Raises NotFound."""
    found = db.scalar(scope(actor).where(CaseRating.id == rating_id))
    if found is None:
        raise NotFound
    return found


def keep(db: Session, actor: Actor, case: Case, rating_id: uuid.UUID, levels: Levels) -> CaseRating:
    """Keep a rating with the key it stands beside. The same form sent twice is one, and the first one stands.

    Raises NotFound where the id is somebody else’s.
    """
    insert_once(
        db,
        CaseRating,
        id=rating_id,
        person_id=actor.person_id,
        case_id=case.id,
        content_hash=case.content_hash,
        levels=dict(levels),
        key=dict(case.levels),
        rated_at=clock.now(),
    )
    return get_mine(db, actor, rating_id)


def rated_of(row: CaseRating) -> Rated:
    """A rating beside the key as it was that day, whatever has become of the case."""
    return Rated(tuple(RowApart(name, level, row.levels.get(name)) for name, level in row.key.items()))


def next_for(db: Session, actor: Actor) -> str | None:
    """The case that the actor has not rated yet."""
    return cases.next_to_rate(cases.current(), [each.case_id for each in list_mine(db, actor)])
