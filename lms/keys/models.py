"""The table of keys: what anybody needs to check a signature, kept for as long as anything was signed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base
from lms.keys.rules import Purpose


class SigningKey(Base):
    """The public part of a key. Its private part is a file (`vault`), and is gone once the key is retired.

    `name` is the site's address when the key was made: with `kid` it says in a note which key signed it. `purpose` is
    the one thing it signs. `certificate` is the X.509 certificate (PEM, its chain after it) of a key that needs one.
    """

    __tablename__ = "signing_key"

    kid: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    algorithm: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(12), server_default=Purpose.CHECKPOINTS)
    public_key: Mapped[str] = mapped_column(Text)  # PEM
    certificate: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
