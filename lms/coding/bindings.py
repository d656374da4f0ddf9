"""Results of coding as the register sealed them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.coding import rules
from lms.coding.models import CodingResult
from lms.groups.models import PeerGroup
from lms.register.bindings import Binding, Source


def _results(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    for result in db.scalars(select(CodingResult).where(CodingResult.leaf_seq.in_(seqs))):
        yield Binding(
            seq=result.leaf_seq,
            said={
                "subject_id": result.group_id,
                "actor_id": result.signed_by,
                "at": result.signed_at,
                "meaning": rules.MEANING,
                "authenticated_by": result.signed_proof,
            },
            payload=rules.payload(result),
        )


def _subjects(person_id: uuid.UUID) -> Select[uuid.UUID]:
    """A result is about a circle: whoever facilitates it finds it in their record."""
    return select(PeerGroup.id).where(PeerGroup.facilitator_id == person_id)


SOURCES = (Source("coding", select(CodingResult.leaf_seq), _results, _subjects),)
