"""The table of what people say about a question where they see it differently from the coach."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base

FAULTS = "fault IN ('', 'X-ADV', 'X-LEAD', 'X-RHET', 'X-MULT', 'X-WHY')"


class QuestionLabel(Base):
    """A learner's own label for a question they asked in a drill, beside what the coach said then.

    `text` is empty unless they let it be kept. Their newest label replaces the one before.
    """

    __tablename__ = "question_label"
    __table_args__ = (
        CheckConstraint("openness IN ('open', 'closed', 'unsure')", name="openness"),
        CheckConstraint(FAULTS, name="fault"),
    )

    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    openness: Mapped[str] = mapped_column(String(6))
    fault: Mapped[str] = mapped_column(String(6))
    text: Mapped[str] = mapped_column(Text)
    said: Mapped[dict[str, Any]]  # what the coach said, by which rules
    labelled_at: Mapped[datetime]
