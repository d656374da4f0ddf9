"""The table of extra time: that somebody has more minutes for timed tests, until it is withdrawn. Never why."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id

OPEN = text("withdrawn_at IS NULL")


class ExtraTime(Base):
    """A share more, or so many minutes more, with one provider. It has no room for a reason: that is about health."""

    __tablename__ = "extra_time"
    __table_args__ = (
        CheckConstraint(
            "(percent IS NULL) <> (minutes IS NULL) AND (percent IS NULL OR percent > 0) "
            "AND (minutes IS NULL OR minutes > 0)",
            name="much",
        ),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn"),
        UniqueConstraint("granted_by", "key"),
        Index(
            "uq_extra_time_open", "person_id", "provider_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN,
        ),
    )  # fmt: skip

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[uuid.UUID]  # the same form sent twice is one grant
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    percent: Mapped[int | None] = mapped_column(SmallInteger)
    minutes: Mapped[int | None] = mapped_column(SmallInteger)
    granted_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime]
    withdrawn_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
