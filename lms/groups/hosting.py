"""Letters to hosts: three days before a meeting, once for each meeting and host."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.db import add_once
from lms.groups import rhythm
from lms.groups.invitations import is_seated, said
from lms.groups.models import GroupMember, HostLetter, Meeting, PeerGroup
from lms.messages import service as messages
from lms.people.models import Person

DAYS_BEFORE = 3


def due(db: Session, group_id: uuid.UUID | None = None) -> list[uuid.UUID]:
    """The meetings of all circles, or of one, whose host is to be written to now."""
    now = clock.now().replace(tzinfo=None)
    written = exists().where(HostLetter.meeting_id == Meeting.id, HostLetter.member_id == Meeting.host_id)
    chosen = (
        select(Meeting)
        .join(GroupMember, GroupMember.id == Meeting.host_id)
        .join(Person, Person.id == GroupMember.person_id)
        .where(
            Person.active,
            GroupMember.left_on.is_(None),
            ~written,
            # No wall clock is further from UTC than this.
            Meeting.starts_local > now - timedelta(hours=12),
            Meeting.starts_local < now + timedelta(days=DAYS_BEFORE + 1, hours=14),
        )
        .order_by(Meeting.starts_local)
    )
    if group_id is not None:
        chosen = chosen.where(Meeting.group_id == group_id)
    return [each.id for each in db.scalars(chosen) if _is_near(each)]


def _is_near(meeting: Meeting) -> bool:
    days = (meeting.starts_local.date() - clock.today(meeting.zone)).days
    return days <= DAYS_BEFORE and rhythm.begins(meeting.starts_local, meeting.zone) > clock.now()


def write_to_host(db: Session, meeting_id: uuid.UUID) -> None:
    """Tell the host when and where, and what a host does. Whoever was written to is not written to again."""
    of_meeting = select(PeerGroup).join(Meeting, Meeting.group_id == PeerGroup.id).where(Meeting.id == meeting_id)
    group = db.scalar(of_meeting.with_for_update(of=PeerGroup))  # nobody moves it or chooses another host meanwhile
    if group is None or meeting_id not in due(db, group.id):
        return
    meeting = db.get_one(Meeting, meeting_id)
    host = db.get_one(GroupMember, meeting.host_id)
    if host.person_id is None or not is_seated(db, group, host.person_id):
        return
    if add_once(db, HostLetter(meeting_id=meeting.id, member_id=host.id)):
        messages.send(
            db,
            "host",
            person_id=host.person_id,
            organisation_id=group.provider_id,
            group=group.name,
            when=said(meeting),
            on=meeting.starts_local.date(),
            zone=meeting.zone,
            link=messages.link(f"/groups/{group.id}"),
        )
