"""Decisions as the register sealed them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.handover import rules
from lms.handover.models import Decision
from lms.register.bindings import Binding, Source


def _decisions(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    for decision in db.scalars(select(Decision).where(Decision.leaf_seq.in_(seqs))):
        yield Binding(
            seq=decision.leaf_seq,
            said={
                "subject_id": decision.id,
                "actor_id": decision.decided_by,
                "at": decision.decided_at,
                "meaning": rules.meaning(
                    decision.kind, decision.panel_id, decision.standard_id, decision.standard_version
                ),
            },
            payload=rules.payload(decision),
        )


def _subjects(person_id: uuid.UUID) -> Select[uuid.UUID]:
    return select(Decision.id).where(Decision.person_id == person_id)


SOURCES = (Source("decision", select(Decision.leaf_seq), _decisions, _subjects),)
