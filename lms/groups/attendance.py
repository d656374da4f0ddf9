"""Who came to a meeting and who hosts it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Conflict, Invalid
from lms.groups import invitations, meetings, service
from lms.groups.models import Attendance, GroupMember, Meeting, PeerGroup
from lms.groups.rules import FACILITATOR, Seat
from lms.people import service as people


@dataclass(frozen=True, slots=True)
class Hosts:
    """Who sees to a meeting's room and reminds the others, and who does when that person cannot."""

    host: uuid.UUID | None = None
    deputy: uuid.UUID | None = None


def seated_at(db: Session, meeting: Meeting) -> Sequence[GroupMember]:
    """Who had a chair on the day of a meeting, and who has one now: people come before somebody adds them here."""
    day = meeting.starts_local.date()
    return db.scalars(
        select(GroupMember)
        .where(
            GroupMember.group_id == meeting.group_id,
            or_(GroupMember.left_on.is_(None), GroupMember.left_on >= day),
            or_(GroupMember.joined_on <= day, GroupMember.left_on.is_(None)),
        )
        .order_by(GroupMember.joined_on, GroupMember.id)
    ).all()


def seats_at(db: Session, meeting: Meeting, facilitator_id: uuid.UUID) -> list[Seat]:
    """The same as seats, that of the facilitator first."""
    name = people.names_of(db, [facilitator_id])[facilitator_id]
    return [Seat(FACILITATOR, name, facilitator_id), *map(seat_of, seated_at(db, meeting))]


def seats_now(db: Session, group: PeerGroup) -> list[Seat]:
    """Who sits there now, the facilitator first and only there."""
    name = people.names_of(db, [group.facilitator_id])[group.facilitator_id]
    chairs = [each for each in service.list_members(db, group.id) if each.person_id != group.facilitator_id]
    return [Seat(FACILITATOR, name, group.facilitator_id), *map(seat_of, chairs)]


def seat_of(member: GroupMember) -> Seat:
    """A chair as a seat, by the name the circle uses."""
    return Seat(str(member.id), member.pseudonym, member.person_id)


def who_came(db: Session, meeting: Meeting) -> set[uuid.UUID]:
    """The members noted as present."""
    return set(db.scalars(select(Attendance.member_id).where(Attendance.meeting_id == meeting.id)))


def note_attendance(
    db: Session, actor: Actor, group_id: uuid.UUID, meeting_id: uuid.UUID, came: Collection[uuid.UUID]
) -> None:
    """Write down who came; written again, it is corrected. Raises NotFound, Forbidden, Conflict, Invalid."""
    meeting = meetings.get_meeting(db, actor, group_id, meeting_id, lock=True)
    if not meetings.has_begun(meeting):
        raise Conflict("This meeting has not begun. Note who came once it has.")
    seated = {each.id for each in seated_at(db, meeting)}
    if not seated.issuperset(came):
        raise Invalid({"came": "Choose among those who sit in this circle."})
    db.execute(delete(Attendance).where(Attendance.meeting_id == meeting.id))
    db.add_all([Attendance(meeting_id=meeting.id, member_id=each) for each in set(came)])
    meeting.attendance_by, meeting.attendance_at = actor.person_id, clock.now()
    db.flush()


def choose_hosts(db: Session, actor: Actor, group_id: uuid.UUID, meeting_id: uuid.UUID, hosts: Hosts) -> None:
    """Say who hosts a meeting, and who does if that person cannot. Raises NotFound, Forbidden, Invalid."""
    meeting = meetings.get_meeting(db, actor, group_id, meeting_id, lock=True)
    seated = {None, *(each.id for each in seated_at(db, meeting))}
    wrong = {
        field: "Choose somebody who sits in this circle, or nobody."
        for field, each in (("host", hosts.host), ("deputy", hosts.deputy))
        if each not in seated
    }
    if hosts.deputy is not None and hosts.deputy == hosts.host:
        wrong["deputy"] = "Choose somebody else as deputy, for the day on which the host cannot come."
    if wrong:
        raise Invalid(wrong)
    meeting.host_id, meeting.deputy_id = hosts.host, hosts.deputy
    invitations.promise_letters(db, group_id)  # a host who is chosen late is written to at once
