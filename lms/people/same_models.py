"""The table of people who had two accounts: which one stays, and how both were proved."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class SamePerson(Base):
    """Two accounts are one person: the former signs in no more, and what was signed under it keeps its id for good.

    Whoever has both said so. Rows are never changed; an account that stays is never a former one, so there are no lines
    of accounts to follow.
    """

    __tablename__ = "same_person"
    __table_args__ = (CheckConstraint("former_id <> kept_id", name="two"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)  # the form's own key: the same form twice is once
    former_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    kept_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    said_at: Mapped[datetime]
    authenticated_by: Mapped[str] = mapped_column(String(60))  # how whoever stays proved who they are
    former_proof: Mapped[str] = mapped_column(String(60))  # how they proved that the other account is theirs
    leaf_seq: Mapped[int] = mapped_column(unique=True)
