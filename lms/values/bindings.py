"""Judged dilemmas as the register sealed them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assessments.dilemmas import get_dilemmas, is_right
from lms.register.bindings import Binding, Source
from lms.values.judging import KIND, MEANING, payload, there
from lms.values.written_models import DilemmaAnswer


def _judged(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    for answer in db.scalars(select(DilemmaAnswer).where(DilemmaAnswer.leaf_seq.in_(seqs))):
        if answer.leaf_seq is None:
            continue
        yield Binding(
            seq=answer.leaf_seq,
            said={
                "subject_id": answer.id,
                "actor_id": answer.judged_by,
                "at": answer.judged_at,
                "meaning": MEANING,
                "authenticated_by": answer.authenticated_by,
            },
            payload=payload(answer, answer.marks, answer.is_right, answer.judged_by),
            checks={"what follows from its five parts": _follows(answer)},
        )


def _follows(answer: DilemmaAnswer) -> bool:
    """Whether the result is the one that its marks give under the text they were given under."""
    pack = get_dilemmas(answer.pack_version)
    dilemma = pack.find(answer.dilemma)
    same = dilemma is not None and pack.content_hash == answer.pack_hash
    return same and dilemma is not None and is_right(pack, dilemma, there(answer)) == answer.is_right


def _subjects(person_id: uuid.UUID) -> Select[uuid.UUID]:
    return select(DilemmaAnswer.id).where(DilemmaAnswer.person_id == person_id)


_SEQS = select(DilemmaAnswer.leaf_seq).where(DilemmaAnswer.leaf_seq.is_not(None))
SOURCES = (Source(KIND, _SEQS, _judged, _subjects),)
