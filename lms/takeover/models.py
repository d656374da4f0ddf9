"""Tables of taking over: what was counted of a meeting, what a circle knows and was promised, the stool's moves."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id
from lms.takeover.rules import LONGEST_WORD


class MeetingCount(Base):
    """How a meeting ran, in numbers. It has no room for a word of what was said there."""

    __tablename__ = "meeting_count"
    __table_args__ = (
        CheckConstraint("step IN ('none', 'told', 'open')", name="step"),
        CheckConstraint("stepped_in >= 0 AND noticed_inside >= 0 AND noticed_outside >= 0", name="counts"),
    )

    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    version: Mapped[int]
    run_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("group_member.id"))  # none: the facilitator
    holder_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("group_member.id"))  # none: the facilitator
    stepped_in: Mapped[int] = mapped_column(SmallInteger)  # times the trainer or the facilitator did
    noticed_inside: Mapped[int] = mapped_column(SmallInteger)  # advice or leading that a member noticed first
    noticed_outside: Mapped[int] = mapped_column(SmallInteger)  # or the trainer or the facilitator
    agreed: Mapped[bool]  # on the problem, and its holder said yes
    early: Mapped[bool]  # solutions were talked about before
    step: Mapped[str] = mapped_column(String(4))  # what became of the last one's next step
    turns: Mapped[dict[str, Any]]  # questions each asked, by seat
    counted_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    counted_at: Mapped[datetime]


class CircleCheck(Base):
    """That a member knows the limits of confidentiality, or whom to call for help: somebody asked, and they told."""

    __tablename__ = "circle_check"
    __table_args__ = (CheckConstraint("topic IN ('limits', 'help')", name="topic"),)

    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("group_member.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(6), primary_key=True)
    noted_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime]


class CircleWord(Base):
    """What somebody answers for: that time is protected until a day, or whether anybody's safety is in question.

    Never edited: a later word is a new row, and the newest of its kind counts.
    """

    __tablename__ = "circle_word"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('time', 'case') AND (kind = 'time') = (until IS NOT NULL) "
            "AND (kind = 'case') = (open IS NOT NULL)",
            name="kind",
        ),
        Index("ix_circle_word_group_id", "group_id", "said_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("peer_group.id"))
    kind: Mapped[str] = mapped_column(String(4))
    until: Mapped[date | None]
    open: Mapped[bool | None]
    said_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[datetime]
    authenticated_by: Mapped[str] = mapped_column(String(40))


class StageMove(Base):
    """That a circle's trainer moved the stool, why, and exactly what stood on the page then. Never edited."""

    __tablename__ = "stage_move"
    __table_args__ = (
        CheckConstraint("from_stage <> to_stage", name="moves"),
        UniqueConstraint("decided_by", "key"),
        Index("ix_stage_move_group_id_decided_at", "group_id", "decided_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("peer_group.id"))
    key: Mapped[uuid.UUID] = mapped_column(default=new_id)
    from_stage: Mapped[str] = mapped_column(String(3))
    to_stage: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]
    standard_id: Mapped[str] = mapped_column(String(40))
    standard_version: Mapped[int]
    standard_hash: Mapped[str] = mapped_column(String(64))
    readiness: Mapped[dict[str, Any]]
    handed_over_at: Mapped[datetime | None]  # the hand-over that it ended: the circle takes more support again
    proposed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))  # where two of the circle decided
    leaf_seq: Mapped[int]


class StagePlan(Base):
    """By when a circle's trainer means to move the stool to a stage. A plan, and no decision: it may be changed."""

    __tablename__ = "stage_plan"

    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("peer_group.id"), primary_key=True)
    stage: Mapped[str] = mapped_column(String(3), primary_key=True)
    day: Mapped[date]
    planned_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    planned_at: Mapped[datetime]


class MeetingObservation(Base):
    """What an observer saw of how a circle worked in one meeting. It has no room for what the meeting was about.

    `tie` is what ties the observer to the circle, by data, on the day they signed; empty for nothing.
    """

    __tablename__ = "meeting_observation"
    __table_args__ = (
        CheckConstraint("helped BETWEEN 1 AND 5", name="helped"),
        CheckConstraint("tie IN ('', 'trainer', 'seat', 'employer')", name="tie"),
    )

    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    observer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    version: Mapped[int]
    helped: Mapped[int] = mapped_column(SmallInteger)  # looking back: how much had to be done for the circle
    stage: Mapped[str] = mapped_column(String(3))  # looking ahead: where the stool should be next time
    seen: Mapped[list[Any]]  # signs, by id
    keep: Mapped[str] = mapped_column(String(LONGEST_WORD))
    try_next: Mapped[str] = mapped_column(String(LONGEST_WORD))
    concern: Mapped[bool]  # about somebody's safety
    tie: Mapped[str] = mapped_column(String(8))
    signed_at: Mapped[datetime]
    authenticated_by: Mapped[str] = mapped_column(String(40))
