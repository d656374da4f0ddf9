"""Checks a day later as the register sealed them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.delayed import rules
from lms.delayed.models import DelayedAnswer, DelayedTry
from lms.register.bindings import Binding, Source


def _judged(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    rows = db.scalars(select(DelayedTry).where(DelayedTry.leaf_seq.in_(seqs))).all()
    answers: dict[uuid.UUID, dict[str, str]] = defaultdict(dict)
    for each in db.scalars(select(DelayedAnswer).where(DelayedAnswer.try_id.in_([row.id for row in rows]))):
        answers[each.try_id][each.task_id] = each.answer
    for row in rows:
        yield Binding(
            seq=row.leaf_seq or 0,  # it has one: that is how it was found
            said={
                "subject_id": row.id,
                "actor_id": row.judged_by,
                "at": row.judged_at,
                "meaning": rules.MEANING,
                "authenticated_by": row.authenticated_by,
            },
            payload=rules.payload(row, answers[row.id], row.verdicts or {}, held=bool(row.held)),
        )


def _subjects(person_id: uuid.UUID) -> Select[uuid.UUID]:
    return select(DelayedTry.id).where(DelayedTry.person_id == person_id)


_SEQS = select(DelayedTry.leaf_seq).where(DelayedTry.leaf_seq.is_not(None))
SOURCES = (Source(rules.KIND, _SEQS, _judged, _subjects),)
