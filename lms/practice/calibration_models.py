"""The table of calibrations: how far an assessor agreed with others, as somebody recorded it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assessments.calibration import Kind
from lms.core.db import Base, new_id
from lms.practice.models import SAID


class Calibration(Base):
    """A figure of one assessor with one provider. Triggers let nobody remove or rewrite it (migration 0017).

    Of each kind, the one recorded last that is not withdrawn counts. Somebody else records it, unless it has a source:
    then its owner took it from work of their own, and the register sealed it (migration 0046).
    """

    __tablename__ = "calibration"
    __table_args__ = (
        CheckConstraint("kind IN ('kappa_open_closed', 'icc_rubric', 'near_rubric')", name="kind"),
        CheckConstraint("hundredths BETWEEN -100 AND 100", name="hundredths"),
        CheckConstraint("items > 0", name="items"),
        CheckConstraint("evidence <> ''", name="evidence"),
        CheckConstraint("(source IS NULL) = (recorded_by <> person_id)", name="two_people"),
        CheckConstraint(
            "(source IS NULL) = (leaf_seq IS NULL) AND (source IS NULL) = (authenticated_by = '')", name="sealed"
        ),
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
    source: Mapped[dict[str, Any] | None] = mapped_column(SAID)  # what a figure of one's own rests on
    authenticated_by: Mapped[str] = mapped_column(String(40), default="")
    leaf_seq: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_because: Mapped[str] = mapped_column(Text(), default="")
