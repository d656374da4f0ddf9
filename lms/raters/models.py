"""Tables of raters: two people who lay their codings of one round side by side, and what each says of a difference."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id


class CodingPair(Base):
    """Somebody asked another to code the same round. Only the two see it; once either ends it, neither does."""

    __tablename__ = "coding_pair"
    __table_args__ = (
        CheckConstraint("asked_by <> asked", name="two_people"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
        UniqueConstraint("asked_by", "key"),
        Index("ix_coding_pair_asked_by", "asked_by"),
        Index("ix_coding_pair_asked", "asked"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[uuid.UUID]  # the same form sent twice is one
    transcript_id: Mapped[str] = mapped_column(String(60))
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    asked: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]


class PairNote(Base):
    """What one of the two heard, a sentence for each turn on which they differ, by the turn’s id."""

    __tablename__ = "pair_note"

    pair_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("coding_pair.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    notes: Mapped[dict[str, Any]]
    version: Mapped[int]
    written_at: Mapped[datetime]
