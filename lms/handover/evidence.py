"""Gathering what readiness is judged from: few questions to the database, however many people are asked about."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, TypeVar, cast
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, ScalarSelect, Select, SQLColumnExpression, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from assessments.evidence import Assessor, Evidence, LessonEvidence, Observed, Part, PlannedSession, SessionEvidence
from courses import catalogue
from lms.core import clock, settings
from lms.core.actor import Actor
from lms.exercises import service as exercises
from lms.groups.calendar import Coming, coming_meetings
from lms.groups.seated import SEATED
from lms.handover import coded, reached
from lms.handover.models import Decision, SafetyConcern
from lms.handover.rows import Facts, Learner
from lms.handover.rules import DECIDERS
from lms.learning import service as learning
from lms.learning.models import Enrolment
from lms.learning.towards import way_towards
from lms.people.models import Person, Unit
from lms.practice import drafts
from lms.practice.evidence import SeenSession, seen_sessions
from lms.practice.observation import MANAGER, TIES
from lms.practice.rules import UNSEEN, as_judged

T = TypeVar("T")
_person, _trainer = aliased(Person), aliased(Person)
# A decision and the training it is about. With two providers, neither decides for the other.
DECIDED_IN = (
    Decision.person_id == Enrolment.person_id,
    Decision.standard_id == Enrolment.standard_id,
    Decision.provider_id == Enrolment.provider_id,
)


def scope(actor: Actor) -> Select[Enrolment]:
    """The training whose practice `actor` may see: their own, and their provider's. Managers see coverage instead."""
    provided = Enrolment.provider_id.in_(actor.organisations(*DECIDERS))
    return learning.scope(actor).where(or_(Enrolment.person_id == actor.person_id, provided))


