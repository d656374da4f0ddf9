"""The table of letters."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.clock import now
from lms.core.db import Base, new_id

ADDRESS_LENGTH = 254


class Message(Base):
    """A letter, stored as it will be sent, with the Message-ID it keeps however often it is tried.

    `organisation_id` is the provider on whose behalf it goes out: its administrators find it in their outbox.
    """

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_organisation_id_created_at", "organisation_id", "created_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))
    email: Mapped[str] = mapped_column(String(ADDRESS_LENGTH))
    template: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    calendar: Mapped[str | None] = mapped_column(Text)  # what goes to the person's calendar with it, as iCalendar
    stop_link: Mapped[str | None] = mapped_column(String(300))  # where letters of its kind are ended without signing in
    message_id: Mapped[str] = mapped_column(String(320), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str | None] = mapped_column(String(300))
