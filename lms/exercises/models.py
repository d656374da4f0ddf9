"""Tables of exercises: every attempt and every coding, pinned to the text that judged it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id

KEY_LENGTH = 40


class Attempt(Base):
    """One try at a quiz (all its items) or at one piece of a drill. Only the person who tried sees it."""

    __tablename__ = "attempt"
    __table_args__ = (
        CheckConstraint("kind IN ('quiz', 'drill', 'sort', 'ladder', 'return', 'silence')", name="kind"),
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


OPEN = text("sent_at IS NULL")


class CodingPractice(Base):
    """One coding of a transcript, as a draft and once it is sent. Only the person who coded sees it.

    `labels` and `key` go by the ids of turns; `content_hash` is the transcript they belong to.
    """

    __tablename__ = "coding_practice"
    __table_args__ = (
        CheckConstraint("(sent_at IS NULL) = (kappa IS NULL)", name="sent"),
        Index("ix_coding_practice_person_id", "person_id", "sent_at"),
        Index(
            "uq_coding_practice_draft", "person_id", "transcript_id",
            unique=True, sqlite_where=OPEN, postgresql_where=OPEN,
        ),
    )  # fmt: skip

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    transcript_id: Mapped[str] = mapped_column(String(60))
    content_hash: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1)
    labels: Mapped[dict[str, Any]]
    key: Mapped[dict[str, Any] | None]  # as it was read beside these labels, once sent
    kappa: Mapped[int | None]  # on openness, in ten-thousandths
    begun_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class CaseRating(Base):
    """An evening that somebody rated by the rubric, beside the key as it was that day. Only who rated sees it."""

    __tablename__ = "case_rating"
    __table_args__ = (Index("ix_case_rating_person_id", "person_id", "rated_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    case_id: Mapped[str] = mapped_column(String(60))
    content_hash: Mapped[str] = mapped_column(String(64))
    levels: Mapped[dict[str, Any]]  # by row; None where it was not seen
    key: Mapped[dict[str, Any]]
    rated_at: Mapped[datetime]
