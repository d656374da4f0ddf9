"""Tables of practice: drafts, sessions, what came back, what was signed, and what happened in between."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from assessments.assurance import Tier
from lms.core.db import Base, new_id

SAID = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
STANDS = sa.text("voided_at IS NULL AND tier <> 'link'")
OBSERVES = sa.text("voided_at IS NULL AND tier = 'link'")
VOIDS = sa.text("kept IS NOT NULL")
OPEN = sa.text("ended_id IS NULL")


class Draft(Base):
    """What somebody is writing, exactly as they typed it. `key` goes along with the form from its first minute."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(20))  # session: not sent yet; change: of a session that was
    key: Mapped[uuid.UUID]
    version: Mapped[int]
    body: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]


class PracticeSession(Base):
    """A session as its facilitator wrote it up: counts, minutes and ratings, never what was said in the circle."""

    __tablename__ = "practice_session"
    __table_args__ = (
        CheckConstraint(
            "role IN ('watched', 'shared', 'beside', 'outside', 'alone', 'held', 'member', 'led')", name="role"
        ),
        CheckConstraint("state IN ('waiting', 'returned', 'signed')", name="state"),
        CheckConstraint("trainer_id <> person_id", name="two_people"),
        UniqueConstraint("person_id", "key"),
        # One meeting never counts twice.
        UniqueConstraint("person_id", "group_id", "held_on", name="uq_practice_session_meeting"),
        UniqueConstraint("id", "person_id"),
        Index("ix_practice_session_trainer_id", "trainer_id", "state", "submitted_at"),
        Index("ix_practice_session_group_id", "group_id", "held_on"),
        Index("ix_practice_session_person_id", "person_id", "held_on"),
        # Counting what waits for somebody, which may be thousands, reads the index alone.
        Index("ix_practice_session_state", "state", "submitted_at", "trainer_id", "group_id", "person_id", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    key: Mapped[uuid.UUID] = mapped_column(default=new_id)
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("peer_group.id"))
    meeting_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("meeting.id"))
    trainer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    held_on: Mapped[date]
    minutes: Mapped[int]
    role: Mapped[str] = mapped_column(String(10))
    phases: Mapped[dict[str, Any]]
    open: Mapped[int]
    closed: Mapped[int]
    leading: Mapped[int]
    advice: Mapped[int]
    own_ratings: Mapped[dict[str, Any]]
    keep: Mapped[str] = mapped_column(Text())
    differently: Mapped[str] = mapped_column(Text(), default="")
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    version: Mapped[int] = mapped_column(default=1)
    submitted_at: Mapped[datetime]


class PracticeReturn(Base):
    """A session came back to its writer, at this version and for this reason. Later versions leave it standing."""

    __tablename__ = "practice_return"
    __table_args__ = (
        CheckConstraint("returned_by <> person_id", name="two_people"),
        ForeignKeyConstraint(["session_id", "person_id"], ["practice_session.id", "practice_session.person_id"]),
        # Another may return the same version, once a second assessor has decided that the first had no reason to.
        UniqueConstraint("session_id", "version", "returned_by"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID]
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    returned_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text())
    returned_at: Mapped[datetime]


class Signature(Base):
    """Somebody's word on one version of one session. The database refuses one's own, whatever the program thinks.

    One that is voided stays as it is, and counts nowhere: `STANDING` leaves it out. It leaves out as well what an
    outside observer signed by a link: that stands beside the trainer's signature and never in its place.
    """

    __tablename__ = "signature"
    __table_args__ = (
        CheckConstraint("signer_id <> person_id", name="two_people"),
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        CheckConstraint("tier IN ('account', 'beside', 'link')", name="tier"),
        ForeignKeyConstraint(["session_id", "person_id"], ["practice_session.id", "practice_session.person_id"]),
        Index("uq_signature_standing", "session_id", unique=True, sqlite_where=STANDS, postgresql_where=STANDS),
        Index("uq_signature_observed", "session_id", unique=True, sqlite_where=OBSERVES, postgresql_where=OBSERVES),
        Index("ix_signature_session_id", "session_id"),  # also of those that stand no more
        Index("ix_signature_signer_id", "signer_id", "signed_at"),
        Index("ix_signature_provider_id", "provider_id", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID]
    signer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime]
    meaning: Mapped[str] = mapped_column(String(200))
    authenticated_by: Mapped[str] = mapped_column(String(40))
    tier: Mapped[Tier] = mapped_column(String(10), server_default="account")  # follows from `authenticated_by`
    session_version: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))  # of exactly what the signer read
    rubric_version: Mapped[int]
    rubric_hash: Mapped[str] = mapped_column(String(64))
    ratings: Mapped[dict[str, Any]]
    level: Mapped[int]
    comment: Mapped[str] = mapped_column(Text(), default="")
    observation: Mapped[dict[str, Any] | None] = mapped_column(SAID)  # None before there was one
    agreement: Mapped[dict[str, Any] | None] = mapped_column(SAID)  # the signer’s figures then; None where none was
    seconds: Mapped[int | None]  # from opening the form to signing; for its signer, and sealed nowhere
    provider_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))  # whose circle, where timed
    leaf_seq: Mapped[int]
    voided_at: Mapped[datetime | None]


