"""Who in a cohort is where, and who is stuck: counted by the database, a page at a time, however many there are."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import CTE, ColumnElement, ScalarSelect, Select, and_, case, func, not_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from lms.cohorts import rules, service
from lms.cohorts.models import Cohort, CohortLetter, CohortPlace
from lms.core import clock
from lms.core.actor import Actor
from lms.core.site_days import today
from lms.exercises.models import Attempt
from lms.journal import service as journal
from lms.learning.models import Enrolment, LessonDone, last_done
from lms.people.models import Person, Unit
from lms.practice.models import PracticeSession

Which = Literal["stuck", "behind", "moving", "finished", "everyone"]
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
    shown: int  # entries and answers of activities that they show to whoever looks
    state: Which

    @property
    def stuck(self) -> bool:
        return self.state == "stuck"

    @property
    def step(self) -> tuple[str, datetime] | None:
        """The last step and when."""
        taken = (("Lesson", self.lesson_at), ("Exercise", self.tried_at), ("Session", self.session_at))
        return max(((what, at) for what, at in taken if at), key=lambda each: each[1], default=None)


@dataclass(frozen=True, slots=True)
class Following:
    """A page of a cohort. `counts` are those of every view, whatever name was asked for."""

    rows: tuple[Row, ...]
    counts: Mapping[str, int]
    found: int  # in this view and by this name
    page: int

    @property
    def total(self) -> int:
        return self.counts["everyone"]

    @property
    def stuck(self) -> int:
        return self.counts["stuck"]

    @property
    def more(self) -> bool:
        return self.page * PAGE < self.found


def follow(db: Session, actor: Actor, cohort: Cohort, which: Which, name: str, page: int) -> Following:
    """One page, in two queries: who stands where, and what each on this page did."""
    counts, found, seen = _stand(db, cohort, which, name, page)
    if (last := max(1, -(-found // PAGE))) < page:
        page = last
        counts, found, seen = _stand(db, cohort, which, name, page)
    rows = db.execute(_told(actor, cohort, list(seen)).order_by(Person.name, Enrolment.id)).all()
    return Following(tuple(_row(row, seen[row[0]]) for row in rows), counts, found, page)


def _stand(
    db: Session, cohort: Cohort, which: Which, name: str, page: int
) -> tuple[dict[str, int], int, dict[uuid.UUID, str]]:
    """How many stand in each view, how many were asked for, and where each on the page of these stands."""
    where = _where(cohort)
    state = _state(cohort, where)
    wanted = [state == which] if which != "everyone" else []
    wanted += [where.c.name.icontains(name, autoescape=True)] if name else []
    states = [each for each in rules.VIEWS if each != "everyone"]
    each_state = [func.count().filter(state == each).label(each) for each in states]
    found = func.count().filter(and_(true(), *wanted)).label("found")
    counts = select(func.count().label("everyone"), found, *each_state).select_from(where).subquery()
    sorted_ = select(where.c.id, state.label("state")).where(*wanted).order_by(where.c.name, where.c.id)
    chosen = sorted_.offset((page - 1) * PAGE).limit(PAGE).subquery()
    beside = select(chosen.c.id, chosen.c.state, counts).select_from(counts.outerjoin(chosen, true()))
    rows = db.execute(beside).mappings().all()
    many = {view: rows[0][view] for view in rules.VIEWS}
    return many, rows[0]["found"], {row["id"]: row["state"] for row in rows if row["id"] is not None}


def find_row(db: Session, actor: Actor, cohort: Cohort, enrolment_id: uuid.UUID) -> Row | None:
    """Somebody in the cohort."""
    where = _where(cohort, Enrolment.id == enrolment_id)
    state = db.scalar(select(_state(cohort, where)))
    row = db.execute(_told(actor, cohort, [enrolment_id])).first() if state else None
    return _row(row, state) if row and state else None


def _row(told: Sequence[Any], state: str) -> Row:
    return Row(*[*told, cast("Which", state)])


def _where(cohort: Cohort, *only: ColumnElement[bool]) -> CTE:
    """Everybody in the cohort with what decides where they stand, worked out once for each."""
    is_stuck = _stuck(clock.now() - timedelta(days=rules.STUCK_AFTER))
    named = (Enrolment.id, Person.name, _done(cohort).label("done"), is_stuck.label("is_stuck"))
    each = _inside(cohort).with_only_columns(*named).where(*only)
    return each.cte("where_each").prefix_with("MATERIALIZED")


def _state(cohort: Cohort, where: CTE) -> ColumnElement[str]:
    """Where each of them stands: a view that is not everyone's."""
    many, due = len(service.lessons_of(cohort)), service.plan_of(cohort).due(today())
    done = where.c.done
    return case((done >= many, "finished"), (where.c.is_stuck, "stuck"), (done < due, "behind"), else_="moving")


def _done(cohort: Cohort) -> ScalarSelect[int]:
    """How many of the lessons that the cohort reads somebody has finished.

    What somebody finished is looked up once and compared with the lessons: asked for the column itself, a database
    looks up every lesson for everybody, which takes ten times as long.
    """
    ids = [lesson.id for lesson in service.lessons_of(cohort)]
    return _of(LessonDone.person_id, func.count(), LessonDone.lesson_id.concat("").in_(ids))


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


def _told(actor: Actor, cohort: Cohort, chosen: Sequence[uuid.UUID]) -> Select[Any]:
    """What each of these did; the last column of a row, their state, is known already."""
    waiting = PracticeSession.state == "waiting"
    written = select(func.max(CohortLetter.written_at)).where(CohortLetter.enrolment_id == Enrolment.id)
    return (
        select(
            Enrolment.id,
            Enrolment.person_id,
            Person.name,
            Unit.name,
            _done(cohort),
            _of(LessonDone.person_id, func.max(last_done())),
            _of(Attempt.person_id, func.max(Attempt.created_at)),
            _of(PracticeSession.person_id, func.max(PracticeSession.submitted_at)),
            _of(PracticeSession.person_id, func.min(PracticeSession.submitted_at), waiting),
            written.correlate(Enrolment).scalar_subquery(),
            journal.shown_by(actor, Enrolment.person_id),
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .where(Enrolment.id.in_(chosen))
    )


def _of(
    person: InstrumentedAttribute[uuid.UUID], what: ColumnElement[Any], *where: ColumnElement[bool]
) -> ScalarSelect[Any]:
    return select(what).where(person == Enrolment.person_id, *where).correlate(Enrolment).scalar_subquery()
