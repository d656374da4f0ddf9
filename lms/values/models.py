"""Tables of values: what a person sorts and brings to a circle, and the versions of how a circle sits together."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id


class CardSort(Base):
    """Where somebody put each card, and the cards they wrote. Nobody else sees it until they bring it to a circle."""

    __tablename__ = "card_sort"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    placed: Mapped[dict[str, Any]]  # a pile for each card
    own: Mapped[list[Any]]  # of [id, text]
    version: Mapped[int]
    changed_at: Mapped[datetime]


class BroughtSort(Base):
    """The must-haves that somebody brought to a circle, in the words of that day."""

    __tablename__ = "brought_sort"

    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("peer_group.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    must: Mapped[list[Any]]
    brought_at: Mapped[datetime]


class ValuesAgreement(Base):
    """A version of how a circle sits together. What it says never changes; `agreed_at` is when the last said yes."""

    __tablename__ = "values_agreement"
    __table_args__ = (UniqueConstraint("group_id", "version"), UniqueConstraint("written_by", "key"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[uuid.UUID] = mapped_column(default=new_id)
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("peer_group.id"))
    version: Mapped[int] = mapped_column(SmallInteger)
    lines: Mapped[list[Any]]  # of [what is promised, what happens when it slips]
    review_on: Mapped[date]
    written_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    agreed_at: Mapped[datetime | None]


class ValuesAnswer(Base):
    """What a seat said to a version; the newest counts. Of a chair without an account, somebody noted it."""

    __tablename__ = "values_answer"
    __table_args__ = (
        CheckConstraint("agrees OR reason <> ''", name="reason"),
        Index("ix_values_answer_agreement_id", "agreement_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    agreement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("values_agreement.id"))
    seat: Mapped[str] = mapped_column(String(36))  # the person's id, or the chair's where there is no account
    agrees: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    said_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[datetime]
