"""What somebody reached: other standards, circles handed over, own figures, values interviews, knowledge tests.

Each comes as lines of text in the very query that finds who is in training, so that it costs no query of its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, ScalarSelect, SQLColumnExpression, String, cast, func, or_, select
from sqlalchemy.orm import Session

from assessments.calibration import Agreement, Figure
from assessments.evidence import AwardEvidence, HandedOver
from assessments.held_evidence import HeldEvidence
from assessments.judged import InterviewEvidence, KnowledgeEvidence
from assessments.standards import get_standard
from assessments.wording import add_months
from courses import catalogue
from lms.core import clock, settings
from lms.core.actor import Role
from lms.core.lines import BESIDE, NEXT, in_lines, instant, read_lines
from lms.delayed.models import DelayedTry
from lms.exercises import passed
from lms.groups.models import PeerGroup
from lms.handover.models import Decision
from lms.handover.rules import READY
from lms.interviews.models import Interview, InterviewAssessor
from lms.learning.models import Enrolment, LessonDone, last_done
from lms.people.models import Membership, Person
from lms.practice.calibration_models import Calibration


def _lines(*columns: SQLColumnExpression[Any], where: tuple[ColumnElement[bool], ...]) -> ScalarSelect[str]:
    return select(in_lines(columns)).where(*where).correlate(Enrolment).scalar_subquery()


def finished() -> ScalarSelect[str]:
    """The lessons the person finished."""
    return _lines(LessonDone.lesson_id, last_done(), where=(LessonDone.person_id == Enrolment.person_id,))


def lessons(lines: str | None) -> dict[str, datetime]:
    """When each lesson was finished, by its id."""
    return {name: instant(at) for name, at in read_lines(lines, 2)}


def training() -> ScalarSelect[str]:
    """Who trains for the provider today."""
    stands = (Membership.role == Role.TRAINER, Membership.ended_on.is_(None), Person.active.is_(True))
    there = (Membership.organisation_id == Enrolment.provider_id, Membership.person_id == Person.id)
    return _lines(Person.id, func.replace(Person.name, NEXT, " "), where=(*there, *stands))


def trainers(lines: str | None) -> dict[uuid.UUID, str]:
    """Their names, by id, in the order of names."""
    found = [(uuid.UUID(each), name) for each, name in read_lines(lines, 2)]
    return dict(sorted(found, key=lambda each: (each[1], each[0])))


def decided() -> ScalarSelect[str]:
    """Every decision of the provider about the person, towards whatever standard."""
    mine = (Decision.person_id == Enrolment.person_id, Decision.provider_id == Enrolment.provider_id)
    told = (Decision.id, Decision.standard_id, Decision.standard_version, Decision.kind, Decision.decided_at)
    return _lines(*told, where=mine)


def handed_over() -> ScalarSelect[str]:
    """The provider's circles that run themselves, and that the person led or trained."""
    theirs = or_(PeerGroup.facilitator_id == Enrolment.person_id, PeerGroup.trainer_id == Enrolment.person_id)
    mine = (theirs, PeerGroup.provider_id == Enrolment.provider_id, PeerGroup.handed_over_at.is_not(None))
    return _lines(PeerGroup.id, PeerGroup.handed_over_at, func.replace(PeerGroup.name, NEXT, " "), where=mine)


def measured() -> ScalarSelect[str]:
    """The person's own figures of agreement with this provider that were not withdrawn."""
    mine = (Calibration.person_id == Enrolment.person_id, Calibration.provider_id == Enrolment.provider_id)
    told = (Calibration.recorded_at, Calibration.kind, Calibration.hundredths, Calibration.items, Calibration.done_on)
    return _lines(*told, where=(*mine, Calibration.withdrawn_at.is_(None)))


def held_later() -> ScalarSelect[str]:
    """The checks a day later of the person with this provider that held, by a key and somebody’s judgement."""
    mine = (DelayedTry.person_id == Enrolment.person_id, DelayedTry.provider_id == Enrolment.provider_id)
    told = (DelayedTry.id, DelayedTry.module_id, DelayedTry.judged_at)
    return _lines(*told, where=(*mine, DelayedTry.held.is_(True)))


