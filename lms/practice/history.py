"""What happened to a session: written once with the act itself, read newest first."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.practice.models import Dispute, PracticeEvent, PracticeReturn, PracticeSession, Signature, TrainerNote
from lms.practice.rows import Happening
from lms.register.models import Leaf


def note(
    db: Session,
    actor: Actor,
    session: PracticeSession,
    kind: str,
    *,
    reason: str = "",
    signature: Signature | None = None,
    kept: Mapping[str, Any] | None = None,
    leaf: Leaf | None = None,
) -> PracticeEvent:
    """Write down what the actor does to a session, in the transaction that does it, with its entry in the register."""
    event = PracticeEvent(
        session_id=session.id,
        person_id=session.person_id,
        version=session.version,
        kind=kind,
        actor_id=actor.person_id,
        at=leaf.at if leaf else clock.now(),
        reason=reason,
        signature_id=signature.id if signature else None,
        kept=dict(kept) if kept else None,
        leaf_seq=leaf.seq if leaf else None,
    )
    db.add(event)
    db.flush()
    return event


def happened(db: Session, session_id: uuid.UUID, reader_id: uuid.UUID) -> tuple[tuple[Happening, ...], str]:
    """Everything that happened to a session the caller holds through a scope, oldest first, in one query.

    With it comes what the reader noted about the session for themself: their own notes, nobody else's.
    """
    returned = and_(
        PracticeEvent.kind == "returned",
        PracticeReturn.session_id == PracticeEvent.session_id,
        PracticeReturn.version == PracticeEvent.version,
        PracticeReturn.returned_by == PracticeEvent.actor_id,
    )
    noted = and_(TrainerNote.session_id == PracticeEvent.session_id, TrainerNote.author_id == reader_id)
    found = db.execute(
        select(PracticeEvent, Signature, PracticeReturn, Dispute, TrainerNote.text)
        .outerjoin(Signature, Signature.id == PracticeEvent.signature_id)
        .outerjoin(PracticeReturn, returned)
        .outerjoin(Dispute, Dispute.opened_id == PracticeEvent.id)
        .outerjoin(TrainerNote, noted)
        .where(PracticeEvent.session_id == session_id)
        .order_by(PracticeEvent.at, PracticeEvent.id)
    ).all()
    told = tuple(Happening(event, signature, back, dispute) for event, signature, back, dispute, _ in found)
    return told, next((note for *_, note in found if note), "")
