"""Signatures, and what made some of them count no more, as the register sealed them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from functools import partial
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from lms.practice import dispute_bindings, dispute_rules, own_figure, rules
from lms.practice.assurance import payload_of, tier_of
from lms.practice.models import PracticeEvent, PracticeSession, Signature
from lms.practice.observer_models import ObserverLink
from lms.register.bindings import Binding, Source

_VOIDS = and_(PracticeEvent.signature_id == Signature.id, PracticeEvent.kept.is_not(None))


def _signatures(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    """A signature that stands is about the session as it is now; one that was voided, about what was kept of it."""
    chosen = select(Signature, PracticeSession, PracticeEvent, ObserverLink)
    chosen = chosen.join(PracticeSession, PracticeSession.id == Signature.session_id).outerjoin(PracticeEvent, _VOIDS)
    chosen = chosen.outerjoin(ObserverLink, ObserverLink.signature_id == Signature.id)
    rubric_id = rules.rubric().id
    for signature, session, voiding, link in db.execute(chosen.where(Signature.leaf_seq.in_(seqs))):
        tier = tier_of(signature.authenticated_by)
        read = voiding.kept or {} if voiding else rules.read_by(tier, session)
        checks = {
            "the session’s version": read.get("version") == signature.session_version,
            "the session’s state": voiding is not None or tier == "link" or session.state == "signed",
            "how sure it is who signed": signature.tier == tier,
            "whom it is about": read.get("person_id") == str(signature.person_id),
            "whether it counts": signature.voided_at == (voiding.at if voiding else None),
        }
        yield Binding(
            seq=signature.leaf_seq,
            said={
                "subject_id": session.id,
                "actor_id": signature.signer_id,
                "at": signature.signed_at,
                "meaning": signature.meaning,
                "authenticated_by": signature.authenticated_by,
            },
            payload=rules.payload_for_register(signature, rubric_id) | (payload_of(link) if link else {}),
            read=read,
            checks=checks,
        )


def _voidings(kind: str, db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    chosen = select(PracticeEvent, Signature).join(Signature, Signature.id == PracticeEvent.signature_id)
    for event, signature in db.execute(chosen.where(PracticeEvent.leaf_seq.in_(seqs), PracticeEvent.kind == kind)):
        read = event.kept or {}
        signed = read.get("version", 0)
        checks = {
            "the session’s version": event.version == (signed + 1 if kind == "corrected" else signed),
            "whom it is about": read.get("person_id") == str(event.person_id),
        }
        yield Binding(
            seq=event.leaf_seq or 0,  # it has one: that is how it was found
            said={
                "subject_id": event.session_id,
                "actor_id": event.actor_id,
                "at": event.at,
                "meaning": rules.VOIDING[kind],
            },
            payload=rules.payload_for_voiding(signature.id, signature.digest, signature.leaf_seq, event.reason),
            read=read,
            checks=checks,
        )


def _sessions(person_id: uuid.UUID) -> Select[uuid.UUID]:
    return select(PracticeSession.id).where(PracticeSession.person_id == person_id)


def _entries(kind: str) -> Select[Any]:
    return select(PracticeEvent.leaf_seq).where(PracticeEvent.kind == kind)


SOURCES = (
    Source("signature", select(Signature.leaf_seq), _signatures, _sessions),
    *(Source(f"signature {kind}", _entries(kind), partial(_voidings, kind), _sessions) for kind in rules.VOIDING),
    Source(dispute_rules.DECIDED, dispute_bindings.SEQS, dispute_bindings.decisions, _sessions),
    *own_figure.SOURCES,
)
