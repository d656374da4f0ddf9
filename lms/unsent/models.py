"""The table of what is typed and not sent."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class UnsentForm(Base):
    """A form as somebody left it. Nobody else ever sees it; it goes when the form is sent, or after a fortnight."""

    __tablename__ = "unsent_form"
    __table_args__ = (Index("ix_unsent_form_saved_at", "saved_at"),)

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    form: Mapped[str] = mapped_column(String(20), primary_key=True)
    about: Mapped[uuid.UUID] = mapped_column(primary_key=True)  # what the form judges
    fields: Mapped[dict[str, Any]]  # {name: [value, …]}
    saved_at: Mapped[datetime]
