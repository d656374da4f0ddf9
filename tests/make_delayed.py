"""Checks a day later, for tests: everything of a module read and practised, a try answered, sent and judged."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy.orm import Session

from courses import catalogue
from lms.core import clock
from lms.delayed import answering, judging
from lms.delayed.judging import Verdict
from lms.delayed.models import DelayedTry
from lms.exercises.models import Attempt
from lms.learning.models import LessonDone
from tests.make import World, actor

DAY = timedelta(hours=24)


def read_all(db: Session, person_id: uuid.UUID, module_id: str = "M04", ago: timedelta = 2 * DAY) -> None:
    """Every lesson of the module was finished so long ago."""
    for lesson in catalogue.current().lessons:
        if lesson.module_id == module_id:
            db.add(
                LessonDone(
                    person_id=person_id,
                    lesson_id=lesson.id,
                    content_hash=lesson.content_hash,
                    done_at=clock.now() - ago,
                )
            )
    db.flush()


def practise(db: Session, person_id: uuid.UUID, activity: str = "M04-L3-drill", ago: timedelta = 2 * DAY) -> None:
    """They tried an exercise so long ago."""
    db.add(
        Attempt(
            person_id=person_id,
            activity_id=activity,
            kind="drill",
            key=uuid.uuid4().hex,
            content_hash="0" * 64,
            answer={},
            result={},
            created_at=clock.now() - ago,
        )
    )
    db.flush()


def begin(db: Session, person_id: uuid.UUID, module_id: str = "M04") -> DelayedTry:
    """A try that is open, by somebody who read and practised two days ago."""
    read_all(db, person_id, module_id)
    practise(db, person_id, f"{module_id}-L1-any")
    return answering.begin(db, actor(db, person_id), module_id, uuid.uuid4().hex)


def answer_all(db: Session, row: DelayedTry, wrong: int = 0) -> None:
    """Every task is answered, `wrong` of the choices wrongly."""
    who = actor(db, row.person_id)
    for shown in answering.tasks(db, row):
        said = "What is it that you notice first?"
        if shown.is_choice:
            right = shown.task.right_keys[0]  # type: ignore[union-attr]
            other = next(key for key, _ in shown.options if key != right)
            said, wrong = (other, wrong - 1) if wrong > 0 else (right, 0)
        answering.save(db, who, row.id, shown.number, said, shown.version)


def send(db: Session, person_id: uuid.UUID, module_id: str = "M04", wrong: int = 0) -> DelayedTry:
    """A try that is answered and sent."""
    row = begin(db, person_id, module_id)
    answer_all(db, row, wrong)
    return answering.send(db, actor(db, person_id), row.id)


def verdicts(row: DelayedTry, unmet: int = 0) -> dict[str, Verdict]:
    """What a judge says: `unmet` of the written answers are not there yet."""
    every = answering.form_of(row).written
    return {
        task.id: Verdict(met=place >= unmet, why="" if place >= unmet else f"Sentence {place}.")
        for place, task in enumerate(every)
    }


def judge(db: Session, world: World, row: DelayedTry, unmet: int = 0) -> DelayedTry:
    """Bashir, who is in no circle with anybody, judges it."""
    bashir = actor(db, world.other_trainer)
    return judging.judge(db, bashir, row.id, verdicts(row, unmet), free=True, proof="password")
