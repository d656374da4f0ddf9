"""What a circle agreed with one another: when, and for how many meetings. Renewed by adding; nothing is changed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import add_once
from lms.core.errors import Invalid
from lms.groups import service
from lms.groups.models import Agreement, Meeting, PeerGroup


def agree(db: Session, actor: Actor, group_id: uuid.UUID, agreed_on: date, meetings: int) -> None:
    """Record an agreement, the first or a renewed one. Said twice, it is recorded once. Raises Forbidden, Invalid."""
    group = service.group_to_arrange(db, actor, group_id)
    if agreed_on > clock.today(group.zone):
        raise Invalid({"agreed_on": "Choose the day on which the circle agreed, today or before."})
    made = Agreement(group_id=group.id, agreed_on=agreed_on, meetings=meetings, recorded_by=actor.person_id)
    add_once(db, made)


def list_agreements(db: Session, group_id: uuid.UUID) -> Sequence[Agreement]:
    """Every agreement of a group the caller may see, the one that holds first."""
    chosen = select(Agreement).where(Agreement.group_id == group_id)
    return db.scalars(chosen.order_by(Agreement.agreed_on.desc(), Agreement.recorded_at.desc())).all()


def meetings_since(db: Session, group: PeerGroup, agreed_on: date) -> int:
    """How many meetings of a group have begun since the day it agreed, that day's among them."""
    rows = db.execute(
        select(func.count()).where(
            Meeting.group_id == group.id,
            Meeting.starts_local >= datetime.combine(agreed_on, time()),
            Meeting.starts_local <= clock.now().astimezone(ZoneInfo(group.zone)).replace(tzinfo=None),
        )
    )
    return int(rows.scalar_one())
