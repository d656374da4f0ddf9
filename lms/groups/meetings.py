"""What people do with meetings: plan them in one step, move one, call one off."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import add_once
from lms.core.errors import Forbidden, Invalid, NotFound
from lms.groups import invitations, rhythm, rules, service
from lms.groups.models import Meeting, PeerGroup
from lms.groups.rhythm import Plan
from lms.groups.rows import MeetingRow


def plan(db: Session, actor: Actor, group_id: uuid.UUID, wanted: Plan) -> list[str]:
    """Plan one meeting or several; what is planned already stays. Returns what to know about them.

    Of several, one at a time that the clock skips begins as much later; alone, it is refused.
    Raises NotFound, Forbidden, Invalid.
    """
    group = service.group_to_arrange(db, actor, group_id)
    starts = wanted.starts()
    if len(starts) == 1:
        check_time(wanted.first, group.zone)
    for each in starts:
        meeting = Meeting(
            group_id=group.id,
            starts_local=rhythm.settle(each, group.zone),
            zone=group.zone,
            minutes=wanted.minutes,
            place=wanted.place or group.place,
        )
        add_once(db, meeting)
    invitations.promise_letters(db, group.id)
    return [sentence for each in starts if (sentence := rhythm.said_of(each, group.zone))]


def check_time(starts_local: datetime, zone: str) -> None:
    """Raises Invalid where the clock in `zone` never shows `starts_local`."""
    if rhythm.instant(starts_local, zone) is None:
        raise Invalid({"time": f"The clock in {zone} jumps over {starts_local:%H:%M} that night. Choose another time."})


def list_coming(db: Session, group_id: uuid.UUID) -> list[MeetingRow]:
    """The meetings of a group that are not over, soonest first."""
    now = clock.now()
    # No wall clock is further behind UTC, and no meeting longer, than this.
    since = now.replace(tzinfo=None) - timedelta(hours=12, minutes=rules.LONGEST)
    chosen = select(Meeting).where(Meeting.group_id == group_id, Meeting.starts_local >= since)
    rows = db.scalars(chosen.order_by(Meeting.starts_local).limit(4 * rhythm.MOST_AT_ONCE))
    return [row for each in rows if (row := service.meeting_row(each)).ends_at > now]


def get_meeting(
    db: Session, actor: Actor, group_id: uuid.UUID, meeting_id: uuid.UUID, *, lock: bool = False
) -> Meeting:
    """A meeting of a group the actor may arrange; with `lock`, one change of the group at a time.

    Raises NotFound, Forbidden.
    """
    group = service.group_to_arrange(db, actor, group_id, lock=lock)
    meeting = db.get(Meeting, meeting_id)
    if meeting is None or meeting.group_id != group.id:
        raise NotFound
    return meeting


def has_begun(meeting: Meeting) -> bool:
    """Whether it is too late to move it."""
    return rhythm.begins(meeting.starts_local, meeting.zone) <= clock.now()


def move(db: Session, actor: Actor, group_id: uuid.UUID, meeting_id: uuid.UUID, to: Plan) -> list[str]:
    """Move one coming meeting. Returns what to know about the new time. Raises NotFound, Forbidden, Invalid."""
    meeting = get_meeting(db, actor, group_id, meeting_id, lock=True)
    if has_begun(meeting):
        raise Forbidden("This meeting has already begun, so it can no longer be moved.")
    check_time(to.first, meeting.zone)
    same = select(Meeting.id).where(
        Meeting.group_id == group_id, Meeting.starts_local == to.first, Meeting.id != meeting.id
    )
    if db.scalar(same) is not None:
        raise Invalid({"time": "The circle already meets then. Choose another time, or call one of the two off."})
    usual = db.get_one(PeerGroup, group_id).place
    planned = (to.first, to.minutes, to.place or usual)
    if planned != (meeting.starts_local, meeting.minutes, meeting.place):
        meeting.starts_local, meeting.minutes, meeting.place = planned
        meeting.sequence += 1
        db.flush()
        invitations.promise_letters(db, group_id)
    return [sentence for sentence in [rhythm.said_of(to.first, meeting.zone)] if sentence]


def call_off(db: Session, actor: Actor, group_id: uuid.UUID, meeting_id: uuid.UUID) -> None:
    """A coming meeting will not happen. What has already happened stays. Raises NotFound, Forbidden."""
    meeting = get_meeting(db, actor, group_id, meeting_id, lock=True)
    if has_begun(meeting):
        raise Forbidden("This meeting has already begun, so it can no longer be called off.")
    db.delete(meeting)
    invitations.promise_letters(db, group_id)
