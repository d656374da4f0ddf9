"""What went wrong, as parts that name nobody: harm circles told of, members who left, circles that stepped back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.outcome_figures import Part
from lms.aftercare.models import AfterCheck
from lms.core import settings
from lms.core.site_days import day_of
from lms.groups.models import GroupMember, PeerGroup
from lms.takeover.models import StageMove


def checks(db: Session, organisation_id: uuid.UUID, since: date, until: date) -> Iterator[Part]:
    """Every check after a hand-over, as it was first answered."""
    chosen = select(AfterCheck).join(PeerGroup, PeerGroup.id == AfterCheck.group_id)
    first = (PeerGroup.organisation_id == organisation_id, AfterCheck.version == 1)
    for each in db.scalars(chosen.where(*first, AfterCheck.answered_at > _midnight(since))):
        on = day_of(each.answered_at)
        if since < on <= until:
            yield Part(on, str(each.group_id), 1, 1, int(each.harmed))


def members(db: Session, organisation_id: uuid.UUID, since: date, until: date) -> Iterator[Part]:
    """Everybody who sat in a circle in this time, and whether they left it."""
    chosen = select(GroupMember.group_id, GroupMember.left_on).join(PeerGroup, PeerGroup.id == GroupMember.group_id)
    sat = (GroupMember.left_on.is_(None)) | (GroupMember.left_on > since)
    here = (PeerGroup.organisation_id == organisation_id, GroupMember.joined_on <= until, sat)
    for group_id, left_on in db.execute(chosen.where(*here)):
        yield Part(until, str(group_id), 1, 1, int(left_on is not None and left_on <= until))


def circles(db: Session, organisation_id: uuid.UUID, since: date, until: date) -> Iterator[Part]:
    """Every circle that ran itself in this time, and whether it took more support again."""
    back = select(StageMove.group_id, StageMove.decided_at).join(PeerGroup, PeerGroup.id == StageMove.group_id)
    back = back.where(PeerGroup.organisation_id == organisation_id, StageMove.handed_over_at.is_not(None))
    stepped = {group_id for group_id, at in db.execute(back) if since < day_of(at) <= until}
    runs = select(PeerGroup.id, PeerGroup.handed_over_at).where(PeerGroup.organisation_id == organisation_id)
    running = {
        group_id
        for group_id, at in db.execute(runs.where(PeerGroup.handed_over_at.is_not(None)))
        if at is not None and day_of(at) <= until
    }
    for group_id in sorted(running | stepped):
        yield Part(until, str(group_id), 1, 1, int(group_id in stepped))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(settings.current().time_zone))
