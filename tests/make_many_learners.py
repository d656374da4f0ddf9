"""Thousands of learners, in one cohort or in none, put into the database in a few statements."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from courses import catalogue
from lms.cohorts.models import Cohort, CohortPlace
from lms.core import clock
from lms.core.db import new_id
from lms.learning.models import Enrolment, LessonDone
from lms.people.models import Person
from lms.practice.models import PracticeSession
from tests.make import STARTED, World, make_group

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
    people = [
        {
            "id": new_id(), "name": f"Learner {number:05}", "email": f"learner{number}@many.example",
            "fs_uniquifier": uuid.uuid4().hex,
        }
        for number in range(many)
    ]  # fmt: skip
    db.execute(insert(Person), people)
    enrolments = [
        {
            "id": new_id(), "person_id": each["id"], "organisation_id": world.council, "unit_id": world.parks,
            "provider_id": world.provider, "trainer_id": world.trainer, "standard_id": "certified",
            "standard_version": 5, "started_on": STARTED, "early_because": "",
        }
        for each in people
    ]  # fmt: skip
    db.execute(insert(Enrolment), enrolments)
    joined = now - timedelta(days=40)
    db.execute(
        insert(CohortPlace),
        [
            {"id": new_id(), "cohort_id": cohort.id, "enrolment_id": each["id"], "joined_at": joined}
            for each in enrolments
        ],
    )  # fmt: skip
    _read(db, [uuid.UUID(str(each["id"])) for each in people])
    return cohort


def _read(db: Session, people: list[uuid.UUID]) -> None:
    """Three lessons each, every third person ten days ago and the others yesterday."""
    now = clock.now()
    db.execute(
        insert(LessonDone),
        [
            {
                "id": new_id(), "person_id": each, "lesson_id": lesson, "content_hash": "0" * 64,
                "done_at": now - timedelta(days=10 if number % 3 == 0 else 1),
            }
            for number, each in enumerate(people)
            for lesson in LESSONS
        ],
    )  # fmt: skip


def enrol(db: Session, world: World, many: int, trainer: uuid.UUID | None = None, first: int = 1) -> None:
    """So many people more in training, each with a lesson done and a session that waits, by numbers as names."""
    group, lesson, now = make_group(db, world), catalogue.current().lessons[0], clock.now()
    people = [(new_id(), number) for number in range(first, first + many)]
    db.execute(
        insert(Person),
        [
            {
                "id": each, "name": f"Trainee {number:04}", "email": f"t{number}@example.org",
                "fs_uniquifier": each.hex, "fs_webauthn_user_handle": each.hex,
            }
            for each, number in people
        ],
    )  # fmt: skip
    theirs = {
        "organisation_id": world.council, "unit_id": world.parks, "provider_id": world.provider,
        "trainer_id": trainer or world.trainer, "started_on": STARTED,
    }  # fmt: skip
    db.execute(insert(Enrolment), [{"id": new_id(), "person_id": each, **theirs} for each, _ in people])
    done = {"lesson_id": lesson.id, "content_hash": lesson.content_hash, "done_at": now}
    db.execute(insert(LessonDone), [{"id": new_id(), "person_id": each, **done} for each, _ in people])
    session = {
        "group_id": group, "trainer_id": world.trainer, "held_on": clock.today() - timedelta(days=9), "minutes": 60,
        "role": "beside", "phases": {}, "open": 3, "closed": 1, "leading": 0, "advice": 0, "own_ratings": {},
        "keep": "I waited.", "submitted_at": now,
    }  # fmt: skip
    db.execute(insert(PracticeSession), [{"id": new_id(), "person_id": each, **session} for each, _ in people])
