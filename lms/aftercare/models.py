"""Tables of the time after a hand-over. `handed_over_at` says to which hand-over of a circle a row belongs."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.aftercare.rules import LONGEST_LINE
from lms.core.db import Base, new_id

OPEN = text("settled_at IS NULL")


class AfterCheck(Base):
    """What a circle answered so many days after its hand-over. A correction is another row; the older one stays."""

    __tablename__ = "after_check"
    __table_args__ = (
        CheckConstraint("met IN ('as-agreed', 'less', 'fell-through')", name="met"),
        CheckConstraint(
            "host IN ('nobody', 'turns', 'facilitator', 'member') AND (host = 'member') = (host_id IS NOT NULL)",
            name="host",
        ),
        UniqueConstraint("group_id", "handed_over_at", "days", "version"),
        UniqueConstraint("answered_by", "key", name="uq_after_check_key"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("peer_group.id"))
    handed_over_at: Mapped[datetime]
    days: Mapped[int] = mapped_column(SmallInteger)
    version: Mapped[int] = mapped_column(SmallInteger)
    key: Mapped[uuid.UUID]
    met: Mapped[str] = mapped_column(String(12))
    host: Mapped[str] = mapped_column(String(11))
    host_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("group_member.id"))
    ran: Mapped[list[Any]]  # seats, as forms call them
    harmed: Mapped[bool]
    help: Mapped[bool]
    line: Mapped[str] = mapped_column(String(LONGEST_LINE))
    answered_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime]


class AfterLetter(Base):
    """Somebody was written to about a check: once, whatever runs twice."""

    __tablename__ = "after_letter"

    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("peer_group.id"), primary_key=True)
    handed_over_at: Mapped[datetime] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    written_at: Mapped[datetime]


class DriftSign(Base):
    """A sign that a circle was told of: its kind and the day on which it arose. What was seen is looked up anew.

    `gone_on` is the day on which it was found to stand no more; whoever reads from outside needs no more than that.
    """

    __tablename__ = "drift_sign"

    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("peer_group.id"), primary_key=True)
    handed_over_at: Mapped[datetime] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    on_day: Mapped[date] = mapped_column(primary_key=True)
    told_at: Mapped[datetime]
    gone_on: Mapped[date | None]


class HelpCall(Base):
    """Somebody of a circle asked for help. Only they, the trainer and administrators read what it is about."""

    __tablename__ = "help_call"
    __table_args__ = (
        UniqueConstraint("asked_by", "key"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed"),
        CheckConstraint("(took_place_on IS NULL) = (noted_by IS NULL)", name="noted"),
        Index("ix_help_call_group_id_opened_at", "group_id", "opened_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("peer_group.id"))
    handed_over_at: Mapped[datetime]
    key: Mapped[uuid.UUID]
    about: Mapped[str] = mapped_column(Text)
    suits: Mapped[str] = mapped_column(String(200))  # a time, in the words of whoever asks
    safety: Mapped[bool]
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    closes_on: Mapped[date]  # the last day on which the trainer reads the circle's page
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    took_place_on: Mapped[date | None]
    noted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))


class StepBack(Base):
    """Somebody of a circle proposes that it takes more support again. One stands open until another agrees or not."""

    __tablename__ = "step_back"
    __table_args__ = (
        UniqueConstraint("proposed_by", "key"),
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled"),
        CheckConstraint("move_id IS NULL OR settled_at IS NOT NULL", name="moved"),
        Index("uq_step_back_open", "group_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("peer_group.id"))
    handed_over_at: Mapped[datetime]
    key: Mapped[uuid.UUID]
    to_stage: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    authenticated_by: Mapped[str] = mapped_column(String(40))
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    move_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stage_move.id"))
