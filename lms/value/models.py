"""Tables of the value guarantee. Amounts are whole minor units of the engagement's currency.

Read by this area alone, and by whoever checks the register: nothing that assesses, decides or pays may.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id
from lms.value.rules import TITLE_LENGTH

FIRST_BILL = text("corrects_id IS NULL")


class Engagement(Base):
    """What a provider does for a client, for a fee. Its terms are versions; `in_force` is the one both agreed to."""

    __tablename__ = "value_engagement"
    __table_args__ = (
        UniqueConstraint("written_by", "key"),
        Index("ix_value_engagement_provider_id", "provider_id"),
        Index("ix_value_engagement_client_id", "client_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    client_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    key: Mapped[uuid.UUID]  # of the form: sent twice, it is one engagement
    written_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    in_force: Mapped[int | None] = mapped_column(SmallInteger)
    asked_at: Mapped[datetime | None]  # when the client was told, once, that the questions are open


class Terms(Base):
    """One version of the terms, by the provider; and the client's answer, a signature. Never changed once answered."""

    __tablename__ = "value_terms"
    __table_args__ = (
        CheckConstraint("fee > 0", name="fee"),
        CheckConstraint("floor IS NULL OR floor BETWEEN 1 AND fee", name="floor"),
        CheckConstraint("tax_rate BETWEEN 0 AND 10000", name="tax_rate"),
        CheckConstraint("starts_on <= ends_on AND ends_on <= answer_by", name="days"),
        CheckConstraint("answered_by <> written_by", name="two_people"),
        CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NULL) = (is_confirmed IS NULL)",
            name="answered",
        ),
        Index("uq_value_terms_leaf_seq", "leaf_seq", unique=True),
    )

    engagement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("value_engagement.id"), primary_key=True)
    version: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    answer_by: Mapped[date]
    agreed_on: Mapped[date]
    currency: Mapped[str] = mapped_column(String(3))
    fee: Mapped[int] = mapped_column(BigInteger)
    floor: Mapped[int | None] = mapped_column(BigInteger)
    tax_rate: Mapped[int]  # hundredths of a per cent
    minutes: Mapped[int]  # facilitated
    provider_address: Mapped[str] = mapped_column(Text)
    provider_tax_number: Mapped[str] = mapped_column(String(60))
    client_address: Mapped[str] = mapped_column(Text)
    pay_to: Mapped[str] = mapped_column(Text)
    pay_days: Mapped[int] = mapped_column(SmallInteger)
    key: Mapped[uuid.UUID]
    written_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    is_confirmed: Mapped[bool | None]
    because: Mapped[str] = mapped_column(Text, default="")  # why the client says no
    authenticated_by: Mapped[str] = mapped_column(String(40), default="")
    salt: Mapped[str] = mapped_column(String(32))
    leaf_seq: Mapped[int | None]


class ValueDraft(Base):
    """What a manager is writing, and nobody else reads. It goes when it is sent, or the engagement has its bill."""

    __tablename__ = "value_draft"
    __table_args__ = (CheckConstraint("step IN ('outcomes', 'worth')", name="step"),)

    engagement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("value_engagement.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(10), primary_key=True)
    body: Mapped[dict[str, Any]]
    version: Mapped[int]
    changed_at: Mapped[datetime]


class ValueSurvey(Base):
    """What came of it, by the client's own word. Locked, and before the question what it was worth."""

    __tablename__ = "value_survey"
    __table_args__ = (Index("uq_value_survey_leaf_seq", "leaf_seq", unique=True),)

    engagement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("value_engagement.id"), primary_key=True)
    answers: Mapped[dict[str, Any]]  # {outcome: {"came": "0" to "3" or "x", "words": text}}
    finished_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    finished_at: Mapped[datetime]
    salt: Mapped[str] = mapped_column(String(32))
    leaf_seq: Mapped[int]


class ValueStatement(Base):
    """What it was worth to the client. Made once, final."""

    __tablename__ = "value_statement"
    __table_args__ = (
        CheckConstraint("felt >= 0", name="felt"),
        Index("uq_value_statement_leaf_seq", "leaf_seq", unique=True),
    )

    engagement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("value_survey.engagement_id"), primary_key=True)
    terms_version: Mapped[int] = mapped_column(SmallInteger)
    felt: Mapped[int] = mapped_column(BigInteger)
    outcomes: Mapped[list[Any]]  # those that weighed most
    why: Mapped[str] = mapped_column(Text)
    key: Mapped[uuid.UUID]
    decided_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]
    authenticated_by: Mapped[str] = mapped_column(String(40))
    salt: Mapped[str] = mapped_column(String(32))
    leaf_seq: Mapped[int]


class Bill(Base):
    """A bill, numbered for its provider without gaps. Never changed: a correction is another bill."""

    __tablename__ = "value_bill"
    __table_args__ = (
        UniqueConstraint("provider_id", "number"),
        UniqueConstraint("corrects_id", name="uq_value_bill_corrects_id"),
        CheckConstraint("net = agreed + adjusted AND total = net + tax AND net >= 0 AND tax >= 0", name="sum"),
        CheckConstraint("(corrects_id IS NULL) = (because = '')", name="because"),
        Index(
            "uq_value_bill_first",
            "engagement_id",
            unique=True,
            sqlite_where=FIRST_BILL,
            postgresql_where=FIRST_BILL,
        ),
        Index("uq_value_bill_leaf_seq", "leaf_seq", unique=True),
        Index("ix_value_bill_engagement_id", "engagement_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int]
    engagement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("value_engagement.id"))
    terms_version: Mapped[int] = mapped_column(SmallInteger)
    corrects_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("value_bill.id"))
    because: Mapped[str] = mapped_column(Text)
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))  # nobody, where nobody answered
    made_at: Mapped[datetime]
    made_on: Mapped[date]
    was_answered: Mapped[bool]
    currency: Mapped[str] = mapped_column(String(3))
    agreed: Mapped[int] = mapped_column(BigInteger)
    adjusted: Mapped[int] = mapped_column(BigInteger)
    net: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    facts: Mapped[dict[str, Any]]  # whatever else is printed
    authenticated_by: Mapped[str] = mapped_column(String(40))
    salt: Mapped[str] = mapped_column(String(32))
    leaf_seq: Mapped[int]


class BillPdf(Base):
    """A drawn bill, kept apart so that no list ever loads it."""

    __tablename__ = "value_bill_pdf"

    bill_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("value_bill.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    drawn_at: Mapped[datetime]


class BillCount(Base):
    """The last number a provider has given. Counted in the transaction that makes the bill, so none is ever missing."""

    __tablename__ = "value_bill_count"

    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    last: Mapped[int]
