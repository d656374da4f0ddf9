"""Tables of the knowledge test: each try with the text it is judged under, and each answer as it was saved."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id
from lms.exercises.models import KEY_LENGTH

OPEN = text("handed_in_at IS NULL")


class KnowledgeTest(Base):
    """One try of one person, of whom one is open at most. `drawn` holds the blueprint and every item in full, so that
    it stays readable when the bank has moved on. Only the person who took it sees it."""

    __tablename__ = "knowledge_test"
    __table_args__ = (
        CheckConstraint("(handed_in_at IS NULL) = (passed IS NULL)", name="judged"),
        CheckConstraint("minutes > 0", name="minutes"),
        CheckConstraint("extra_minutes >= 0", name="extra_minutes"),
        UniqueConstraint("person_id", "key"),
        Index("uq_knowledge_test_open", "person_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH))  # the same form sent twice is one try
    blueprint: Mapped[str] = mapped_column(String(60))
    blueprint_version: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))  # of the blueprint; items carry their own
    seed: Mapped[str] = mapped_column(String(40))
    drawn: Mapped[dict[str, Any]]
    minutes: Mapped[int | None] = mapped_column(SmallInteger)  # none: nobody looks at a clock
    extra_minutes: Mapped[int] = mapped_column(SmallInteger, default=0)  # an accommodation for this try
    started_at: Mapped[datetime]
    handed_in_at: Mapped[datetime | None]
    passed: Mapped[bool | None]
    points: Mapped[dict[str, Any] | None]  # by item, as fractions; for the figures of the items


class KnowledgeAnswer(Base):
    """What somebody answered to one item. An answer that was never given has no row."""

    __tablename__ = "knowledge_answer"

    test_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("knowledge_test.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    answer: Mapped[dict[str, Any]]
    version: Mapped[int]
    answered_at: Mapped[datetime]
