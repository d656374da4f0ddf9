"""Cohorts: making one, who is in it, writing to somebody. Every question goes through a scope."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session

from courses import catalogue
from courses.schema import Lesson
from lms.cohorts import rules
from lms.cohorts.models import Cohort, CohortLetter, CohortPlace
from lms.cohorts.rules import Plan
from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.db import insert_once
from lms.core.errors import Conflict, NotFound, Stale
from lms.core.site_days import day_of, today
from lms.learning import service as learning
from lms.learning.models import Enrolment
from lms.learning.towards import way_towards
from lms.messages import service as messages
from lms.people import service as people
from lms.people.models import Person, Unit

CARERS = (Role.TRAINER, Role.ADMINISTRATOR)
PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """A cohort as somebody wants it."""

    name: str
    standard_id: str
    begins_on: date
    per_week: int
    weeks_off: Sequence[date]


def scope(actor: Actor) -> Select[Cohort]:
    """The cohorts of the providers for whom the actor trains or which they administer."""
    return select(Cohort).where(Cohort.provider_id.in_(actor.organisations(*CARERS)))


def list_cohorts(db: Session, actor: Actor) -> Sequence[tuple[Cohort, int]]:
    """Every cohort with how many are in it, the open ones first, the latest first."""
    inside = (
        select(func.count())
        .where(CohortPlace.cohort_id == Cohort.id, CohortPlace.left_at.is_(None))
        .correlate(Cohort)
        .scalar_subquery()
    )
    chosen = scope(actor).add_columns(inside)
    rows = db.execute(chosen.order_by(Cohort.closed_at.is_not(None), Cohort.begins_on.desc(), Cohort.id))
    return [(row[0], row[1]) for row in rows]


def get_cohort(db: Session, actor: Actor, cohort_id: uuid.UUID, *, lock: bool = False) -> Cohort:
    """Raises NotFound."""
    chosen = scope(actor).where(Cohort.id == cohort_id)
    found = db.scalar(chosen.with_for_update() if lock else chosen)
    if found is None:
        raise NotFound
    return found


def lessons_of(cohort: Cohort) -> tuple[Lesson, ...]:
    """What the cohort reads, in order: the programme of its award as it is today."""
    return programme(cohort.standard_id)


def programme(standard_id: str) -> tuple[Lesson, ...]:
    """What is read for an award today, in order."""
    return way_towards(catalogue.current(), standard_id).lessons


def plan_of(cohort: Cohort) -> Plan:
    """Which lessons in which week."""
    off = [date.fromisoformat(each) for each in cohort.weeks_off]
    return rules.plan(cohort.begins_on, cohort.per_week, len(lessons_of(cohort)), off)


def make(db: Session, actor: Actor, cohort_id: uuid.UUID, provider_id: uuid.UUID, wanted: Wanted) -> Cohort:
    """A new cohort. The same form twice is one. Raises NotFound."""
    if provider_id not in actor.organisations(*CARERS):
        raise NotFound
    insert_once(
        db,
        Cohort,
        id=cohort_id,
        provider_id=provider_id,
        version=1,
        made_by=actor.person_id,
        made_at=clock.now(),
        **_values(wanted),
    )
    return get_cohort(db, actor, cohort_id)


def change(db: Session, actor: Actor, cohort_id: uuid.UUID, version: int, wanted: Wanted) -> Cohort:
    """Another plan. Raises NotFound, Stale."""
    cohort = get_cohort(db, actor, cohort_id, lock=True)
    if cohort.version != version:
        raise Stale((rules.ELSEWHERE,))
    for name, value in _values(wanted).items():
        setattr(cohort, name, value)
    cohort.version += 1
    db.flush()
    return cohort


def close(db: Session, actor: Actor, cohort_id: uuid.UUID) -> Cohort:
    """Nobody joins any more; what everybody did stays theirs, and they learn on alone. Raises NotFound."""
    cohort = get_cohort(db, actor, cohort_id, lock=True)
    cohort.closed_at = cohort.closed_at or clock.now()
    db.execute(update(CohortPlace).where(*_inside(cohort.id)).values(left_at=clock.now()))
    return cohort


def _values(wanted: Wanted) -> dict[str, object]:
    return {
        "name": wanted.name,
        "standard_id": wanted.standard_id,
        "begins_on": wanted.begins_on,
        "per_week": wanted.per_week,
        "weeks_off": [each.isoformat() for each in wanted.weeks_off],
    }


def _inside(cohort_id: uuid.UUID) -> tuple[ColumnElement[bool], ...]:
    return CohortPlace.cohort_id == cohort_id, CohortPlace.left_at.is_(None)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody in the provider’s training who might join."""

    enrolment_id: uuid.UUID
    name: str
    unit: str
    cohort: str | None  # the one they are in now


