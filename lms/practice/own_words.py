"""What somebody wrote about practice and may look for again: their own write-ups, and what they noted for themself."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import and_, false, select, true, union_all
from sqlalchemy.orm import Session

from lms.core.actor import Actor
from lms.practice import access
from lms.practice.models import PracticeSession, TrainerNote

MOST = 2_000  # the newest


class Written(NamedTuple):
    """The words of one session: of whoever held it or, where it is not their own, what its reader noted."""

    session_id: uuid.UUID
    held_on: date
    text: str
    own: bool


def own_words(db: Session, actor: Actor) -> Sequence[Written]:
    """What the actor wrote, the newest sessions first, in one query.

    A note is left out when its writer may read the session no more. What others wrote is never among it.
    """
    mine = (TrainerNote.session_id == PracticeSession.id) & (TrainerNote.author_id == actor.person_id)
    about = (PracticeSession.id, PracticeSession.held_on)
    kept = PracticeSession.keep + "\n" + PracticeSession.differently
    held = access.scope(actor).where(PracticeSession.person_id == actor.person_id)
    noted = access.scope(actor).join(TrainerNote, and_(mine, PracticeSession.person_id != actor.person_id))
    found = union_all(
        held.with_only_columns(*about, kept.label("text"), true().label("own")),
        noted.with_only_columns(*about, TrainerNote.text, false().label("own")),
    ).subquery()
    newest = select(found).order_by(found.c.held_on.desc(), found.c.id).limit(MOST)
    return [Written(row.id, row.held_on, row.text, bool(row.own)) for row in db.execute(newest)]
