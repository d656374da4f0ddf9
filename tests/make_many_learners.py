"""Thousands of learners in one cohort, put into the database in a few statements."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from lms.cohorts.models import Cohort, CohortPlace
from lms.core import clock
from lms.core.db import new_id
from lms.learning.models import Enrolment, LessonDone
from lms.people.models import Person
from tests.make import STARTED, World

LESSONS = ("M05-L1", "M05-L2", "M04-L1")


def many_learners(db: Session, world: World, many: int) -> Cohort:
    """A cohort in which every third person took no step for ten days."""
    now = clock.now()
    cohort = Cohort(
        id=new_id(), provider_id=world.provider, name="Everybody", standard_id="certified", begins_on=STARTED,
        per_week=2, weeks_off=[], made_by=world.trainer, made_at=now,
    )  # fmt: skip
    db.add(cohort)
    db.flush()
    people = _people(db, many)
    enrolments = _enrolments(db, world, people)
    joined = now - timedelta(days=40)
    db.execute(
        insert(CohortPlace),
        [
            {"id": new_id(), "cohort_id": cohort.id, "enrolment_id": each["id"], "joined_at": joined}
            for each in enrolments
        ],
    )  # fmt: skip
    _read(db, people)
    return cohort


def _people(db: Session, many: int) -> list[dict[str, Any]]:
    people = [
        {
            "id": new_id(), "name": f"Learner {number:05}", "email": f"learner{number}@many.example",
            "fs_uniquifier": uuid.uuid4().hex,
        }
        for number in range(many)
    ]  # fmt: skip
    db.execute(insert(Person), people)
    return people


def _enrolments(db: Session, world: World, people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    enrolments = [
        {
            "id": new_id(), "person_id": each["id"], "organisation_id": world.council, "unit_id": world.parks,
            "provider_id": world.provider, "trainer_id": world.trainer, "standard_id": "certified",
            "standard_version": 5, "started_on": STARTED, "early_because": "",
        }
        for each in people
    ]  # fmt: skip
    db.execute(insert(Enrolment), enrolments)
    return enrolments


def _read(db: Session, people: list[dict[str, Any]]) -> None:
    now = clock.now()
    db.execute(
        insert(LessonDone),
        [
            {
                "id": new_id(), "person_id": each["id"], "lesson_id": lesson, "content_hash": "0" * 64,
                "done_at": now - timedelta(days=10 if number % 3 == 0 else 1),
            }
            for number, each in enumerate(people)
            for lesson in LESSONS
        ],
    )  # fmt: skip
