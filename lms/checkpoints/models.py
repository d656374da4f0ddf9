"""The table of signed checkpoints."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class SignedCheckpoint(Base):
    """What the register's end looked like in a month (`2026-12`): one each, whoever writes it and however often."""

    __tablename__ = "signed_checkpoint"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    kid: Mapped[str] = mapped_column(ForeignKey("signing_key.kid"))
    note: Mapped[str] = mapped_column(Text)
