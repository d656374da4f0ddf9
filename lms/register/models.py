"""The table of the register. Triggers refuse to change or remove what is in it (migration 0002)."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class Leaf(Base):
    """One entry, numbered without gaps. It refers to nothing by foreign key: it stays when what it is about is erased.

    `reason` is kept for good, so services pass words about the act itself; free text about a person belongs into the
    record, which `digest` binds.
    """

    __tablename__ = "leaf"
    __table_args__ = (
        Index("ix_leaf_actor_id_seq", "actor_id", "seq"),
        Index("ix_leaf_subject_id", "subject_id"),
    )

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    actor_id: Mapped[uuid.UUID | None]
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[uuid.UUID]
    digest: Mapped[str] = mapped_column(String(64))
    meaning: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    authenticated_by: Mapped[str] = mapped_column(String(60))
    previous_hash: Mapped[str] = mapped_column(String(64), unique=True)  # so that the chain never forks
    hash: Mapped[str] = mapped_column(String(64), unique=True)
