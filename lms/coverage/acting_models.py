"""Tables of acting: what managers wrote through the house, and who of them gets a letter a week."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class ManagerLetter(Base):
    """A manager wrote about somebody of their organisation, in their own words. `to_id` is empty where it went to the
    provider's administrators. `reason` is why somebody was stuck; empty for anything else.
    """

    __tablename__ = "manager_letter"
    __table_args__ = (
        CheckConstraint("kind IN ('unblock', 'renewal', 'step_in', 'pace', 'write')", name="kind"),
        Index("ix_manager_letter_organisation_id_written_at", "organisation_id", "written_at"),
        Index("ix_manager_letter_about_id", "about_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)  # the form's own key: the same form twice is one letter
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(20), default="")
    about_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    to_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    written_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]


class ManagerDigest(Base):
    """Whether a manager wants a letter a week about an organisation, and how everything stood when one was looked for.

    `code` is in the letter's link, which needs no sign-in and does nothing but stop these letters and start them.
    """

    __tablename__ = "manager_digest"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    wanted: Mapped[bool]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    stood: Mapped[dict[str, Any]]
    looked_on: Mapped[date | None]  # a Monday's week is looked at once
    changed_at: Mapped[datetime]
