"""Tables of the hand-over: the agreement, its signatures, and what the circle's members said."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id

OPEN = text("completed_at IS NULL AND called_off_at IS NULL")
STANDING = text("ended_at IS NULL")


class HandOver(Base):
    """An agreement. While it is open it may be drafted again, as its next version; then it is never changed."""

    __tablename__ = "hand_over"
    __table_args__ = (
        CheckConstraint("completed_at IS NULL OR called_off_at IS NULL", name="one_end"),
        CheckConstraint(
            "(completed_at IS NULL) = (leaf_seq IS NULL) AND (completed_at IS NULL) = (move_id IS NULL) "
            "AND (completed_at IS NULL) = (completed_by IS NULL) AND (completed_at IS NULL) = (said_yes IS NULL)",
            name="completed",
        ),
        Index("uq_hand_over_open", "group_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_hand_over_group_id_drafted_at", "group_id", "drafted_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("peer_group.id"))
    drafted_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    drafted_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    facilitator_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))  # from then on
    terms: Mapped[dict[str, Any]]  # as drafted last; of a complete one, as signed
    called_off_at: Mapped[datetime | None]
    called_off_because: Mapped[str] = mapped_column(Text, default="")
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))  # who gave what was missing last
    said_yes: Mapped[int | None] = mapped_column(SmallInteger)  # how many on the circle's chairs; it is all of them
    move_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stage_move.id"))
    leaf_seq: Mapped[int | None]


class HandOverSignature(Base):
    """Somebody signed the agreement as it stands in `terms`. Taken back or signed anew, it ends and is kept."""

    __tablename__ = "hand_over_signature"
    __table_args__ = (
        CheckConstraint("part IN ('trainer', 'facilitator', 'sponsor')", name="part"),
        Index(
            "uq_hand_over_signature_part",
            "hand_over_id",
            "part",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
        Index(  # three signatures are those of three people
            "uq_hand_over_signature_person_id",
            "hand_over_id",
            "person_id",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    hand_over_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("hand_over.id"))
    part: Mapped[str] = mapped_column(String(11))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    terms: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime]
    authenticated_by: Mapped[str] = mapped_column(String(40))
    ended_at: Mapped[datetime | None]
    leaf_seq: Mapped[int]


class HandOverYes(Base):
    """What somebody on a chair of the circle said. A no has no reason, and nobody else is told whose it is."""

    __tablename__ = "hand_over_yes"
    __table_args__ = (CheckConstraint("yes OR asked_on IS NULL", name="noted"),)

    hand_over_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("hand_over.id"), primary_key=True)
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("group_member.id"), primary_key=True)
    yes: Mapped[bool]
    asked_on: Mapped[date | None]  # at a meeting, by whoever facilitates: of somebody without an account
    said_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[datetime]
