"""Tables of exercises: every attempt, pinned to the text that judged it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id

KEY_LENGTH = 40


class Attempt(Base):
    """One try at a quiz (all its items) or at one problem of a drill. Only the person who tried sees it."""

    __tablename__ = "attempt"
    __table_args__ = (
        CheckConstraint("kind IN ('quiz', 'drill')", name="kind"),
        UniqueConstraint("person_id", "key"),
        Index("ix_attempt_person_id_activity_id", "person_id", "activity_id", "created_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    activity_id: Mapped[str] = mapped_column(String(80))
    item_id: Mapped[str] = mapped_column(String(80), default="")
    kind: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH))  # the same form sent twice is one attempt
    content_hash: Mapped[str] = mapped_column(String(64))
    rules_version: Mapped[str] = mapped_column(String(64), default="")
    answer: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any]]
    looks: Mapped[str] = mapped_column(String(10), default="")  # the kind of question the coach saw
    own_label: Mapped[str | None] = mapped_column(String(10))  # where the coach could not tell, the learner decided
    created_at: Mapped[datetime]
