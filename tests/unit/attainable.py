"""Evidence that meets a standard, whatever it asks: made from the standard itself."""

from __future__ import annotations

from datetime import date, timedelta

from assessments.asks import (
    Assessors,
    CodedShare,
    Groups,
    HandOvers,
    HeldLater,
    KnowledgeTest,
    LessonsDone,
    OwnAgreement,
    PriorAward,
    RecentSessions,
    Rounds,
    SessionsLed,
    ValuesInterview,
)
from assessments.calibration import Figure
from assessments.evidence import (
    AwardEvidence,
    Evidence,
    HandedOver,
    LessonEvidence,
    Part,
    SessionEvidence,
)
from assessments.group_evidence import Sample
from assessments.held_evidence import HeldEvidence
from assessments.judged import InterviewEvidence, KnowledgeEvidence
from assessments.standards import Standard
from tests.unit.readiness_examples import session

LONG_AGO = 20 * 365  # days
DAILY = 130


def meets(standard: Standard, at: date) -> Evidence:
    """A session a day, as long and as open as one can be, each seen by the next of many people from outside."""
    clauses = standard.clauses
    lessons = {name for c in clauses if isinstance(c, LessonsDone) for name in c.lessons}
    return Evidence(
        lessons=tuple(LessonEvidence(id=each, title=each, done_on=at) for each in sorted(lessons)),
        sessions=(*_led(standard, at), *_rounds(standard, at)),
        awards=tuple(
            AwardEvidence(id=c.id, standard_id=c.standard, since=at - timedelta(days=LONG_AGO), until=at)
            for c in clauses
            if isinstance(c, PriorAward)
        ),
        handed_over=tuple(
            HandedOver(id=f"circle-{n}", name=f"Circle {n}", on=at)
            for n in range(max((c.least for c in clauses if isinstance(c, HandOvers)), default=0))
        ),
        figures=tuple(
            Figure(each.kind, 99, each.items, at)
            for c in clauses
            if isinstance(c, OwnAgreement)
            for each in c.figures.figures
        ),
        held=tuple(
            HeldEvidence(id=f"{c.id}-{each}", module=each, title=each, held_on=at)
            for c in clauses
            if isinstance(c, HeldLater)
            for each in c.modules
        ),
        samples=tuple(_sample(c, at) for c in clauses if isinstance(c, CodedShare)),
        interviews=tuple(_heard(c.id, at) for c in clauses if isinstance(c, ValuesInterview)),
        tests=tuple(_passed(c, at) for c in clauses if isinstance(c, KnowledgeTest)),
    )


def _heard(name: str, at: date) -> InterviewEvidence:
    return InterviewEvidence(id=name, arranged_on=at, held_on=at, decided_on=at, result="yes")


def _passed(clause: KnowledgeTest, at: date) -> KnowledgeEvidence:
    return KnowledgeEvidence(id=clause.id, blueprint=clause.blueprint, version=clause.from_version, passed=True, on=at)


def _led(standard: Standard, at: date) -> list[SessionEvidence]:
    asked = [c.least for c in standard.clauses if isinstance(c, SessionsLed | RecentSessions | Groups)]
    asked += [c.least + c.by_others for c in standard.clauses if isinstance(c, Assessors)]
    people = max((c.least + c.outside + 1 for c in standard.clauses if isinstance(c, Assessors)), default=2)
    days = [at - timedelta(days=n) for n in range(max([DAILY, *(2 * n for n in asked)]))]
    return [_at(n, day, f"person {n % people}") for n, day in enumerate([*days, at - timedelta(days=LONG_AGO)])]


def _rounds(standard: Standard, at: date) -> list[SessionEvidence]:
    wanted: list[Part] = [
        part for c in standard.clauses if isinstance(c, Rounds) for part in c.parts[:1] for _ in range(c.least)
    ]
    return [_at(n, at, "somebody", role=part, name="round") for n, part in enumerate(wanted)]


def _at(n: int, day: date, by: str, *, role: Part = "led", name: str = "s") -> SessionEvidence:
    return session(
        f"{name}{n}",
        day,
        5,
        by=by,
        role=role,
        group_id=f"g{n}",
        open=60,
        closed=0,
        leading=0,
        advice=0,
        minutes=300,
        signed_on=day,
        signer_outside=True,
    )


def _sample(clause: CodedShare, at: date) -> Sample:
    turns = max(clause.turns, 10_000)
    return Sample(
        id=clause.id,
        coded_on=at,
        coded_by="people",
        sessions=clause.sessions,
        turns=turns,
        open=turns,
        without_advice=turns,
        coders=clause.coders,
        kappa=1.0,
    )
