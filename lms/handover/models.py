"""Tables of decisions about readiness, and of concerns that keep somebody from being found ready."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id

STILL_OPEN = text("settled_at IS NULL")


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


class SafetyConcern(Base):
    """That somebody's safety is in question with whoever is in training, as a trainer or an administrator recorded it,
    until an administrator settles it.

    Both reasons are read by administrators alone, and are in no register, letter, export or page of the person.
    """

    __tablename__ = "safety_concern"
    __table_args__ = (
        CheckConstraint("opened_by <> person_id AND settled_by <> person_id", name="by_others"),
        CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (settled_seq IS NULL)",
            name="settled",
        ),
        UniqueConstraint("opened_by", "key"),
        Index(
            "uq_safety_concern_open", "person_id", "provider_id", unique=True,
            sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN,
        ),
    )  # fmt: skip

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    key: Mapped[uuid.UUID] = mapped_column(default=new_id)  # of the form: sent twice, it is one concern
    reason: Mapped[str] = mapped_column(Text)
    opened_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    opened_proof: Mapped[str] = mapped_column(String(40))
    opened_seq: Mapped[int]
    settled_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
    settled_proof: Mapped[str] = mapped_column(String(40), default="")
    settled_reason: Mapped[str] = mapped_column(Text, default="")  # empty where it was settled before it was asked for
    settled_seq: Mapped[int | None]
