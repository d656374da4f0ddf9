"""Tables of editions. Nothing in them is ever changed or removed: the database refuses."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id


class Edition(Base):
    """The whole programme as it was published: which files it has, by their digests, and what is new in it."""

    __tablename__ = "edition"
    __table_args__ = (CheckConstraint("number > 0", name="number"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content_hash: Mapped[str] = mapped_column(String(64))  # the same twice where a change was taken back
    files: Mapped[dict[str, Any]]
    new: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime]


class EditionFile(Base):
    """A file of one edition or more, by the digest of what is in it, so that what did not change is kept once."""

    __tablename__ = "edition_file"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class EditionReader(Base):
    """Since when somebody reads an edition: the one they began with, and every newer one they accepted."""

    __tablename__ = "edition_reader"
    __table_args__ = (
        UniqueConstraint("person_id", "number"),
        Index("ix_edition_reader_number", "number"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    number: Mapped[int] = mapped_column(ForeignKey("edition.number"))
    since: Mapped[datetime]
