"""What a trainer writes about a session for nobody but themself. It is sealed, shown, sent and exported nowhere."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.core.actor import Actor
from lms.practice.models import PracticeSession, TrainerNote


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
