"""Follow-ups that wait for their holder."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Date, Select, bindparam, select

from lms.core.actor import Actor
from lms.core.waiting import line
from lms.groups.models import PeerGroup
from lms.outcomes.models import FollowUp, FollowUpAnswer, FollowUpStop

ASKED = "follow-up"
TODAY = "today"  # filled in when it is sent: a statement that is built once knows no day


def to_answer(actor: Actor) -> Select[Any]:
    """What the actor was asked, has not answered, and still can."""
    answered = select(FollowUpAnswer.follow_up_id).where(FollowUpAnswer.follow_up_id == FollowUp.id)
    stopped = select(FollowUpStop.person_id).where(FollowUpStop.person_id == actor.person_id)
    return (
        select(*line(ASKED, FollowUp.id, PeerGroup.name))
        .join(PeerGroup, PeerGroup.id == FollowUp.group_id)
        .where(
            FollowUp.person_id == actor.person_id,
            FollowUp.until >= bindparam(TODAY, type_=Date()),
            FollowUp.ended_on.is_(None),
            ~answered.exists(),
            ~stopped.exists(),
        )
    )
