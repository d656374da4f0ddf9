"""Tables of what somebody writes alone: where they stand on the line, their table of values, their dilemmas."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id


class BeliefLine(Base):
    """Where somebody stood on the line, and where they stand since they came back. Nobody else ever sees it.

    `stood` never changes: it is what the later one is read beside.
    """

    __tablename__ = "belief_line"
    __table_args__ = (CheckConstraint("(moved_at IS NULL) = (version = 1)", name="moved"),)

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    pack_version: Mapped[int]
    stood: Mapped[dict[str, Any]]  # {"places": {statement: 1 to 5}, "why": {statement: sentence}}
    stood_at: Mapped[datetime]
    moved: Mapped[dict[str, Any]]
    moved_at: Mapped[datetime | None]
    version: Mapped[int]


class ValueTable(Base):
    """What somebody wrote for each value: a behaviour, how it is counted, a breach."""

    __tablename__ = "value_table"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    rows: Mapped[dict[str, Any]]  # {value: {cell: text}}
    version: Mapped[int]
    changed_at: Mapped[datetime]
    complete_at: Mapped[datetime | None]  # when it was complete first


class DilemmaDraft(Base):
    """What somebody is writing about one dilemma."""

    __tablename__ = "dilemma_draft"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    dilemma: Mapped[str] = mapped_column(String(40), primary_key=True)
    parts: Mapped[dict[str, Any]]
    version: Mapped[int]
    changed_at: Mapped[datetime]


_WAITS = text("judged_at IS NULL")


class DilemmaAnswer(Base):
    """A sending: one dilemma as somebody wrote it, and what a trainer found there. What was sent never changes.

    The text under which it is judged is pinned by its version and its hash.
    """

    __tablename__ = "dilemma_answer"
    __table_args__ = (
        UniqueConstraint("person_id", "dilemma", "number"),
        UniqueConstraint("person_id", "key", name="uq_dilemma_answer_key"),
        CheckConstraint("judged_by <> person_id", name="two_people"),
        CheckConstraint(
            "(judged_at IS NULL) = (judged_by IS NULL) AND (judged_at IS NULL) = (leaf_seq IS NULL) "
            "AND (judged_at IS NULL) = (is_right IS NULL)",
            name="judged",
        ),
        Index(
            "uq_dilemma_answer_waiting",
            "person_id",
            "dilemma",
            unique=True,
            sqlite_where=_WAITS,
            postgresql_where=_WAITS,
        ),
        Index("ix_dilemma_answer_provider_id", "provider_id", "judged_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    dilemma: Mapped[str] = mapped_column(String(40))
    number: Mapped[int] = mapped_column(SmallInteger)
    pack_version: Mapped[int]
    pack_hash: Mapped[str] = mapped_column(String(64))
    parts: Mapped[dict[str, Any]]
    sent_at: Mapped[datetime]
    judged_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    judged_at: Mapped[datetime | None]
    marks: Mapped[dict[str, Any]]  # {part: {"there": bool, "said": why not}}; empty until judged
    is_right: Mapped[bool | None]
    authenticated_by: Mapped[str] = mapped_column(String(40))
    leaf_seq: Mapped[int | None]
