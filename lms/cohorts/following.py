"""Who in a cohort is where, and who is stuck: counted by the database, a page at a time, however many there are."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, ScalarSelect, Select, Subquery, and_, func, not_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from lms.cohorts import rules, service
from lms.cohorts.models import Cohort, CohortLetter, CohortPlace
from lms.core import clock
from lms.exercises.models import Attempt
from lms.learning.models import Enrolment, LessonDone, last_done
from lms.people.models import Person, Unit
from lms.practice.models import PracticeSession

Which = Literal["stuck", "moving", "everyone"]
PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody in a cohort: what they did, when they took their last step, and what waits for somebody else."""

    enrolment_id: uuid.UUID
    person_id: uuid.UUID
    name: str
    unit: str
    done: int  # of the lessons the cohort reads
    lesson_at: datetime | None
    tried_at: datetime | None
    session_at: datetime | None
    waits_since: datetime | None  # the oldest session that nobody has signed
    written_at: datetime | None
    stuck: bool

    @property
    def step(self) -> tuple[str, datetime] | None:
        """The last step and when."""
        taken = (("Lesson", self.lesson_at), ("Exercise", self.tried_at), ("Session", self.session_at))
        return max(((what, at) for what, at in taken if at), key=lambda each: each[1], default=None)


@dataclass(frozen=True, slots=True)
class Following:
    """A page of a cohort."""

    rows: tuple[Row, ...]
    total: int
    stuck: int
    found: int  # in this view and by this name
    page: int

    @property
    def more(self) -> bool:
        return self.page * PAGE < self.found


def follow(db: Session, cohort: Cohort, which: Which, name: str, page: int) -> Following:
    """One page, in two queries: the counts, and the rows of that page with what each did."""
    is_stuck = _stuck(clock.now() - timedelta(days=rules.STUCK_AFTER))
    view = {"stuck": is_stuck, "moving": not_(is_stuck)}.get(which)
    wanted = [*([] if view is None else [view]), *([Person.name.icontains(name, autoescape=True)] if name else [])]
    inside = _inside(cohort)
    counts = inside.with_only_columns(
        func.count(), func.count().filter(is_stuck), func.count().filter(and_(*wanted)) if wanted else func.count()
    )
    total, stuck, found = db.execute(counts).one()
    page = max(1, min(page, -(-found // PAGE)))
    ids = inside.with_only_columns(Enrolment.id, is_stuck.label("stuck")).where(*wanted)
    chosen = ids.order_by(Person.name, Enrolment.id).offset((page - 1) * PAGE).limit(PAGE).subquery()
    rows = db.execute(_told(cohort, chosen)).all()
    return Following(tuple(Row(*row) for row in rows), total, stuck, found, page)


def find_row(db: Session, cohort: Cohort, enrolment_id: uuid.UUID) -> Row | None:
    """Somebody in the cohort."""
    is_stuck = _stuck(clock.now() - timedelta(days=rules.STUCK_AFTER)).label("stuck")
    chosen = _inside(cohort).with_only_columns(Enrolment.id, is_stuck).where(Enrolment.id == enrolment_id).subquery()
    row = db.execute(_told(cohort, chosen)).first()
    return Row(*row) if row else None


def _inside(cohort: Cohort) -> Select[Any]:
    return (
        select(CohortPlace)
        .join(Enrolment, Enrolment.id == CohortPlace.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(CohortPlace.cohort_id == cohort.id, CohortPlace.left_at.is_(None), Enrolment.ended_on.is_(None))
    )


def _stuck(since: datetime) -> ColumnElement[bool]:
    """No lesson, exercise or session since then. Whoever never took a step is not, until they are in the cohort for as
    long. A journal is private and is no step."""
    lately = _steps(last_done() > since, Attempt.created_at > since, PracticeSession.submitted_at > since)
    return and_(not_(lately), or_(CohortPlace.joined_at <= since, _steps(true(), true(), true())))


def _steps(*when: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether there is a lesson, an exercise or a session of theirs, each with its condition."""
    people = (LessonDone.person_id, Attempt.person_id, PracticeSession.person_id)
    taken = (select(each).where(each == Enrolment.person_id, so) for each, so in zip(people, when, strict=True))
    return or_(*(each.correlate(Enrolment, CohortPlace).exists() for each in taken))


def _told(cohort: Cohort, chosen: Subquery) -> Select[Any]:
    ids = [lesson.id for lesson in service.lessons_of(cohort)]
    done = _of(LessonDone.person_id, func.count(), LessonDone.lesson_id.in_(ids))
    waiting = PracticeSession.state == "waiting"
    written = select(func.max(CohortLetter.written_at)).where(CohortLetter.enrolment_id == Enrolment.id)
    columns = chosen.c
    return (
        select(
            Enrolment.id,
            Enrolment.person_id,
            Person.name,
            Unit.name,
            done,
            _of(LessonDone.person_id, func.max(last_done())),
            _of(Attempt.person_id, func.max(Attempt.created_at)),
            _of(PracticeSession.person_id, func.max(PracticeSession.submitted_at)),
            _of(PracticeSession.person_id, func.min(PracticeSession.submitted_at), waiting),
            written.correlate(Enrolment).scalar_subquery(),
            columns.stuck,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .join(chosen, columns.id == Enrolment.id)
        .order_by(Person.name, Enrolment.id)
    )


def _of(
    person: InstrumentedAttribute[uuid.UUID], what: ColumnElement[Any], *where: ColumnElement[bool]
) -> ScalarSelect[Any]:
    return select(what).where(person == Enrolment.person_id, *where).correlate(Enrolment).scalar_subquery()
