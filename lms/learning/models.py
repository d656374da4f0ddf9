"""Tables of learning: enrolment and lesson progress."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id

OPEN = text("decided_at IS NULL")


class Enrolment(Base):
    """A person of a client organisation, trained by a provider towards a standard, with one trainer at their side.

    Each rung of the ladder is a training of its own. Of several that run, pages show the one whose turn it is.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("person_id", "provider_id", "standard_id"),
        Index("ix_enrolment_organisation_id_unit_id", "organisation_id", "unit_id"),
        Index("ix_enrolment_provider_id_trainer_id", "provider_id", "trainer_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("unit.id"))
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    trainer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    standard_id: Mapped[str] = mapped_column(String(40), default="certified")
    standard_version: Mapped[int] = mapped_column(default=1)  # a person stays on the version they began with
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    rests: Mapped[bool] = mapped_column(default=False)  # ended by the learner's own word, and theirs to go on with
    early_because: Mapped[str] = mapped_column(Text, default="")  # why they began before what comes before it


class EnrolmentGap(Base):
    """Days on which a training had ended, before it was gone on with: a past day stays as it was.

    Until then it belonged to `organisation_id`. Somebody may go on with it from another client of the same provider,
    even on the same day.
    """

    __tablename__ = "enrolment_gap"
    __table_args__ = (CheckConstraint("ended_on >= started_on", name="days"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    started_on: Mapped[date]
    ended_on: Mapped[date]


class Nomination(Base):
    """A manager's word that somebody of a unit should be trained, and what became of it.

    It lets nobody in: an administrator of the provider accepts it, which invites them or lets them move on, or declines
    it with a reason that the manager reads. Name and address stand as the manager wrote them.
    """

    __tablename__ = "nomination"
    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided"),
        CheckConstraint("accepted IS NULL OR decided_at IS NOT NULL", name="accepted"),
        Index("ix_nomination_organisation_id", "organisation_id", "nominated_at"),
        Index(
            "uq_nomination_open", "organisation_id", "email", "standard_id",
            unique=True, sqlite_where=OPEN, postgresql_where=OPEN,
        ),
    )  # fmt: skip

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)  # the form's own key: the same form twice is one nomination
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(String(90))
    email: Mapped[str] = mapped_column(String(254))
    standard_id: Mapped[str] = mapped_column(String(40))
    why: Mapped[str] = mapped_column(Text)
    nominated_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    nominated_at: Mapped[datetime]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]
    because: Mapped[str] = mapped_column(Text, default="")  # why it was declined
    invitation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("invitation.id"))  # none for who moved on


class LessonPlace(Base):
    """Where somebody was in a lesson, on whatever device they read it last."""

    __tablename__ = "lesson_place"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    lesson_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    part: Mapped[str] = mapped_column(String(120))  # the anchor of a heading
    at: Mapped[datetime]


class LessonDone(Base):
    """A lesson somebody finished, and the exact text they finished."""

    __tablename__ = "lesson_done"
    __table_args__ = (UniqueConstraint("person_id", "lesson_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    lesson_id: Mapped[str] = mapped_column(String(40))
    content_hash: Mapped[str] = mapped_column(String(64))
    done_at: Mapped[datetime]
    # When it was last done again, and the text that was; some lessons are, since what they teach has to stay fresh.
    again_at: Mapped[datetime | None]
    again_hash: Mapped[str | None] = mapped_column(String(64))


def last_done() -> ColumnElement[datetime]:
    """When a lesson was done last."""
    return func.coalesce(LessonDone.again_at, LessonDone.done_at)
