"""The table of outside observers: whom a trainee asked, by which link, and what came of it."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id
from lms.people.rules import EMAIL_LENGTH, NAME_LENGTH

OPEN = sa.text("state = 'open'")


class ObserverLink(Base):
    """Somebody from outside is asked by letter to say what they saw. Only the digest of the link's code is kept.

    Sending it again renews the row. A link that was used, refused or taken back opens nothing any more.
    """

    __tablename__ = "observer_link"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'signed', 'declined', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(state = 'signed') = (signature_id IS NOT NULL)", name="signed"),
        ForeignKeyConstraint(["session_id", "person_id"], ["practice_session.id", "practice_session.person_id"]),
        Index("uq_observer_link_open", "session_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_observer_link_session_id", "session_id"),
        Index("ix_observer_link_person_id", "person_id", "sent_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID]  # who asks
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))  # folded
    about: Mapped[str] = mapped_column(String(200))
    code_digest: Mapped[str] = mapped_column(String(64), unique=True)
    sent_at: Mapped[datetime]  # last
    sendings: Mapped[int] = mapped_column(default=1)
    expires_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="open")
    ended_at: Mapped[datetime | None]
    signature_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("signature.id"), unique=True)
    signed_as: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
