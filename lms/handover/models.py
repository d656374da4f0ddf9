"""The table of decisions about readiness."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id


class Decision(Base):
    """What somebody decided about somebody else's readiness, why, and exactly what they had before them.

    Never edited: a later decision is a new row, and the newest one counts.
    """

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint("kind IN ('not_yet', 'stay', 'ready')", name="kind"),
        CheckConstraint("decided_by <> person_id", name="nobody_decides_about_themselves"),
        UniqueConstraint("decided_by", "key"),
        Index("ix_decision_person_id_decided_at", "person_id", "decided_at"),
        Index("uq_decision_panel_id", "panel_id", unique=True),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    # For whom it was decided; empty only in rows of before it was kept, and those certify nothing.
    provider_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))
    key: Mapped[uuid.UUID] = mapped_column(default=new_id)  # of the form: sent twice, it is one decision
    kind: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]
    standard_id: Mapped[str] = mapped_column(String(40))
    standard_version: Mapped[int]
    standard_hash: Mapped[str] = mapped_column(String(64))
    readiness: Mapped[dict[str, Any]]
    panel_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("panel.id")
    )  # a panel decided; who wrote it, its chair
    leaf_seq: Mapped[int]
