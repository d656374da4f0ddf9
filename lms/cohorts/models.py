"""Tables of cohorts: their plan, who is in one from when until when, and what a trainer wrote to somebody in it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id

INSIDE = text("left_at IS NULL")


class Cohort(Base):
    """People who begin together: a first day, so many lessons a week, and weeks that are left out."""

    __tablename__ = "cohort"
    __table_args__ = (
        CheckConstraint("per_week BETWEEN 1 AND 14", name="per_week"),
        Index("ix_cohort_provider_id", "provider_id", "closed_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)  # the form's own key: the same form twice is one cohort
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(80))
    standard_id: Mapped[str] = mapped_column(String(40))  # the award whose lessons the plan is made of
    begins_on: Mapped[date]
    per_week: Mapped[int] = mapped_column(SmallInteger)
    weeks_off: Mapped[list[Any]]  # a day of each week without lessons
    version: Mapped[int] = mapped_column(default=1)
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class CohortPlace(Base):
    """A training in a cohort, from when until when; in one at a time."""

    __tablename__ = "cohort_place"
    __table_args__ = (
        Index("ix_cohort_place_cohort_id", "cohort_id", "left_at"),
        Index(
            "uq_cohort_place_inside", "enrolment_id", unique=True, sqlite_where=INSIDE, postgresql_where=INSIDE,
        ),
    )  # fmt: skip

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"))
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"))
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class CohortLetter(Base):
    """What a trainer wrote to somebody who was stuck, so that two do not write on one day."""

    __tablename__ = "cohort_letter"
    __table_args__ = (Index("ix_cohort_letter_enrolment_id", "enrolment_id", "written_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)  # the form's own key: the same form twice is one letter
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"))
    written_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