def learners(db: Session, chosen: Select[Enrolment]) -> list[Learner]:
    """The people of those of these enrolments that have not ended, in one query."""
    asked = (
        chosen.where(Enrolment.ended_on.is_(None))
        .join(_person, _person.id == Enrolment.person_id)
        .join(_trainer, _trainer.id == Enrolment.trainer_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .order_by(_person.name, Enrolment.started_on.desc(), Enrolment.id)
        .with_only_columns(*_columns())
    )
    rows: Iterable[Sequence[Any]] = db.execute(asked)
    return [Learner(reached.lessons(lessons), reached.trainers(trainers), *row) for lessons, trainers, *row in rows]


@cache
def _columns() -> tuple[SQLColumnExpression[Any], ...]:
    """What is asked about everybody in training, in the order of `Learner`: put together once, not for every page."""
    return (
        reached.finished().label("lessons"),
        reached.training().label("trainers"),
        Enrolment.id.label("enrolment_id"),
        Enrolment.person_id,
        _person.name.label("name"),
        Enrolment.provider_id,
        Unit.name.label("unit"),
        Enrolment.trainer_id,
        _trainer.name.label("trainer"),
        Enrolment.standard_id,
        Enrolment.standard_version,
        exercises.last_drill_at(Enrolment.person_id).label("last_drill_at"),
        drafts.newest_key(Enrolment.person_id).label("draft_key"),
        _newest(Decision.kind).label("decided"),
        _newest(Decision.decided_at).label("decided_at"),
        reached.decided().label("reached"),
        reached.handed_over().label("handed_over"),
        reached.measured().label("figures"),
        reached.held_later().label("held"),
        reached.interviewed().label("interviews"),
        reached.tested().label("tests"),
        coded.coded().label("coded"),
        concern_open().label("concern"),
    )


def concern_open() -> ColumnElement[bool]:
    """Whether a concern about the person’s safety is open with the provider of an enrolment."""
    about = (SafetyConcern.person_id == Enrolment.person_id, SafetyConcern.provider_id == Enrolment.provider_id)
    return select(SafetyConcern.id).where(*about, SafetyConcern.settled_at.is_(None)).correlate(Enrolment).exists()


def _newest(column: InstrumentedAttribute[T]) -> ScalarSelect[T]:
    """What the newest decision in an enrolment says."""
    newest = select(column).where(*DECIDED_IN).order_by(Decision.decided_at.desc(), Decision.id.desc()).limit(1)
    return newest.correlate(Enrolment).scalar_subquery()


def gather(db: Session, asked: Sequence[Learner], *, comments: bool = False) -> dict[uuid.UUID, Facts]:
    """What is known about each, by enrolment, in two queries. `comments` are for the person themself."""
    zone = settings.current().time_zone
    ids = {each.person_id for each in asked}
    sessions: dict[tuple[uuid.UUID, uuid.UUID], list[SeenSession]] = defaultdict(list)
    for session in seen_sessions(db, ids, comments=comments):
        sessions[session.person_id, session.provider_id].append(session)
    coming: dict[tuple[uuid.UUID, uuid.UUID], list[Coming]] = defaultdict(list)
    for meeting in coming_meetings(db, ids, clock.today(zone)):
        coming[meeting.facilitator_id, meeting.provider_id].append(meeting)
    return {
        each.enrolment_id: _facts(each, sessions[key], coming[key], zone)
        for each in asked
        for key in ((each.person_id, each.provider_id),)
    }


def _facts(learner: Learner, sessions: Sequence[SeenSession], coming: Sequence[Coming], zone: str) -> Facts:
    evidence = Evidence(
        trainer_name=learner.trainer,
        lessons=tuple(_lessons(learner, zone)),
        sessions=tuple(as_evidence(each, learner.trainer_id, learner.trainers, zone) for each in sessions),
        planned=tuple(
            PlannedSession(
                id=str(each.id), held_on=each.held_on, group_id=str(each.group_id), group_name=each.group_name
            )
            for each in coming
        ),
        assessors=tuple(
            Assessor(id=str(each), name=name, outside=each != learner.trainer_id)
            for each, name in learner.trainers.items()
            if each != learner.person_id
        ),
        last_drill_on=on_site(learner.last_drill_at, zone),
        awards=tuple(reached.awards(learner.reached, zone)),
        handed_over=tuple(reached.circles(learner.handed_over, zone)),
        figures=reached.figures(learner.figures),
        held=tuple(reached.held_modules(learner.held, zone)),
        interviews=tuple(reached.interviews(learner.interviews, zone)),
        tests=tuple(reached.tests(learner.tests, zone)),
        samples=tuple(coded.samples(learner.coded)),
        concern=learner.concern,
    )
    return Facts(evidence, tuple(sessions), tuple(coming))


def _lessons(learner: Learner, zone: str) -> Iterable[LessonEvidence]:
    """Every lesson there is, in the order of their way, and those that were done before they left the programme."""
    known = catalogue.current()
    way = way_towards(known, learner.standard_id, learner.standard_version)
    titles = {lesson.id: lesson.title for lesson in (*way.lessons, *known.lessons)}
    for place, each in enumerate([*titles, *(done for done in learner.lessons if done not in titles)], start=1):
        done_on = on_site(learner.lessons.get(each), zone)
        yield LessonEvidence(id=each, title=titles.get(each, each), done_on=done_on, place=place)


def as_evidence(
    session: SeenSession, trainer_id: uuid.UUID | None, trainers: dict[uuid.UUID, str], zone: str
) -> SessionEvidence:
    """One session as rules judge it. `trainer_id` is the trainer of whoever led it, `trainers` all who may sign."""
    because = why_not_independent(session)
    theirs = (trainer_id, session.supervisor_id)
    return SessionEvidence(
        id=str(session.id),
        held_on=session.held_on,
        group_id=str(session.group_id),
        group_name=session.group_name,
        role=cast("Part", as_judged(session.role)),
        minutes=session.minutes,
        open=session.open,
        closed=session.closed,
        leading=session.leading,
        advice=session.advice,
        state=cast("Literal['waiting', 'returned', 'signed']", session.state),
        submitted_on=on_site(session.submitted_at, zone),
        self_rated=bool(session.own_ratings),
        signer_id=str(session.signer_id),
        signer_name=session.signer_name,
        signer_independent=not because,
        not_independent_because=because,
        signer_outside=not because and not session.observed.ties and session.signer_id not in theirs,
        signer_left=session.signed_at is None and session.signer_id not in trainers,
        signed_on=on_site(session.signed_at, zone),
        level=session.level,
        tier=session.tier or "account",
        observed=_observed(session, zone),
    )


def _observed(session: SeenSession, zone: str) -> Observed | None:
    if session.observer_id is None:
        return None
    because = TIES[MANAGER] if MANAGER in session.outside.ties else SEATED if session.observer_seated else ""
    return Observed(
        signer_id=str(session.observer_id),
        signer_name=session.observer_name or "",
        signer_independent=not because,
        not_independent_because=because,
        signer_outside=not because and not session.outside.ties,
        signed_on=cast("date", on_site(session.observed_at, zone)),
        level=cast("int", session.observed_level),
    )


def why_not_independent(session: SeenSession) -> str:
    """What keeps a signature from being an outside view, to follow the signer’s name; empty when nothing does."""
    if session.signer_id == session.person_id:
        return "led this session"
    if session.meaning == UNSEEN:
        return "was not in the room"
    if MANAGER in session.observed.ties:
        return TIES[MANAGER]
    return SEATED if session.signer_seated else ""


def on_site(instant: datetime | None, zone: str = "") -> date | None:
    return instant.astimezone(ZoneInfo(zone or settings.current().time_zone)).date() if instant else None
