"""Tables of rounds. What was said is in `round_record` and `round_statement`: rows that a withdrawn yes deletes."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.clock import now
from lms.core.db import Base, new_id


class Round(Base):
    """That there was a round, who held it, and whether they said yes to keeping its words. No words are here."""

    __tablename__ = "group_round"
    __table_args__ = (
        UniqueConstraint("meeting_id", "key"),
        UniqueConstraint("meeting_id", "number", name="uq_group_round_number"),
        CheckConstraint("withdrawn_at IS NULL OR yes_at IS NOT NULL", name="yes_before_no"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meeting.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    minutes: Mapped[int] = mapped_column(SmallInteger)  # how long a round was planned
    facilitator_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))  # who facilitated then
    holder_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("group_member.id"))  # none: the facilitator
    started_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime] = mapped_column(default=now)
    key: Mapped[uuid.UUID] = mapped_column(default=new_id)
    yes_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))  # who recorded it
    yes_at: Mapped[datetime | None]
    withdrawn_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]

    @property
    def is_kept(self) -> bool:
        """Whether its words may be kept now."""
        return self.yes_at is not None and self.withdrawn_at is None


class RoundRecord(Base):
    """What the circle keeps of a round. It is here only while the holder's yes stands."""

    __tablename__ = "round_record"

    round_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("group_round.id"), primary_key=True)
    version: Mapped[int]
    saved_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime]
    opening: Mapped[str]
    follow_up: Mapped[str]
    agreed: Mapped[str]
    confirmed: Mapped[bool | None]
    loops: Mapped[int] = mapped_column(SmallInteger)
    possibilities: Mapped[str]
    insight: Mapped[str]
    step: Mapped[str]
    step_owner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("group_member.id"))
    step_by_facilitator: Mapped[bool]
    step_on: Mapped[date | None]
    help_wanted: Mapped[str]
    learning: Mapped[str]
    minutes: Mapped[dict[str, Any]]
    interventions: Mapped[dict[str, Any]]


class RoundStatement(Base):
    """The problem as one member wrote it. The facilitator, who has no chair's row, does so only as the holder."""

    __tablename__ = "round_statement"
    __table_args__ = (
        UniqueConstraint("round_id", "member_id"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        CheckConstraint("mark BETWEEN 1 AND 5", name="mark"),
        Index("ix_round_statement_member_id", "member_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    round_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("group_round.id"))
    member_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("group_member.id"))
    text: Mapped[str]
    tag: Mapped[str] = mapped_column(String(10))
    rating: Mapped[int | None] = mapped_column(SmallInteger)
    mark: Mapped[int | None] = mapped_column(SmallInteger)  # the holder's: how much this is it
