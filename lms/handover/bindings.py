"""Decisions and concerns as the register sealed them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator

from sqlalchemy import Select, false, select
from sqlalchemy.orm import Session

from lms.handover import rules
from lms.handover.models import Decision, SafetyConcern
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


def _opened(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    for row in db.scalars(select(SafetyConcern).where(SafetyConcern.opened_seq.in_(seqs))):
        yield _concern(row, "opened", row.opened_seq, row.opened_by, row.opened_at, row.opened_proof)


def _settled(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    for row in db.scalars(select(SafetyConcern).where(SafetyConcern.settled_seq.in_(seqs))):
        yield _concern(row, "settled", row.settled_seq or 0, row.settled_by, row.settled_at, row.settled_proof)


def _concern(row: SafetyConcern, what: str, seq: int, by: object, at: object, proof: str) -> Binding:
    said = {
        "subject_id": row.id,
        "actor_id": by,
        "at": at,
        "meaning": rules.CONCERN_MEANINGS[what],
        "authenticated_by": proof,
    }
    return Binding(seq=seq, said=said, payload=rules.concern_payload(row, what))


def _untold(_person_id: uuid.UUID) -> Select[uuid.UUID]:
    """Whom a concern is about is told in person, and finds no entry of it in their record."""
    return select(SafetyConcern.id).where(false())


SOURCES = (
    Source("decision", select(Decision.leaf_seq), _decisions, _subjects),
    Source(rules.CONCERN_KINDS["opened"], select(SafetyConcern.opened_seq.label("leaf_seq")), _opened, _untold),
    Source(
        rules.CONCERN_KINDS["settled"],
        select(SafetyConcern.settled_seq.label("leaf_seq")).where(SafetyConcern.settled_seq.is_not(None)),
        _settled,
        _untold,
    ),
)
