"""Rounds of a circle for the sweeps."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.groups.models import GroupMember, Meeting, PeerGroup
from lms.rounds.models import Round


def rounds(db: Session, group: PeerGroup) -> dict[str, Any]:
    """A round that is kept, one to take back and one to take off, of a meeting that was."""
    met, chair = select(Meeting.id).where(Meeting.group_id == group.id), select(GroupMember.id)
    given: dict[str, Any] = {
        "meeting_id": db.scalars(met.order_by(Meeting.starts_local).limit(1)).one(),
        "holder_id": db.scalars(
            chair.where(GroupMember.group_id == group.id, GroupMember.person_id.is_(None)).limit(1)
        ).one(),
    } | {"minutes": 75, "facilitator_id": group.facilitator_id, "started_by": group.facilitator_id}
    said = {"yes_by": group.facilitator_id, "yes_at": clock.now()}
    rounds = [Round(number=1, **given, **said), Round(number=2, **given, **said), Round(number=3, **given)]
    db.add_all(rounds)
    db.flush()
    kept, to_take_back, to_drop = (each.id for each in rounds)
    return {
        "met": given["meeting_id"], "round_id": kept, "rounds.withdraw": to_take_back, "rounds.drop": to_drop,
        "rounds.say_yes": to_take_back,
    }  # fmt: skip
