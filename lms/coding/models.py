"""Tables of coding: a sample of a meeting, who said yes, turns and labels. Words lie apart, and are deleted."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.coding.rules import LONGEST_TURN
from lms.core.db import Base, new_id

STANDS = text("state <> 'ended' AND person_id IS NULL")
OWN_STANDS = text("state <> 'ended' AND person_id IS NOT NULL")
OPENNESS = "openness IS NULL OR openness IN ('open', 'closed', 'unsure')"
ADVICE = "advice IS NULL OR advice IN ('no', 'yes')"


class CodingSample(Base):
    """Turns of one meeting's question phase that two people are to label. It holds no word of anybody.

    The seed is thrown when the sample is asked for, before anybody enters a turn. A meeting has one sample that stands
    of what its members asked, and one of what whoever led it said: that one names the `person_id`, and is about nobody
    else. A seat in its words, and the consent that goes with it, is of whoever was spoken to.
    """

    __tablename__ = "coding_sample"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'coding', 'comparing', 'closed', 'ended')", name="state"),
        CheckConstraint("(state = 'ended') = (ended_because IS NOT NULL)", name="ended"),
        CheckConstraint("(proposed_by IS NULL) = (proposed_at IS NULL)", name="proposed"),
        UniqueConstraint("asked_by", "key"),
        Index("ix_coding_sample_group_id", "group_id", "asked_at"),
        Index(
            "uq_coding_sample_meeting_id", "meeting_id", unique=True, sqlite_where=STANDS, postgresql_where=STANDS
        ),
        Index("uq_coding_sample_own", "meeting_id", unique=True, sqlite_where=OWN_STANDS, postgresql_where=OWN_STANDS),
        Index("ix_coding_sample_person_id", "person_id"),
    )  # fmt: skip

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("peer_group.id"))
    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))  # whose own turns; none: the circle's
    key: Mapped[uuid.UUID] = mapped_column(default=new_id)
    holder: Mapped[str] = mapped_column(String(36))  # the seat whose problem it was
    seed: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(9), default="asked")
    version: Mapped[int] = mapped_column(default=1)  # rises with everything that makes an open page old
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    until: Mapped[date]  # the last day on which its words may be here
    entered: Mapped[int | None] = mapped_column(SmallInteger)  # turns that were sent, and of them drawn
    drawn: Mapped[int | None] = mapped_column(SmallInteger)
    sent_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime | None]
    taken_out: Mapped[int] = mapped_column(SmallInteger, default=0)  # turns of whoever took their yes back since
    taken_out_at: Mapped[datetime | None]
    proposed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime | None]
    proposed_proof: Mapped[str] = mapped_column(String(40), default="")
    closed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str | None] = mapped_column(String(8))


class CodingConsent(Base):
    """That whoever sat there said yes to this sample, for themself, or told the facilitator on a day."""

    __tablename__ = "coding_consent"
    __table_args__ = (Index("ix_coding_consent_person_id", "person_id"),)

    sample_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("coding_sample.id"), primary_key=True)
    seat: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))  # none: noted for somebody
    said_on: Mapped[date]
    noted_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]


class CodingTurn(Base):
    """A turn: where it came in the meeting, where the draw put it, and what was settled about it."""

    __tablename__ = "coding_turn"
    __table_args__ = (
        CheckConstraint(OPENNESS, name="openness"),
        CheckConstraint(ADVICE, name="advice"),
        UniqueConstraint("sample_id", "spoken"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    sample_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("coding_sample.id"))
    spoken: Mapped[int] = mapped_column(SmallInteger)
    place: Mapped[int | None] = mapped_column(SmallInteger)  # in the drawn order; none until it is sent
    openness: Mapped[str | None] = mapped_column(String(6))
    advice: Mapped[str | None] = mapped_column(String(3))


class CodingWords(Base):
    """What was said in a turn and from which seat. The only place; it is deleted with the closing, or before."""

    __tablename__ = "coding_words"

    turn_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("coding_turn.id"), primary_key=True)
    seat: Mapped[str] = mapped_column(String(36))
    words: Mapped[str] = mapped_column(String(LONGEST_TURN))


class CodingCoder(Base):
    """One of the two who label a sample. Whoever stands in for somebody is a new row, and starts anew."""

    __tablename__ = "coding_coder"
    __table_args__ = (
        CheckConstraint("place IN (1, 2)", name="place"),
        UniqueConstraint("sample_id", "person_id"),
        Index("uq_coding_coder_place", "sample_id", "place", unique=True),
        Index("ix_coding_coder_person_id", "person_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    sample_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("coding_sample.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    place: Mapped[int] = mapped_column(SmallInteger)
    version: Mapped[int] = mapped_column(default=1)
    named_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    named_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class CodingLabel(Base):
    """What one coder made of one turn, alone."""

    __tablename__ = "coding_label"
    __table_args__ = (
        CheckConstraint(OPENNESS, name="openness"),
        CheckConstraint(ADVICE, name="advice"),
        Index("ix_coding_label_turn_id", "turn_id"),
    )

    coder_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("coding_coder.id"), primary_key=True)
    turn_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("coding_turn.id"), primary_key=True)
    openness: Mapped[str | None] = mapped_column(String(6))
    advice: Mapped[str | None] = mapped_column(String(3))


class CodingResult(Base):
    """What came of a sample, in figures, as both signed it. Never edited. Coefficients are ten-thousandths."""

    __tablename__ = "coding_result"
    __table_args__ = (
        CheckConstraint("written_by <> signed_by", name="two_people"),
        CheckConstraint("open BETWEEN 0 AND turns AND without_advice BETWEEN 0 AND turns", name="parts"),
        CheckConstraint("kappa_open BETWEEN -10000 AND 10000", name="kappa_open"),
        CheckConstraint("kappa_advice BETWEEN -10000 AND 10000", name="kappa_advice"),
        Index("ix_coding_result_group_id", "group_id", "coded_on"),
        Index("ix_coding_result_person_id", "person_id"),
    )

    sample_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("coding_sample.id"), primary_key=True)
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("peer_group.id"))
    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))  # as in the sample
    coded_on: Mapped[date]
    turns: Mapped[int] = mapped_column(SmallInteger)
    open: Mapped[int] = mapped_column(SmallInteger)
    without_advice: Mapped[int] = mapped_column(SmallInteger)
    alike_open: Mapped[int] = mapped_column(SmallInteger)
    alike_advice: Mapped[int] = mapped_column(SmallInteger)
    kappa_open: Mapped[int] = mapped_column(SmallInteger)
    kappa_advice: Mapped[int] = mapped_column(SmallInteger)
    seed: Mapped[str] = mapped_column(String(32))
    written_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    written_proof: Mapped[str] = mapped_column(String(40))
    signed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime]
    signed_proof: Mapped[str] = mapped_column(String(40))
    leaf_seq: Mapped[int]
