"""Results of coding as the register sealed them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from functools import partial

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from lms.coding import rules
from lms.coding.models import CodingResult
from lms.groups.models import PeerGroup
from lms.people.models import Person
from lms.register.bindings import Binding, Source

OF_CIRCLES, OF_PEOPLE = CodingResult.person_id.is_(None), CodingResult.person_id.is_not(None)


def _results(db: Session, seqs: Collection[int], *, among: ColumnElement[bool]) -> Iterator[Binding]:
    for result in db.scalars(select(CodingResult).where(CodingResult.leaf_seq.in_(seqs), among)):
        yield Binding(
            seq=result.leaf_seq,
            said={
                "subject_id": result.person_id or result.group_id,
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


def _own(person_id: uuid.UUID) -> Select[uuid.UUID]:
    """A result of somebody's own turns is about them."""
    return select(Person.id).where(Person.id == person_id)


_seqs = select(CodingResult.leaf_seq)
SOURCES = (
    Source("coding", _seqs.where(OF_CIRCLES), partial(_results, among=OF_CIRCLES), _subjects),
    Source("own turns", _seqs.where(OF_PEOPLE), partial(_results, among=OF_PEOPLE), _own),
)