# The trainer's signature of a session that counts, and beside it what an outside observer signed.
STANDING = sa.and_(Signature.session_id == PracticeSession.id, Signature.voided_at.is_(None), Signature.tier != "link")


class TrainerNote(Base):
    """What a trainer noted about a session for themself. Nobody else ever reads it, and it can be erased."""

    __tablename__ = "trainer_note"
    __table_args__ = (
        CheckConstraint("author_id <> person_id", name="two_people"),
        ForeignKeyConstraint(["session_id", "person_id"], ["practice_session.id", "practice_session.person_id"]),
        UniqueConstraint("session_id", "author_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text())


class PracticeEvent(Base):
    """What happened to a session, by whom and why. Triggers let nobody remove or rewrite it (migration 0007).

    Whoever voids a signature keeps word for word what was signed. Its writer sends, corrects, disputes and takes that
    back; others do the rest.
    """

    __tablename__ = "practice_event"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('sent', 'returned', 'signed', 'corrected', 'withdrawn', 'disputed', 'answered', 'dropped', "
            "'upheld', 'overruled', 'commented')",
            name="kind",
        ),
        CheckConstraint(
            "(kind IN ('sent', 'corrected', 'disputed', 'dropped')) = (actor_id = person_id)", name="two_people"
        ),
        CheckConstraint(
            "(kind IN ('corrected', 'withdrawn') OR (kind = 'overruled' AND signature_id IS NOT NULL)) "
            "= (kept IS NOT NULL)",
            name="kept",
        ),
        CheckConstraint("kind NOT IN ('upheld', 'overruled') OR leaf_seq IS NOT NULL", name="sealed"),
        CheckConstraint(
            "kept IS NULL OR (reason <> '' AND signature_id IS NOT NULL AND leaf_seq IS NOT NULL)", name="reason"
        ),
        ForeignKeyConstraint(["session_id", "person_id"], ["practice_session.id", "practice_session.person_id"]),
        Index("uq_practice_event_voids", "signature_id", unique=True, sqlite_where=VOIDS, postgresql_where=VOIDS),
        Index("ix_practice_event_session_id", "session_id", "at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID]
    version: Mapped[int]  # of the session when it happened
    kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text(), default="")
    signature_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("signature.id"))
    kept: Mapped[dict[str, Any] | None] = mapped_column(SAID)
    leaf_seq: Mapped[int | None]  # the register's entry, where a signature was voided or a dispute decided


class Dispute(Base):
    """A trainee says that a signature or a return is not right; somebody who is no party to it decides.

    The words are in the history: `opened_id`, `answered_id` and `ended_id` are what happened. One is open at a time.
    """

    __tablename__ = "practice_dispute"
    __table_args__ = (
        CheckConstraint("outcome IN ('upheld', 'overruled', 'dropped', 'settled')", name="outcome"),
        CheckConstraint("(signature_id IS NULL) <> (return_id IS NULL)", name="one_thing"),
        CheckConstraint("(outcome IS NULL) = (ended_id IS NULL)", name="ended"),
        CheckConstraint(
            "(second_id IS NOT NULL) = (outcome IS NOT NULL AND outcome IN ('upheld', 'overruled'))", name="decided"
        ),
        CheckConstraint(
            "first_id <> person_id AND (second_id IS NULL OR (second_id <> person_id AND second_id <> first_id))",
            name="three_people",
        ),
        ForeignKeyConstraint(["session_id", "person_id"], ["practice_session.id", "practice_session.person_id"]),
        Index("uq_practice_dispute_open", "session_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_practice_dispute_session_id", "session_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID]
    version: Mapped[int]  # of the session that was signed or returned
    signature_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("signature.id"))
    return_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("practice_return.id"))
    first_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))  # who signed or returned
    second_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))  # who decided
    outcome: Mapped[str | None] = mapped_column(String(10))
    opened_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("practice_event.id"), unique=True)
    answered_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("practice_event.id"))
    ended_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("practice_event.id"))


class EarlierSession(Base):
    """What somebody did before they came here, by their own word. Nobody signs it, and nothing counts it as signed."""

    __tablename__ = "earlier_session"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="minutes"),
        CheckConstraint("until > held_on", name="until"),
        # The same row again changes nothing.
        UniqueConstraint("person_id", "digest"),
        Index("ix_earlier_session_person_id", "person_id", "held_on"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    held_on: Mapped[date]
    until: Mapped[date | None]  # the last day, of a row that covers several
    minutes: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))  # empty where nobody said
    role: Mapped[str] = mapped_column(String(10))
    people: Mapped[int | None]
    digest: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(80))
    brought_at: Mapped[datetime]


class Absence(Base):
    """Days on which a trainer reads nothing, first and last included. Past ones stay."""

    __tablename__ = "absence"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="order"), UniqueConstraint("person_id", "starts_on"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class BackupRequest(Base):
    """The other trainers were asked to read a session as it was sent then: its own trainer is late or away."""

    __tablename__ = "backup_request"
    __table_args__ = (
        CheckConstraint("reason IN ('late', 'away')", name="reason"),
        UniqueConstraint("session_id", "sent_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("practice_session.id"))
    sent_at: Mapped[datetime]  # the session’s `submitted_at`: sent again, it is asked about again
    reason: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime]
    asked: Mapped[list[Any]]  # the ids of the trainers who got the letter; with none, an administrator did
