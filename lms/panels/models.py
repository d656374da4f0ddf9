"""Tables of panels: who was called to decide about whom, who sits there, what each said, and who appealed."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id

RUNNING = text("closed_at IS NULL")


class Panel(Base):
    """People called to decide about somebody, the rule they follow, and the page that all of them read.

    The page is brought up to date by another one with the next number; votes on an older one count no more.
    """

    __tablename__ = "panel"
    __table_args__ = (
        CheckConstraint("called_by <> person_id", name="nobody_calls_their_own"),
        UniqueConstraint("called_by", "key"),
        Index("uq_panel_appeal_of", "appeal_of", unique=True),
        Index("uq_panel_running", "enrolment_id", unique=True, sqlite_where=RUNNING, postgresql_where=RUNNING),
        Index("ix_panel_person_id", "person_id"),
        Index("ix_panel_provider_id", "provider_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    key: Mapped[uuid.UUID] = mapped_column(default=new_id)  # of the form: sent twice, it is one panel
    size: Mapped[int] = mapped_column(SmallInteger)
    assessors_most: Mapped[int] = mapped_column(SmallInteger)
    outside: Mapped[int] = mapped_column(SmallInteger)
    appeal_days: Mapped[int] = mapped_column(SmallInteger)
    called_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    called_at: Mapped[datetime]
    page: Mapped[int] = mapped_column(SmallInteger)
    frozen_at: Mapped[datetime]
    readiness: Mapped[dict[str, Any]]
    opened_at: Mapped[datetime | None]  # when all first votes were in
    closed_at: Mapped[datetime | None]  # when it was decided
    appeal_of: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("panel.id"))  # whose decision is appealed against


class PanelSeat(Base):
    """A place on a panel and who was named for it. Nobody is named twice, whatever became of the first time."""

    __tablename__ = "panel_seat"
    __table_args__ = (
        UniqueConstraint("panel_id", "person_id"),
        CheckConstraint("(left_at IS NULL) = (left_because IS NULL)", name="left"),
        Index("ix_panel_seat_person_id", "person_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    panel_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("panel.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    place: Mapped[int] = mapped_column(SmallInteger)  # in the order of naming
    outside: Mapped[bool]  # sits there as somebody from outside
    named_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    named_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    left_because: Mapped[str | None] = mapped_column(Text)


class PanelVote(Base):
    """What a member says on one page: first alone, and once more openly where the first votes had no majority.

    Never changed but for its entry in the register, which a first vote gets when all are opened.
    """

    __tablename__ = "panel_vote"
    __table_args__ = (
        UniqueConstraint("seat_id", "page", "round"),
        CheckConstraint("kind IN ('not_yet', 'stay', 'ready')", name="kind"),
        CheckConstraint("round IN (1, 2)", name="round"),
        Index("ix_panel_vote_panel_id", "panel_id"),
        Index("uq_panel_vote_leaf_seq", "leaf_seq", unique=True),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    panel_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("panel.id"))
    seat_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("panel_seat.id"))
    page: Mapped[int] = mapped_column(SmallInteger)
    round: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text)
    voted_at: Mapped[datetime]
    authenticated_by: Mapped[str] = mapped_column(String(40))
    readiness_digest: Mapped[str] = mapped_column(String(64))  # of the page as it was read
    leaf_seq: Mapped[int | None]


class Appeal(Base):
    """That whom a panel decided about does not accept it, in their own words. Other people decide anew."""

    __tablename__ = "appeal"

    panel_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("panel.id"), primary_key=True)
    words: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
