"""Tables of the values interview: who is heard, by whom, what each wrote, and what came of it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id

RUNNING = text("closed_at IS NULL AND cancelled_at IS NULL")
TAKEN = text("left_at IS NULL")


class Interview(Base):
    """A values interview of one person with a provider, by one version of the questions. One at a time may be open."""

    __tablename__ = "interview"
    __table_args__ = (
        CheckConstraint("arranged_by <> person_id", name="nobody_arranges_their_own"),
        CheckConstraint("result IN ('yes', 'not_yet')", name="result"),
        CheckConstraint("(closed_at IS NULL) = (result IS NULL)", name="closed"),
        CheckConstraint("closed_at IS NULL OR cancelled_at IS NULL", name="one_end"),
        UniqueConstraint("arranged_by", "key"),
        Index(
            "uq_interview_running",
            "person_id",
            "provider_id",
            unique=True,
            sqlite_where=RUNNING,
            postgresql_where=RUNNING,
        ),
        Index("ix_interview_provider_id", "provider_id"),
        Index("uq_interview_leaf_seq", "leaf_seq", unique=True),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    key: Mapped[uuid.UUID] = mapped_column(default=new_id)  # of the form: sent twice, it is one interview
    held_on: Mapped[date]
    questions_version: Mapped[int] = mapped_column(SmallInteger)
    questions_hash: Mapped[str] = mapped_column(String(64))
    arranged_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    arranged_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]  # when both notes were in
    closed_at: Mapped[datetime | None]  # when there was a result
    closed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    authenticated_by: Mapped[str | None] = mapped_column(String(40))  # of whoever closed it
    result: Mapped[str | None] = mapped_column(String(10))
    leaf_seq: Mapped[int | None]
    cancelled_at: Mapped[datetime | None]


class InterviewAssessor(Base):
    """A place on an interview and who was asked to take it. Somebody who fell ill leaves it, and another takes it."""

    __tablename__ = "interview_assessor"
    __table_args__ = (
        CheckConstraint("person_id <> about_id", name="nobody_assesses_themselves"),
        CheckConstraint("(left_at IS NULL) = (left_because IS NULL)", name="left"),
        CheckConstraint("place IN (1, 2)", name="place"),
        Index(
            "uq_interview_assessor_place",
            "interview_id",
            "place",
            unique=True,
            sqlite_where=TAKEN,
            postgresql_where=TAKEN,
        ),
        Index(
            "uq_interview_assessor_person",
            "interview_id",
            "person_id",
            unique=True,
            sqlite_where=TAKEN,
            postgresql_where=TAKEN,
        ),
        Index("ix_interview_assessor_person_id", "person_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    interview_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("interview.id"))
    about_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))  # who is heard
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    place: Mapped[int] = mapped_column(SmallInteger)
    named_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    named_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    left_because: Mapped[str | None] = mapped_column(Text)


class InterviewNote(Base):
    """What an assessor heard: first alone, and perhaps once more after both have talked. The first one is kept.

    Never changed but for its entry in the register, which a first note gets when both are opened.
    """

    __tablename__ = "interview_note"
    __table_args__ = (
        UniqueConstraint("assessor_id", "round"),
        CheckConstraint("verdict IN ('yes', 'not_yet')", name="verdict"),
        CheckConstraint("verdict = 'yes' OR missing <> ''", name="missing"),
        CheckConstraint("round IN (1, 2)", name="round"),
        Index("ix_interview_note_interview_id", "interview_id"),
        Index("uq_interview_note_leaf_seq", "leaf_seq", unique=True),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    interview_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("interview.id"))
    assessor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("interview_assessor.id"))
    round: Mapped[int] = mapped_column(SmallInteger)
    heard: Mapped[dict[str, Any]]  # by question
    breach: Mapped[str] = mapped_column(Text)
    repair: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(String(10))
    missing: Mapped[str] = mapped_column(Text)  # what another interview would have to show
    because: Mapped[str] = mapped_column(Text)  # why the first note is changed
    sent_at: Mapped[datetime]
    authenticated_by: Mapped[str] = mapped_column(String(40))
    leaf_seq: Mapped[int | None]
