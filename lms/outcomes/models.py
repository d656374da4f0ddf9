"""Tables of outcomes: what a holder is asked and says, and the figures an organisation reads. Neither knows the other.

Nothing here is what was said in a circle. A reading is numbers of four or more people; it names nobody, and stays as it
is whatever somebody deletes later.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id
from lms.outcomes.rules import LONGEST_FIGURE, LONGEST_LEARNING, LONGEST_SURPRISE


class FollowUp(Base):
    """Somebody brought a problem that their circle agreed on, and is asked later what came of it. No word of it."""

    __tablename__ = "follow_up"
    __table_args__ = (
        CheckConstraint("(asked_on IS NULL) = (until IS NULL)", name="asked"),
        Index("ix_follow_up_person_id", "person_id"),
        Index("ix_follow_up_organisation_id", "organisation_id", "until"),
        Index("ix_follow_up_due_on", "due_on"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    round_id: Mapped[uuid.UUID] = mapped_column(unique=True)  # which may be gone
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("peer_group.id"))
    held_on: Mapped[date]
    due_on: Mapped[date]
    asked_on: Mapped[date | None]
    reminded_on: Mapped[date | None]
    until: Mapped[date | None]
    ended_on: Mapped[date | None]  # its holder deleted what they wrote
    asks_importance: Mapped[bool] = mapped_column(default=False)  # nobody had asked when the problem was brought


class ProblemBrought(Base):
    """How important a problem is to its holder, said when they brought it. Theirs: nobody else reads it."""

    __tablename__ = "problem_brought"
    __table_args__ = (
        CheckConstraint("importance BETWEEN 1 AND 5", name="importance"),
        Index("ix_problem_brought_person_id", "person_id"),
    )

    round_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)  # which may be gone
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    importance: Mapped[int] = mapped_column(SmallInteger)
    said_at: Mapped[datetime]


class StatementMarks(Base):
    """How many statements of a problem its holder marked, and how many were it. Not a word, and nobody's name."""

    __tablename__ = "statement_marks"
    __table_args__ = (
        CheckConstraint("hits BETWEEN 0 AND marked AND marked BETWEEN 0 AND written", name="parts"),
        Index("ix_statement_marks_group_id", "group_id", "held_on"),
    )

    round_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)  # which may be gone
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("peer_group.id"))
    held_on: Mapped[date]
    written: Mapped[int] = mapped_column(SmallInteger)
    marked: Mapped[int] = mapped_column(SmallInteger)
    hits: Mapped[int] = mapped_column(SmallInteger)


class FollowUpAnswer(Base):
    """What the holder says. It is theirs: nobody else reads it, and they can delete it on any day."""

    __tablename__ = "follow_up_answer"
    __table_args__ = (
        CheckConstraint("state IN ('worse', 'same', 'moved', 'resolved')", name="state"),
        CheckConstraint("acted IN ('holder', 'team', 'others', 'nobody')", name="acted"),
        CheckConstraint('"right" BETWEEN 0 AND 3', name="right"),
        CheckConstraint("importance BETWEEN 1 AND 5", name="importance"),
        CheckConstraint("depth BETWEEN 1 AND 4", name="depth"),
        CheckConstraint("story IN ('no', 'anonymous', 'named')", name="story"),
    )

    follow_up_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("follow_up.id"), primary_key=True)
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(8))
    acted: Mapped[str] = mapped_column(String(6))
    surprised: Mapped[str] = mapped_column(String(LONGEST_SURPRISE))
    right: Mapped[int] = mapped_column(SmallInteger)
    importance: Mapped[int | None] = mapped_column(SmallInteger)  # where it was not asked at the start
    learning: Mapped[str] = mapped_column(String(LONGEST_LEARNING))
    depth: Mapped[int | None] = mapped_column(SmallInteger)
    story: Mapped[str] = mapped_column(String(9))
    said_at: Mapped[datetime]


class FollowUpLink(Base):
    """A link in a letter. It answers one follow-up until its last day, or ends the letters; it does nothing else."""

    __tablename__ = "follow_up_link"
    __table_args__ = (
        CheckConstraint("purpose IN ('answer', 'stop')", name="purpose"),
        Index("ix_follow_up_link_follow_up_id", "follow_up_id"),
    )

    code_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    follow_up_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("follow_up.id"))
    purpose: Mapped[str] = mapped_column(String(6))


class FollowUpStop(Base):
    """Somebody does not want to be asked what came of their problems."""

    __tablename__ = "follow_up_stop"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    since: Mapped[datetime]


class OutcomeReading(Base):
    """A figure of an organisation at the end of a quarter. Never edited.

    Where too few had answered it holds how many were asked and nothing else; what they said joins a later reading.
    """

    __tablename__ = "outcome_reading"
    __table_args__ = (
        CheckConstraint("shown OR (n = 0 AND hits = 0)", name="hidden"),
        CheckConstraint("NOT shown OR n >= 4", name="enough"),
        CheckConstraint("hits BETWEEN 0 AND n", name="parts"),
        UniqueConstraint("organisation_id", "figure", "closed_on"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    figure: Mapped[str] = mapped_column(String(LONGEST_FIGURE))
    closed_on: Mapped[date]  # the last day of its quarter
    scheme: Mapped[int] = mapped_column(SmallInteger)
    shown: Mapped[bool]
    asked: Mapped[int]
    n: Mapped[int]
    hits: Mapped[int]
    levels: Mapped[list[Any]]  # of a median: every answer's own, in order of size
    read_at: Mapped[datetime]
