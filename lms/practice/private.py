"""What a trainer writes about a session for nobody but themself. It is sealed, shown, sent and exported nowhere."""

from __future__ import annotations

import uuid

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.core.actor import Actor
from lms.practice.models import PracticeSession, TrainerNote


def find_note(db: Session, actor: Actor, session_id: uuid.UUID) -> str:
    """What the actor noted about a session; nobody else's notes are found."""
    mine = (TrainerNote.session_id == session_id) & (TrainerNote.author_id == actor.person_id)
    return db.scalar(select(TrainerNote.text).where(mine)) or ""


def keep_note(db: Session, actor: Actor, session: PracticeSession, text: str | None) -> None:
    """Put these words in the place of the actor's earlier ones; None leaves them as they are.

    The caller holds the session's lock, so that one author's notes are one row.
    """
    if text is None:
        return
    mine = (TrainerNote.session_id == session.id) & (TrainerNote.author_id == actor.person_id)
    db.execute(delete(TrainerNote).where(mine))
    if text:
        db.add(TrainerNote(session_id=session.id, person_id=session.person_id, author_id=actor.person_id, text=text))
        db.flush()
