"""Tables of places: how a unit was on each day, whom an organisation has on its list, and who worked where."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id
from lms.people.rules import EMAIL_LENGTH, NAME_LENGTH, TITLE_LENGTH

STILL = text("ended_on IS NULL")


class UnitPeriod(Base):
    """How a unit was from a day until a day: its name, what it was part of, how many people it had.

    `ended_on` is the first day on which it is so no more.
    """

    __tablename__ = "unit_period"
    __table_args__ = (
        CheckConstraint("ended_on > started_on", name="days"),
        UniqueConstraint("unit_id", "started_on"),
        Index("uq_unit_period_still", "unit_id", unique=True, sqlite_where=STILL, postgresql_where=STILL),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("unit.id"))
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    headcount: Mapped[int]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]


class StaffMember(Base):
    """Somebody on an organisation's list, as the organisation writes them.

    It gives no right and opens nothing. `person_id` is set where they have, or had, a part in this organisation: of
    an address that belongs to somebody elsewhere the list learns nothing.
    """

    __tablename__ = "staff_member"
    __table_args__ = (UniqueConstraint("organisation_id", "email"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))  # folded


class Post(Base):
    """Where somebody works, as what and for whom, from a day until a day. Several at once are usual.

    What changes about a post begins a new row, so a past day stays as it was. `ended_on` is the first day after it.
    """

    __tablename__ = "post"
    __table_args__ = (
        CheckConstraint("ended_on > started_on", name="days"),
        CheckConstraint("manager_id <> staff_id", name="manager"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"), index=True)
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    manager_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    band: Mapped[str] = mapped_column(String(60), default="")  # of status, in the organisation's own words
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    listed: Mapped[bool] = mapped_column(default=False)  # the organisation's own file says so, not an invitation


class MembershipGap(Base):
    """Days on which a membership had ended, before the person came back to it: a past day stays as it was."""

    __tablename__ = "membership_gap"
    __table_args__ = (CheckConstraint("ended_on > started_on", name="days"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    membership_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("membership.id"), index=True)
    started_on: Mapped[date]
    ended_on: Mapped[date]
