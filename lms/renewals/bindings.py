"""Decisions on renewals as the register sealed them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.certificates.models import Certificate
from lms.register.bindings import Binding, Source
from lms.renewals import rules
from lms.renewals.models import Renewal


def _decided(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    chosen = select(Renewal, Certificate.digest).join(Certificate, Certificate.id == Renewal.certificate_id)
    for row, digest in db.execute(chosen.where(Renewal.leaf_seq.in_(seqs))):
        if row.leaf_seq is None or row.decided_at is None:
            continue
        yield Binding(
            seq=row.leaf_seq,
            said={"subject_id": row.certificate_id, "actor_id": row.decided_by, "meaning": rules.MEANING},
            payload=rules.payload(digest, row.sent_at, row.decided_at, row.judged or {}),
        )


def _subjects(person_id: uuid.UUID) -> Select[uuid.UUID]:
    return select(Certificate.id).where(Certificate.person_id == person_id)


_SEQS = select(Renewal.leaf_seq).where(Renewal.leaf_seq.is_not(None))
SOURCES = (Source("renewal decided", _SEQS, _decided, _subjects),)
