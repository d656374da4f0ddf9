"""That two accounts are one person, as the register sealed it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from lms.people.same_models import SamePerson
from lms.register.bindings import Binding, Source
from lms.same import rules


def _said(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    for each in db.scalars(select(SamePerson).where(SamePerson.leaf_seq.in_(seqs))):
        yield Binding(
            seq=each.leaf_seq,
            said={
                "subject_id": each.former_id,
                "actor_id": each.kept_id,
                "at": each.said_at,
                "meaning": rules.MEANING,
                "authenticated_by": each.authenticated_by,
            },
            payload=rules.payload(each),
        )


def _subjects(person_id: uuid.UUID) -> Select[uuid.UUID]:
    """The entry is about the former account; both find it in their record."""
    return select(SamePerson.former_id).where(or_(SamePerson.former_id == person_id, SamePerson.kept_id == person_id))


SOURCES = (Source(rules.KIND, select(SamePerson.leaf_seq), _said, _subjects),)
