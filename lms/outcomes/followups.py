"""What rounds tell: that a holder's circle agreed on their problem, or that it is not so any more. No word of it."""

from __future__ import annotations

import uuid

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.core.db import insert_once
from lms.outcomes.models import FollowUp, FollowUpAnswer, FollowUpLink
from lms.outcomes.rules import Agreed, due_on


def follow(db: Session, agreed: Agreed) -> None:
    """Ask this holder in sixty days what came of it; once for a round, however often it is said."""
    told = {
        "round_id": agreed.round_id,
        "person_id": agreed.person_id,
        "organisation_id": agreed.organisation_id,
        "group_id": agreed.group_id,
        "held_on": agreed.held_on,
        "due_on": due_on(agreed.held_on),
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
