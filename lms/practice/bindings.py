"""Signatures as the register sealed them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.practice import rules
from lms.practice.models import PracticeSession, Signature
from lms.register.bindings import Binding, Source


def _signatures(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    chosen = select(Signature, PracticeSession).join(PracticeSession, PracticeSession.id == Signature.session_id)
    rubric_id = rules.rubric().id
    for signature, session in db.execute(chosen.where(Signature.leaf_seq.in_(seqs))):
        checks = {"version": session.version == signature.session_version, "state": session.state == "signed"}
        yield Binding(
            seq=signature.leaf_seq,
            said={
                "subject_id": session.id,
                "actor_id": signature.signer_id,
                "at": signature.signed_at,
                "meaning": signature.meaning,
                "authenticated_by": signature.authenticated_by,
            },
            payload=rules.payload_for_register(signature, rubric_id),
            read=rules.payload_for_signature(session),
            unsound=tuple(f"the session’s {name}" for name, holds in checks.items() if not holds),
        )


def _sessions(person_id: uuid.UUID) -> Select[uuid.UUID]:
    return select(PracticeSession.id).where(PracticeSession.person_id == person_id)


SOURCES = (Source("signature", Signature.leaf_seq, _signatures, _sessions),)
