"""Everything somebody did, with days and versions: one list of sections, told as a page, as JSON and on paper."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessments.delayed import current_checks
from assessments.standards import get_standard
from assessments.wording import some
from courses import catalogue
from lms.core import clock
from lms.core.actor import Actor
from lms.core.site_days import day_of
from lms.delayed.models import DelayedTry
from lms.exercises.models import Attempt
from lms.learning.models import Enrolment, LessonDone
from lms.practice.evidence import seen_sessions
from lms.practice.rules import ROLE_WORDS
from lms.record import practised, service
from lms.register.models import Leaf

FORMAT = 1
SHORT = 8
STATES = {"signed": "Signed", "waiting": "Waits for a signature", "returned": "Came back to be mended"}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was done: the day, what it was, what came of it, and under which version."""

    on: date
    title: str
    result: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Things of one kind, newest first."""

    id: str
    title: str
    about: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole record, as it stood at an instant."""

    person_id: uuid.UUID
    name: str
    made_at: datetime
    sections: tuple[Section, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values; docs/record.md tells what each key means."""
        return {
            "record": "askwell",
            "format": FORMAT,
            "person": {"id": str(self.person_id), "name": self.name},
            "made_at": self.made_at.isoformat(),
            "sections": [
                {
                    "id": section.id,
                    "title": section.title,
                    "items": [asdict(item) | {"on": item.on.isoformat()} for item in section.items],
                }
                for section in self.sections
            ],
        }


def whole_record(db: Session, actor: Actor) -> Whole:
    """Everything the actor did with this account, in eight queries and one more for each kind of entry in the register.

    What they wrote for themselves, in their journal and in drills, is not in it, nor what they were asked again: a
    record is shown to others.
    """
    return whole_of(db, actor.person_id, actor.name)


def whole_of(db: Session, who: uuid.UUID, name: str) -> Whole:
    """The same of one account, which the caller holds as their own."""
    sections = (
        Section("trainings", "Trainings", "What you were and are trained towards.", _sorted(_trainings(db, who))),
        Section("lessons", "Lessons", "What you finished, and under which text.", _sorted(_lessons(db, who))),
        Section("practice", "Practice", "Exercises, and what you took a day later.", _sorted(_practice(db, who))),
        Section("sessions", "Sessions", "Meetings of circles that you wrote up.", _sorted(_sessions(db, who))),
        Section(
            "register",
            "On the register",
            "What others signed and decided about you, each entry by its number.",
            _sorted(_register(db, who, name)),
        ),
    )
    return Whole(who, name, clock.now(), sections)


def _sorted(items: Iterator[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda each: (each.on, each.title), reverse=True))


def _trainings(db: Session, who: uuid.UUID) -> Iterator[Item]:
    for row in db.scalars(select(Enrolment).where(Enrolment.person_id == who)):
        title = get_standard(row.standard_id, row.standard_version).title
        result = f"Ended or rests since {row.ended_on:%Y-%m-%d}" if row.ended_on else "Under way"
        yield Item(row.started_on, title, result, f"{row.standard_id} {row.standard_version}")


def _lessons(db: Session, who: uuid.UUID) -> Iterator[Item]:
    known = catalogue.current()
    for row in db.scalars(select(LessonDone).where(LessonDone.person_id == who)):
        lesson = known.find_lesson_by_id(row.lesson_id)
        title = lesson.title if lesson else f"Lesson {row.lesson_id}"
        yield Item(day_of(row.done_at), title, "Finished", f"{row.lesson_id}, text {row.content_hash[:SHORT]}")
        if row.again_at and row.again_hash:
            version = f"{row.lesson_id}, text {row.again_hash[:SHORT]}"
            yield Item(day_of(row.again_at), title, "Done again", version)


def _practice(db: Session, who: uuid.UUID) -> Iterator[Item]:
    known = catalogue.current()
    tried = select(Attempt.activity_id, func.count(), func.max(Attempt.created_at)).where(Attempt.person_id == who)
    for activity_id, many, last in db.execute(tried.group_by(Attempt.activity_id)):
        activity = known.find_activity(activity_id)
        title = activity.title if activity else activity_id
        yield Item(day_of(last), title, f"{some(many, 'answer')}, the last on this day".capitalize(), activity_id)
    for each in practised.list_practised(db, who):
        yield Item(day_of(each.at), f"{each.kind}: {each.title}", each.result, each.version)
    checks = current_checks()
    for row in db.scalars(select(DelayedTry).where(DelayedTry.person_id == who, DelayedTry.sent_at.is_not(None))):
        module = next((each.title for each in known.modules if each.id == row.module_id), row.module_id)
        result = "Waits to be judged" if row.held is None else "It has held" if row.held else "Not yet"
        name = "a day later" if row.module_id in checks else "a day later, no longer taken"
        version = f"{row.check_version}, {row.content_hash[:SHORT]}"
        yield Item(day_of(row.sent_at or row.started_at), f"{module}, {name}", result, version)


def _sessions(db: Session, who: uuid.UUID) -> Iterator[Item]:
    for each in seen_sessions(db, [who]):
        signed = f" by {each.signer_name}" if each.signed_at else ""
        part = ROLE_WORDS.get(each.role, each.role)
        title = f"{each.group_name}: {part}, {each.minutes} minutes"
        yield Item(each.held_on, title, f"{STATES.get(each.state, each.state)}{signed}", "")


def _register(db: Session, who: uuid.UUID, name: str) -> Iterator[Item]:
    last = db.scalar(select(func.max(Leaf.seq))) or 0
    for held in service.all_about(db, [who], until=last):
        told = held.tell(name)
        result = f"By {told.by}" + (". It is not as it was made" if told.problems else "")
        yield Item(day_of(told.at), told.title, result, f"entry {told.seq}")
