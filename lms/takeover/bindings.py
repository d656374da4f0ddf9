"""Moves of the stool as the register sealed them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.groups.models import PeerGroup
from lms.register.bindings import Binding, Source
from lms.takeover import rules
from lms.takeover.models import StageMove


def _moves(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    for move in db.scalars(select(StageMove).where(StageMove.leaf_seq.in_(seqs))):
        yield Binding(
            seq=move.leaf_seq,
            said={
                "subject_id": move.group_id,
                "actor_id": move.decided_by,
                "at": move.decided_at,
                "meaning": rules.meaning(move.from_stage, move.to_stage),
            },
            payload=rules.payload(move),
        )


def _subjects(person_id: uuid.UUID) -> Select[uuid.UUID]:
    """Moves are about a circle: whoever facilitates it finds them in their record."""
    return select(PeerGroup.id).where(PeerGroup.facilitator_id == person_id)


SOURCES = (Source("stage", select(StageMove.leaf_seq), _moves, _subjects),)
