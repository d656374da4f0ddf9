"""What rounds tell: that a holder's circle agreed on their problem, or does no more; what they say of it. No word."""

from __future__ import annotations

import uuid

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.db import insert_once
from lms.outcomes.models import FollowUp, FollowUpAnswer, FollowUpLink, ProblemBrought, StatementMarks
from lms.outcomes.rules import Agreed, Marks, due_on


def follow(db: Session, agreed: Agreed) -> None:
    """Ask this holder in sixty days what came of it; once for a round, however often it is said."""
    told = {
        "round_id": agreed.round_id,
        "person_id": agreed.person_id,
        "organisation_id": agreed.organisation_id,
        "group_id": agreed.group_id,
        "held_on": agreed.held_on,
        "due_on": due_on(agreed.held_on),
        "asks_importance": False,
    }
    insert_once(db, FollowUp, **told)


def forget(db: Session, round_id: uuid.UUID) -> None:
    """Ask nobody about this round. What the holder has answered meanwhile is theirs, and stays until they delete it."""
    answered = select(FollowUpAnswer.follow_up_id).where(FollowUpAnswer.follow_up_id == FollowUp.id)
    which = select(FollowUp.id).where(
        FollowUp.round_id == round_id, FollowUp.ended_on.is_(None), ~answered.exists()
    )  # fmt: skip
    gone = db.scalars(which).all()
    if gone:
        db.execute(delete(FollowUpLink).where(FollowUpLink.follow_up_id.in_(gone)))
        db.execute(delete(FollowUp).where(FollowUp.id.in_(gone)))


def bring(db: Session, round_id: uuid.UUID, person_id: uuid.UUID, importance: int) -> None:
    """How important a problem is to its holder, in their own say as they bring it. Said once, the first stands."""
    insert_once(
        db, ProblemBrought, round_id=round_id, person_id=person_id, importance=importance, said_at=clock.now()
    )  # fmt: skip


def mark(db: Session, marks: Marks) -> None:
    """How many statements of a problem were it to its holder, in numbers; said again, the newest counts."""
    row = db.get(StatementMarks, marks.round_id)
    if row is None:
        row = StatementMarks(round_id=marks.round_id, group_id=marks.group_id, held_on=marks.held_on)
        db.add(row)
    row.written, row.marked, row.hits = marks.written, marks.marked, marks.hits
    db.flush()


def take_back(db: Session, round_id: uuid.UUID) -> None:
    """The holder took their yes back: nothing of the round is told any more, but what they have answered meanwhile."""
    forget(db, round_id)
    db.execute(delete(StatementMarks).where(StatementMarks.round_id == round_id))
    answered = select(FollowUp.round_id).where(FollowUp.round_id == round_id)
    db.execute(
        delete(ProblemBrought).where(ProblemBrought.round_id == round_id, ProblemBrought.round_id.not_in(answered))
    )
