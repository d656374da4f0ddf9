"""The table of calibrations: how far an assessor agreed with others, as somebody else recorded it."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assessments.calibration import Kind
from lms.core.db import Base, new_id


class Calibration(Base):
    """A figure of one assessor with one provider. Triggers let nobody remove or rewrite it (migration 0017).

    Of each kind, the one recorded last that is not withdrawn counts.
    """

    __tablename__ = "calibration"
    __table_args__ = (
        CheckConstraint("kind IN ('kappa_open_closed', 'icc_rubric')", name="kind"),
        CheckConstraint("hundredths BETWEEN -100 AND 100", name="hundredths"),
        CheckConstraint("items > 0", name="items"),
        CheckConstraint("evidence <> ''", name="evidence"),
        CheckConstraint("recorded_by <> person_id", name="two_people"),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL) AND (withdrawn_at IS NULL) = (withdrawn_because = '')",
            name="withdrawn",
        ),
        Index("ix_calibration_provider_id_person_id", "provider_id", "person_id", "recorded_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[Kind] = mapped_column(String(20))
    hundredths: Mapped[int]
    items: Mapped[int]
    done_on: Mapped[date]
    evidence: Mapped[str] = mapped_column(Text())
    recorded_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_because: Mapped[str] = mapped_column(Text(), default="")
