"""Tables of renewals. A certificate is renewed once, by another certificate, which begins a cycle of its own."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class Renewal(Base):
    """A holder sent the renewal of a certificate; and, once somebody decided on it, what was judged that day."""

    __tablename__ = "renewal"
    __table_args__ = (CheckConstraint("(decided_at IS NULL) = (leaf_seq IS NULL)", name="decided"),)

    certificate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    sent_at: Mapped[datetime]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    judged: Mapped[dict[str, Any] | None]
    leaf_seq: Mapped[int | None]


class RenewalEntry(Base):
    """Something learnt since a certificate began, by its holder's own word; with `lesson_id`, a lesson done again."""

    __tablename__ = "renewal_entry"
    __table_args__ = (CheckConstraint("minutes > 0", name="minutes"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    certificate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("certificate.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    about: Mapped[str] = mapped_column(String(12))
    learnt_on: Mapped[date]
    minutes: Mapped[int]
    lesson_id: Mapped[str | None] = mapped_column(String(40))
    added_at: Mapped[datetime]


class RenewalReminder(Base):
    """A reminder went out, so many days before the end."""

    __tablename__ = "renewal_reminder"

    certificate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    days: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    sent_at: Mapped[datetime]
