"""Tables of the check a day later: each try with the text it is judged under, and each answer as it was saved."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id

KEY_LENGTH = 40
OPEN = text("judged_at IS NULL")


class DelayedTry(Base):
    """One try of one person at one module’s check, of which one is under way at most.

    `pinned` holds the form in full, so that it is judged by the text that was answered. `points`, the choices right by
    the key, is read by nobody before a person has judged what was written; `verdicts` is what that person said.
    """

    __tablename__ = "delayed_try"
    __table_args__ = (
        CheckConstraint("(sent_at IS NULL) = (points IS NULL)", name="sent"),
        CheckConstraint("judged_at IS NULL OR sent_at IS NOT NULL", name="in_order"),
        CheckConstraint(
            "(judged_at IS NULL) = (judged_by IS NULL) AND (judged_at IS NULL) = (held IS NULL)"
            " AND (judged_at IS NULL) = (leaf_seq IS NULL)",
            name="judged",
        ),
        CheckConstraint("judged_by <> person_id", name="two_people"),
        UniqueConstraint("person_id", "key"),
        UniqueConstraint("leaf_seq"),
        Index("ix_delayed_try_provider_id", "provider_id", "sent_at"),
        Index(
            "uq_delayed_try_open", "person_id", "module_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN,
        ),
    )  # fmt: skip

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH))  # the same form sent twice is one try
    module_id: Mapped[str] = mapped_column(String(10))
    check_version: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    form: Mapped[str] = mapped_column(String(1))
    pinned: Mapped[dict[str, Any]]
    started_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    points: Mapped[int | None] = mapped_column(SmallInteger)
    verdicts: Mapped[dict[str, Any] | None]  # by written task: whether it does it, and a sentence where not
    again: Mapped[list[Any] | None]  # the lessons to read once more
    held: Mapped[bool | None]
    judged_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    judged_at: Mapped[datetime | None]
    authenticated_by: Mapped[str] = mapped_column(String(40), default="")
    leaf_seq: Mapped[int | None]


class DelayedAnswer(Base):
    """What somebody answered to one task: the letter of a choice, or what they wrote. None given has no row."""

    __tablename__ = "delayed_answer"

    try_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("delayed_try.id"), primary_key=True)
    task_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    answer: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    answered_at: Mapped[datetime]
