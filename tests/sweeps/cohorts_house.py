"""A cohort for the sweeps: she is in it, and nobody wrote to her yet."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts import service
from lms.cohorts.service import Wanted
from lms.core.site_days import today
from lms.learning.models import Enrolment
from tests.make import actor


def cohort(db: Session, amara: uuid.UUID, trainer: uuid.UUID) -> dict[str, uuid.UUID]:
    """By the names the addresses use."""
    theirs = select(Enrolment).where(Enrolment.person_id == amara, Enrolment.ended_on.is_(None))
    enrolment = db.scalars(theirs.limit(1)).one()
    who = actor(db, trainer)
    wanted = Wanted("Spring", enrolment.standard_id, today(), 2, [])
    made = service.make(db, who, uuid.uuid4(), enrolment.provider_id, wanted)
    service.put_in(db, who, made.id, [enrolment.id])
    somebody_else = select(Enrolment.id).where(Enrolment.person_id != amara).limit(1)
    return {
        "cohort_id": made.id,
        "enrolment_id": enrolment.id,
        "others_enrolment": db.scalars(somebody_else).one(),
    }


def of_cohorts() -> dict[str, tuple[str, dict[str, Any]]]:
    """Every form of a cohort, with what would do."""
    plan = {"name": "Summer", "award": "certified", "begins": "2 March 2026", "pace": "2", "off": ""}
    return {
        "cohorts.make": ("trainer", {**plan, "provider": uuid.uuid4(), "key": uuid.uuid4()}),
        "cohorts.change": ("trainer", {**plan, "version": 1}),
        "cohorts.put_in": ("trainer", {"who": uuid.uuid4()}),
        "cohorts.write": ("trainer", {"text": "What is in the way?", "key": uuid.uuid4()}),
        "cohorts.take_out": ("trainer", {}),
        "cohorts.close": ("trainer", {}),
    }
