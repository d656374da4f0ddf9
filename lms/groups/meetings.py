"""What people do with meetings: plan them in one step, and move one of them."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import add_once
from lms.core.errors import Forbidden, Invalid, NotFound
from lms.groups import rhythm, rules, service
from lms.groups.models import Meeting, PeerGroup
from lms.groups.rhythm import Plan
from lms.groups.rows import MeetingRow


def plan(db: Session, actor: Actor, group_id: uuid.UUID, wanted: Plan) -> list[str]:
    """Plan one meeting or several; what is planned already stays. Returns what to know about them. Raises Invalid."""
    group = service.group_to_arrange(db, actor, group_id)
    starts = wanted.starts()
    if len(starts) == 1:
        service.add_meeting(db, actor, group_id, wanted.first, wanted.minutes, wanted.place)
    else:
        for each in starts:
            _plan_one(db, group, wanted, rhythm.settle(each, group.zone))
    return [sentence for each in starts if (sentence := rhythm.said_of(each, group.zone))]


def _plan_one(db: Session, group: PeerGroup, wanted: Plan, starts_local: datetime) -> None:
    add_once(
        db,
        Meeting(
            group_id=group.id,
            starts_local=starts_local,
            zone=group.zone,
            minutes=wanted.minutes,
            place=wanted.place or group.place,
        ),
    )


def list_coming(db: Session, group_id: uuid.UUID) -> list[MeetingRow]:
    """The meetings of a group that are not over, soonest first."""
    now = clock.now()
    # No wall clock is further behind UTC, and no meeting longer, than this.
    since = now.replace(tzinfo=None) - timedelta(hours=12, minutes=rules.LONGEST)
    chosen = select(Meeting).where(Meeting.group_id == group_id, Meeting.starts_local >= since)
    rows = db.scalars(chosen.order_by(Meeting.starts_local).limit(4 * rhythm.MOST_AT_ONCE))
    return [row for each in rows if (row := service.meeting_row(each)).ends_at > now]


def get_meeting(db: Session, actor: Actor, group_id: uuid.UUID, meeting_id: uuid.UUID) -> Meeting:
    """A meeting of a group the actor may arrange. Raises NotFound, Forbidden."""
    group = service.group_to_arrange(db, actor, group_id)
    meeting = db.get(Meeting, meeting_id)
    if meeting is None or meeting.group_id != group.id:
        raise NotFound
    return meeting


def has_begun(meeting: Meeting) -> bool:
    """Whether it is too late to move it."""
    return rhythm.begins(meeting.starts_local, meeting.zone) <= clock.now()


def move(db: Session, actor: Actor, group_id: uuid.UUID, meeting_id: uuid.UUID, to: Plan) -> list[str]:
    """Move one coming meeting. Returns what to know about the new time. Raises NotFound, Forbidden, Invalid."""
    meeting = get_meeting(db, actor, group_id, meeting_id)
    if has_begun(meeting):
        raise Forbidden("This meeting has already begun, so it can no longer be moved.")
    service.check_time(to.first, meeting.zone)
    same = select(Meeting.id).where(
        Meeting.group_id == group_id, Meeting.starts_local == to.first, Meeting.id != meeting.id
    )
    if db.scalar(same) is not None:
        raise Invalid({"time": "The circle already meets then. Choose another time, or call one of the two off."})
    meeting.starts_local, meeting.minutes, meeting.place = to.first, to.minutes, to.place
    meeting.sequence += 1
    db.flush()
    return [sentence for sentence in [rhythm.said_of(to.first, meeting.zone)] if sentence]
