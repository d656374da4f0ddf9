"""Who has held the facilitating seat, as parts that name nobody: of every calendar year once, when it is over."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessments.outcome_figures import Part
from lms.groups.models import GroupMember, Meeting, PeerGroup
from lms.takeover.models import MeetingCount


def year_end(until: date) -> date:
    """The last day of the latest calendar year that is over on this day."""
    return date(until.year if (until.month, until.day) == (12, 31) else until.year - 1, 12, 31)


def seats(db: Session, organisation_id: uuid.UUID, year: date) -> Iterator[Part]:
    """Every member of the year that ends on this day, and whether they ran a meeting in it.

    Two years have no meeting in common, so the figures of two are never about the same turn in the seat. Members of a
    circle that counted no meeting are asked of, and not known: nobody guesses.
    """
    began = date(year.year, 1, 1)
    counted = (
        select(Meeting.group_id, MeetingCount.run_by_id)
        .join(MeetingCount, MeetingCount.meeting_id == Meeting.id)
        .join(PeerGroup, PeerGroup.id == Meeting.group_id)
        .where(
            PeerGroup.organisation_id == organisation_id,
            Meeting.starts_local >= datetime.combine(began, time.min),
            Meeting.starts_local <= datetime.combine(year, time.max),
        )
    )
    ran = db.execute(counted).all()
    known, held = {row[0] for row in ran}, {row[1] for row in ran}
    chosen = select(GroupMember.id, GroupMember.group_id).join(PeerGroup, PeerGroup.id == GroupMember.group_id)
    sat = func.coalesce(GroupMember.left_on, year) >= began
    for member_id, group_id in db.execute(
        chosen.where(PeerGroup.organisation_id == organisation_id, GroupMember.joined_on <= year, sat)
    ):
        n = int(group_id in known)
        yield Part(year, str(group_id), 1, n, int(member_id in held and n))