def candidates(db: Session, cohort: Cohort, name: str, page: int) -> tuple[list[Candidate], bool]:
    """A page of those in training for a cohort’s award who are not in it, and whether there are more."""
    other = (
        select(Cohort.name)
        .join(CohortPlace, CohortPlace.cohort_id == Cohort.id)
        .where(CohortPlace.enrolment_id == Enrolment.id, CohortPlace.left_at.is_(None))
        .correlate(Enrolment)
        .scalar_subquery()
    )
    here = select(CohortPlace.enrolment_id).where(*_inside(cohort.id))
    chosen = (
        select(Enrolment.id, Person.name, Unit.name, other)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .where(
            Enrolment.provider_id == cohort.provider_id,
            Enrolment.standard_id == cohort.standard_id,
            Enrolment.ended_on.is_(None),
            Enrolment.id.not_in(here),
        )
        .order_by(Person.name, Enrolment.id)
    )
    if name:
        chosen = chosen.where(Person.name.icontains(name, autoescape=True))
    rows = db.execute(chosen.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    return [Candidate(*row) for row in rows[:PAGE]], len(rows) > PAGE


def put_in(db: Session, actor: Actor, cohort_id: uuid.UUID, enrolments: Collection[uuid.UUID]) -> int:
    """Put people into a cohort; who was in another leaves it. How many joined. Raises NotFound, Conflict."""
    cohort = get_cohort(db, actor, cohort_id, lock=True)
    if cohort.closed_at is not None:
        raise Conflict(rules.CLOSED)
    theirs = select(Enrolment.id).where(
        Enrolment.id.in_(enrolments), Enrolment.provider_id == cohort.provider_id, Enrolment.ended_on.is_(None)
    )
    here = set(db.scalars(select(CohortPlace.enrolment_id).where(*_inside(cohort.id))))
    joining = [each for each in db.scalars(theirs.order_by(Enrolment.id)) if each not in here]
    now = clock.now()
    open_places = (CohortPlace.enrolment_id.in_(joining), CohortPlace.left_at.is_(None))
    db.execute(update(CohortPlace).where(*open_places).values(left_at=now))
    db.add_all(CohortPlace(cohort_id=cohort.id, enrolment_id=each, joined_at=now) for each in joining)
    db.flush()
    return len(joining)


def take_out(db: Session, actor: Actor, cohort_id: uuid.UUID, enrolment_id: uuid.UUID) -> None:
    """Somebody learns on alone. What they did stays theirs. Raises NotFound."""
    cohort = get_cohort(db, actor, cohort_id, lock=True)
    mine = (*_inside(cohort.id), CohortPlace.enrolment_id == enrolment_id)
    db.execute(update(CohortPlace).where(*mine).values(left_at=clock.now()))


def next_lesson(db: Session, cohort: Cohort, person_id: uuid.UUID) -> str:
    """The title of the first lesson of the plan that somebody has not finished."""
    done = learning.done_lessons(db, person_id)
    return next((each.title for each in lessons_of(cohort) if each.id not in done), "")


@dataclass(frozen=True, slots=True)
class ThisWeek:
    """What somebody’s cohort reads this week."""

    cohort: str
    until: date
    lessons: tuple[Lesson, ...]


def this_week(db: Session, actor: Actor) -> ThisWeek | None:
    """What the actor’s cohort reads this week, in one query; None without a cohort, or in a week without lessons."""
    mine = (
        select(Cohort)
        .join(CohortPlace, CohortPlace.cohort_id == Cohort.id)
        .join(Enrolment, Enrolment.id == CohortPlace.enrolment_id)
        .where(Enrolment.person_id == actor.person_id, Enrolment.ended_on.is_(None), CohortPlace.left_at.is_(None))
    )
    cohort = db.scalar(mine.order_by(CohortPlace.joined_at.desc()).limit(1))
    week = plan_of(cohort).week(today()) if cohort else None
    if cohort is None or week is None:
        return None
    until, first, after = week
    return ThisWeek(cohort.name, until, lessons_of(cohort)[first:after])


def letters(db: Session, enrolment_id: uuid.UUID) -> Sequence[tuple[CohortLetter, str]]:
    """What was written to somebody in their training, the newest first, and by whom."""
    asked = select(CohortLetter, Person.name).join(Person, Person.id == CohortLetter.written_by)
    rows = db.execute(asked.where(CohortLetter.enrolment_id == enrolment_id).order_by(CohortLetter.written_at.desc()))
    return [(row[0], row[1]) for row in rows.fetchmany(PAGE)]


def write(db: Session, actor: Actor, cohort_id: uuid.UUID, enrolment_id: uuid.UUID, key: uuid.UUID, text: str) -> None:
    """Write to somebody in a cohort: a letter of the trainer’s own words, kept. Raises NotFound, and Conflict for a
    second one on a day."""
    cohort = get_cohort(db, actor, cohort_id)
    theirs = select(Enrolment).join(CohortPlace, CohortPlace.enrolment_id == Enrolment.id).where(*_inside(cohort.id))
    # Two letters at once: one waits for the other.
    enrolment = db.scalar(theirs.where(Enrolment.id == enrolment_id).with_for_update(of=Enrolment))
    if enrolment is None:
        raise NotFound
    written = letters(db, enrolment.id)
    if any(each.id == key for each, _ in written):
        return
    for each, who in written:
        if day_of(each.written_at) == today():
            name = people.get_person(db, enrolment.person_id).name
            raise Conflict(rules.WRITTEN.format(name=name, who=who))
    kept = {"enrolment_id": enrolment.id, "written_by": actor.person_id, "text": text, "written_at": clock.now()}
    if insert_once(db, CohortLetter, id=key, **kept):
        messages.send(
            db,
            "cohort_written",
            person_id=enrolment.person_id,
            organisation_id=enrolment.provider_id,
            trainer=actor.name,
            words=text,
            link=messages.link("/learn"),
        )
