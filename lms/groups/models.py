"""Tables of groups: the circle, its chairs, its meetings."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.clock import now
from lms.core.db import Base, new_id
from lms.groups.rules import NAME_LENGTH, ZONE_LENGTH

STILL_THERE = text("left_on IS NULL")


class PeerGroup(Base):
    """A circle in a unit of a client, led by somebody who is learning to, with a trainer who is not staying."""

    __tablename__ = "peer_group"
    __table_args__ = (
        CheckConstraint("facilitator_id <> trainer_id", name="two_people"),  # nobody supervises their own practice
        UniqueConstraint("created_by", "key"),
        Index("ix_peer_group_provider_id", "provider_id"),
        Index("ix_peer_group_organisation_id", "organisation_id"),
        Index("ix_peer_group_trainer_id", "trainer_id"),
        Index("ix_peer_group_facilitator_id", "facilitator_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("unit.id"))
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    trainer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    facilitator_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    zone: Mapped[str] = mapped_column(String(ZONE_LENGTH))  # an IANA name
    place: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    handed_over_at: Mapped[datetime | None]  # since then it runs itself, and its trainer no longer sees it
    taken_back_at: Mapped[datetime | None]  # since then its trainer sees it again
    trainer_asked_until: Mapped[date | None]  # the circle asked for help: so long its trainer sees it all the same
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    key: Mapped[uuid.UUID] = mapped_column(default=new_id)
    created_at: Mapped[datetime] = mapped_column(default=now)


class GroupMember(Base):
    """Somebody on a chair of the circle: known by a pseudonym, or by their account if they have one."""

    __tablename__ = "group_member"
    __table_args__ = (
        Index(
            "uq_group_member_pseudonym",
            "group_id",
            "pseudonym",
            unique=True,
            sqlite_where=STILL_THERE,
            postgresql_where=STILL_THERE,
        ),
        Index(
            "uq_group_member_person",
            "group_id",
            "person_id",
            unique=True,
            sqlite_where=STILL_THERE,
            postgresql_where=STILL_THERE,
        ),
        Index("ix_group_member_person_id", "person_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("peer_group.id"))
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    pseudonym: Mapped[str] = mapped_column(String(NAME_LENGTH))
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    status_band: Mapped[int | None] = mapped_column(SmallInteger)  # where they stand in their organisation
    reports_to_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("group_member.id"))  # who sits here too
    reports_to_facilitator: Mapped[bool] = mapped_column(default=False)
    both_agreed: Mapped[bool] = mapped_column(default=False)  # to sit with the person one reports to


class Meeting(Base):
    """When the circle meets, as the clock on its wall says: local time and zone, whatever summer time does next."""

    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("group_id", "starts_local"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("peer_group.id"))
    starts_local: Mapped[datetime] = mapped_column(DateTime())
    zone: Mapped[str] = mapped_column(String(ZONE_LENGTH))
    minutes: Mapped[int]
    place: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    sequence: Mapped[int] = mapped_column(default=0)  # how often it was moved: calendars ask
    host_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("group_member.id"))
    deputy_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("group_member.id"))
    attendance_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))  # who noted who came
    attendance_at: Mapped[datetime | None]


class Attendance(Base):
    """Somebody with a chair came to a meeting."""

    __tablename__ = "attendance"

    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("group_member.id"), primary_key=True)


class Agreement(Base):
    """What a circle agreed: on which day, for how many meetings. It is renewed by another row, and never changed."""

    __tablename__ = "agreement"
    __table_args__ = (UniqueConstraint("group_id", "agreed_on", "meetings"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("peer_group.id"))
    agreed_on: Mapped[date]
    meetings: Mapped[int]
    recorded_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(default=now)


class CalendarFeed(Base):
    """The address at which a calendar program reads somebody's meetings. Only the digest of its secret is kept."""

    __tablename__ = "calendar_feed"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    secret_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]


class Invited(Base):
    """What somebody's calendar was last told of a meeting, by letter. It outlives the meeting, to end it there."""

    __tablename__ = "invited"
    __table_args__ = (Index("ix_invited_group_id_person_id", "group_id", "person_id"),)

    meeting_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)  # which may be gone
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("peer_group.id"))
    starts_local: Mapped[datetime] = mapped_column(DateTime())
    zone: Mapped[str] = mapped_column(String(ZONE_LENGTH))
    minutes: Mapped[int]
    place: Mapped[str] = mapped_column(String(NAME_LENGTH))
    sequence: Mapped[int]  # rises with every letter, also where somebody leaves and comes back
    taken_off: Mapped[bool] = mapped_column(default=False)


class WithoutInvitations(Base):
    """Somebody wants no invitations by letter: their calendar has its address, or they keep none."""

    __tablename__ = "without_invitations"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(default=now)


class HostLetter(Base):
    """A host was written to about a meeting: once, whatever runs twice."""

    __tablename__ = "host_letter"

    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("group_member.id"), primary_key=True)
