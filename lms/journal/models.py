"""Tables of the journal: entries, to whom one is shown, and what was answered."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id

SHOWN = text("ended_at IS NULL")


class JournalEntry(Base):
    """One entry, as it stands now; `version` counts its savings. Only who wrote it sees it, until they show it."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        CheckConstraint("about IN ('', 'lesson', 'session')", name="about"),
        Index("ix_journal_entry_person_id", "person_id", "begun_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    about: Mapped[str] = mapped_column(String(10), default="")  # what it was written about
    about_id: Mapped[str] = mapped_column(String(40), default="")
    text: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    begun_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class JournalShare(Base):
    """An entry shown to a trainer, from when until when."""

    __tablename__ = "journal_share"
    __table_args__ = (
        Index(
            "uq_journal_share_shown", "entry_id", "trainer_id",
            unique=True, sqlite_where=SHOWN, postgresql_where=SHOWN,
        ),
        Index("ix_journal_share_trainer_id", "trainer_id", "ended_at"),
    )  # fmt: skip

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("journal_entry.id"))
    trainer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    shown_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class JournalComment(Base):
    """What a trainer answered to an entry they were shown. It stays with who wrote the entry."""

    __tablename__ = "journal_comment"
    __table_args__ = (Index("ix_journal_comment_entry_id", "entry_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)  # the form's own key: the same form twice is one answer
    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("journal_entry.id"))
    trainer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