def held_modules(lines: str | None, zone: str) -> Iterator[HeldEvidence]:
    """Each module once for its title, and once for every time that it held."""
    titles = {module.id: module.title for module in catalogue.current().modules}
    for name, title in titles.items():
        yield HeldEvidence(id=name, module=name, title=title)
    for name, module, at in read_lines(lines, 3):
        on = _day(at, zone)
        yield HeldEvidence(id=str(uuid.UUID(name)), module=module, title=titles.get(module, module), held_on=on)


def interviewed() -> ScalarSelect[str]:
    """The person's values interviews with this provider, but for those that were called off, with who hears them."""
    taken = (InterviewAssessor.interview_id == Interview.id, InterviewAssessor.left_at.is_(None))
    names = (
        select(func.aggregate_strings(Person.name, BESIDE))
        .select_from(InterviewAssessor)
        .join(Person, Person.id == InterviewAssessor.person_id)
    )
    told = (
        Interview.id,
        Interview.arranged_at,
        Interview.held_on,
        Interview.questions_version,
        func.coalesce(cast(Interview.closed_at, String), ""),
        func.coalesce(Interview.result, ""),
        func.coalesce(names.where(*taken).correlate(Interview).scalar_subquery(), ""),
    )
    mine = (Interview.person_id == Enrolment.person_id, Interview.provider_id == Enrolment.provider_id)
    return _lines(*told, where=(*mine, Interview.cancelled_at.is_(None)))


def tested() -> ScalarSelect[str]:
    """The person's knowledge tests that were handed in, with whatever provider: the questions are the same."""
    told, mine = passed.handed_in(Enrolment.person_id)
    return _lines(*told, where=mine)


def awards(lines: str | None, zone: str) -> Iterator[AwardEvidence]:
    """One for each time that somebody was found ready. It ends with its time, or when somebody decided otherwise."""
    found = sorted(read_lines(lines, 5), key=lambda each: (instant(each[4]), each[0]))
    for place, (name, standard_id, version, kind, at) in enumerate(found):
        if kind != READY:
            continue
        since = _day(at, zone)
        later = [_day(each[4], zone) for each in found[place + 1 :] if each[1] == standard_id and each[3] != READY]
        until = add_months(since, get_standard(standard_id, int(version)).valid_months)
        yield AwardEvidence(
            id=str(uuid.UUID(name)), standard_id=standard_id, since=since, until=min([until, *later[:1]])
        )


def held_today(db: Session, person_id: uuid.UUID, provider_id: uuid.UUID) -> frozenset[str]:
    """The standards somebody has reached with a provider and holds today, in one query."""
    zone = settings.current().time_zone
    enrolled = select(decided()).where(Enrolment.person_id == person_id, Enrolment.provider_id == provider_id)
    found, today = awards(db.scalar(enrolled.limit(1)), zone), clock.today(zone)
    return frozenset(each.standard_id for each in found if each.until is None or each.until >= today)


def circles(lines: str | None, zone: str) -> Iterator[HandedOver]:
    """The circles that were handed over."""
    for name, at, title in read_lines(lines, 3):
        yield HandedOver(id=str(uuid.UUID(name)), name=title, on=_day(at, zone))


def figures(lines: str | None) -> tuple[Figure, ...]:
    """The figure of each kind that was recorded last."""
    found = sorted(read_lines(lines, 5), key=lambda each: instant(each[0]))
    known = (Figure(kind, int(value), int(items), date.fromisoformat(on)) for _, kind, value, items, on in found)  # type: ignore[arg-type]
    return Agreement.last(known).figures


def interviews(lines: str | None, zone: str) -> Iterator[InterviewEvidence]:
    """Values interviews, arranged or held."""
    for name, arranged, held_on, version, closed, result, names in read_lines(lines, 7):
        yield InterviewEvidence(
            id=str(uuid.UUID(name)),
            arranged_on=_day(arranged, zone),
            held_on=date.fromisoformat(held_on),
            assessors=tuple(sorted(names.split(BESIDE))) if names else (),
            version=int(version),
            decided_on=_day(closed, zone) if closed else None,
            result=result or None,
        )


def tests(lines: str | None, zone: str) -> Iterator[KnowledgeEvidence]:
    """Knowledge tests that were handed in."""
    for name, blueprint, version, said, at in read_lines(lines, 5):
        yield KnowledgeEvidence(
            id=str(uuid.UUID(name)),
            blueprint=blueprint,
            version=int(version),
            passed=said == "yes",
            on=_day(at, zone),
        )


def _day(text: str, zone: str) -> date:
    return instant(text).astimezone(ZoneInfo(zone)).date()
