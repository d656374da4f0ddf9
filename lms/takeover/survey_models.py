"""Tables of surveys. Nothing in them tells whose an answer is, or when it came."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id


class CircleSurvey(Base):
    """A sheet that a circle, or a whole organisation, was asked to fill in. Answers are read once, when it is over."""

    __tablename__ = "circle_survey"
    __table_args__ = (
        CheckConstraint(
            "(kind IN ('safety', 'pulse')) = (group_id IS NOT NULL) "
            "AND (kind IN ('openness', 'members')) = (organisation_id IS NOT NULL)",
            name="kind",
        ),
        CheckConstraint("(closed_at IS NULL) = (answers IS NULL)", name="closed"),
        UniqueConstraint("opened_by", "key"),
        Index("ix_circle_survey_group_id", "group_id", "opened_at"),
        Index("ix_circle_survey_organisation_id", "organisation_id", "opened_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("peer_group.id"))
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))
    key: Mapped[uuid.UUID]
    kind: Mapped[str] = mapped_column(String(8))
    asked: Mapped[int] = mapped_column(SmallInteger)  # slips that were handed out
    opened_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    until: Mapped[date]
    closed_at: Mapped[datetime | None]
    answers: Mapped[int | None] = mapped_column(SmallInteger)  # how many, once it is over


class SurveySlip(Base):
    """A slip that opens one sheet once. It is gone with the answer, and the answer does not name it."""

    __tablename__ = "survey_slip"
    __table_args__ = (Index("ix_survey_slip_survey_id", "survey_id"),)

    code_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    survey_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("circle_survey.id"))


class SurveyAnswer(Base):
    """One filled sheet. Its id is drawn by lot, so that ids do not sort by age as elsewhere."""

    __tablename__ = "survey_answer"
    __table_args__ = (Index("ix_survey_answer_survey_id", "survey_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    survey_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("circle_survey.id"))
    given: Mapped[list[Any]]
