"""Tables of spaced practice: every answer, when each question comes again, and who wants a letter."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base

KEY_LENGTH = 130


class RefreshAnswer(Base):
    """One answer, which the database lets nobody change. `answered_on` is the day by the site's clock.

    A question is answered once a day, on whatever device.
    """

    __tablename__ = "refresh_answer"
    __table_args__ = (
        UniqueConstraint("person_id", "question", "digest", "answered_on"),
        Index("ix_refresh_answer_person_id_answered_on", "person_id", "answered_on"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)  # the form's own key: the same form twice is one answer
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    question: Mapped[str] = mapped_column(String(KEY_LENGTH))
    digest: Mapped[str] = mapped_column(String(64))  # the text that was asked
    lesson_id: Mapped[str] = mapped_column(String(40))
    seconds: Mapped[int]  # what it takes, by its words
    is_new: Mapped[bool]  # whether it was asked for the first time
    chosen: Mapped[str] = mapped_column(String(10))  # the key of a choice; empty where one compared for oneself
    right: Mapped[bool]
    answered_on: Mapped[date]
    answered_at: Mapped[datetime]


class RefreshFelt(Base):
    """How hard an answer was, in the words of whoever gave it. Said once."""

    __tablename__ = "refresh_felt"
    __table_args__ = (CheckConstraint("felt IN ('gone', 'hard', 'thought', 'easy')", name="felt"),)

    answer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("refresh_answer.id"), primary_key=True)
    felt: Mapped[str] = mapped_column(String(10))
    said_at: Mapped[datetime]


class RefreshCard(Base):
    """How well a question is held and when it comes again. All of it follows from the answers to this very text."""

    __tablename__ = "refresh_card"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    stability: Mapped[float]
    difficulty: Mapped[float]
    answered_at: Mapped[datetime]
    due_on: Mapped[date]


class RefreshLetter(Base):
    """Whether somebody wants a letter when something waits, at what hour and on which days.

    `code` is in the letter's link to stop, which needs no sign-in and does nothing else. `looked_on` is the last day
    on which a letter was written, or was not needed: it is what keeps a second one from being written.
    """

    __tablename__ = "refresh_letter"
    __table_args__ = (
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
        CheckConstraint("days BETWEEN 1 AND 127", name="days"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    wanted: Mapped[bool]
    hour: Mapped[int]
    days: Mapped[int]  # Monday is 1, Tuesday 2, Wednesday 4 …
    code: Mapped[str] = mapped_column(String(40), unique=True)
    looked_on: Mapped[date | None]
    changed_at: Mapped[datetime]
