"""What would be there, and when, if the next sessions went well: sums, never a promise.

Everything on its way is taken as signed, every lesson as done, every planned session as led well and signed by
somebody new. That is the earliest day, and the number of sessions that are certainly still needed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_low

from assessments.asks import (
    Clause,
    CodedShare,
    HandOvers,
    Heard,
    HeldLater,
    LessonsDone,
    OwnAgreement,
    PriorAward,
    Rounds,
)
from assessments.clauses import describe
from assessments.evidence import Evidence, LessonEvidence, SessionEvidence, View, look
from assessments.held_evidence import HeldEvidence
from assessments.standards import Standard

BETWEEN_SESSIONS = timedelta(days=14)
FARTHEST = 26
USUAL_QUESTIONS = 20
USUAL_MINUTES = 60


@dataclass(frozen=True)
class Ahead:
    """After `sessions` more sessions: the day, whether the calendar knows it, and the clauses that could hold."""

    sessions: int
    day: date
    in_calendar: bool
    holds: frozenset[str]


def ahead(standard: Standard, view: View) -> tuple[Ahead, ...]:
    """Step by step from today until everything could hold that sessions led can help, or as far as it makes sense."""
    helped = {clause.id for clause in standard.clauses if not _needs_something_else(clause)}
    sessions = _sessions_to_come(view)
    settled = _settled(standard, view)
    steps: list[Ahead] = []
    for n in range(len(sessions) + 1):
        day = sessions[n - 1].held_on if n else view.at
        then = look(settled.model_copy(update={"sessions": settled.sessions + sessions[:n]}), day, view.tiers)
        holds = frozenset(clause.id for clause in standard.clauses if describe(clause, then).holds)
        steps.append(Ahead(n, day, n <= len(view.planned), holds))
        if helped <= holds:
            break
    return tuple(steps)


def _needs_something_else(clause: Clause) -> bool:
    """Whether leading more sessions is no way to it."""
    if isinstance(clause, Rounds):
        return "led" not in clause.parts
    return isinstance(clause, PriorAward | HandOvers | OwnAgreement | CodedShare | Heard)


@dataclass(frozen=True)
class Supposed:
    """What a trainee asked for: so many more sessions, some of them seen by another person. Titles of clauses.

    `gained` would be there then and are not now, `left` would still be missing, `lost` are there now and would have
    run out by `day`.
    """

    sessions: int
    others: int
    day: date
    in_calendar: bool
    gained: tuple[str, ...]
    left: tuple[str, ...]
    lost: tuple[str, ...]


def suppose(standard: Standard, evidence: Evidence, at: date, sessions: int, others: int) -> Supposed:
    """What would be there after `sessions` more sessions, each led well and signed: `others` of them by one other
    person, the rest by whoever signed most so far. What waits is taken as signed, no lesson as done.
    """
    view = look(evidence, at, standard.tiers)
    signed = Counter(each.signer_id for each in view.counted)
    main = min(signed, key=lambda each: (-signed[each], str(each))) if signed else "main"
    outside = any(each.signer_outside for each in view.counted if each.signer_id == main)
    by_main, by_another = {"signer_id": main, "signer_outside": outside}, {"signer_id": "another"}
    to_come = _sessions_to_come(view)[:sessions]
    coming = tuple(
        each.model_copy(update=by_another if place < others else by_main) for place, each in enumerate(to_come)
    )
    waiting = tuple(_signed_well(session, view) for session in view.waiting)
    day = coming[-1].held_on
    before = _known(view, evidence.lessons, view.signed)
    after = _known(view, evidence.lessons, view.signed + waiting + coming)
    now, then = (
        {clause.id for clause in standard.clauses if describe(clause, look(each, on, view.tiers)).holds}
        for each, on in ((before, at), (after, day))
    )
    titles = {clause.id: clause.title for clause in standard.clauses}
    return Supposed(
        sessions=sessions,
        others=others,
        day=day,
        in_calendar=sessions <= len(view.planned),
        gained=tuple(titles[each] for each in titles if each in then - now),
        left=tuple(titles[each] for each in titles if each not in then | now),
        lost=tuple(titles[each] for each in titles if each in now - then),
    )


def _settled(standard: Standard, view: View) -> Evidence:
    """Everything that needs no further session: lessons done and held a day later, what is on its way signed."""
    wanted = {each for c in standard.clauses if isinstance(c, LessonsDone) for each in c.lessons}
    lessons = tuple(LessonEvidence(id=each, title=each, done_on=view.at) for each in sorted(wanted))
    evidence = _known(view, lessons, view.signed + tuple(_signed_well(session, view) for session in view.on_its_way))
    modules = {each for c in standard.clauses if isinstance(c, HeldLater) for each in c.modules}
    held = tuple(HeldEvidence(id=each, module=each, title=each, held_on=view.at) for each in sorted(modules))
    return evidence.model_copy(update={"held": held})


def _known(view: View, lessons: tuple[LessonEvidence, ...], sessions: tuple[SessionEvidence, ...]) -> Evidence:
    """These lessons and sessions, and what else is known on the day of the view."""
    return Evidence(
        lessons=lessons,
        sessions=sessions,
        awards=view.awards,
        handed_over=view.handed_over,
        figures=view.agreement.figures,
        samples=view.samples,
        held=view.held,
        interviews=view.interviews,
        tests=view.tests,
    )


def _sessions_to_come(view: View) -> tuple[SessionEvidence, ...]:
    """The calendar's sessions, then one a fortnight, each as it would be if it went well."""
    questions = median_low([s.asked for s in view.counted if s.asked] or [USUAL_QUESTIONS])
    minutes = median_low([s.minutes for s in view.counted if s.minutes] or [USUAL_MINUTES])
    days = [(planned.held_on, planned.group_id) for planned in view.planned[:FARTHEST]]
    while len(days) < FARTHEST:
        last = days[-1][0] if days else view.at
        days.append((last + BETWEEN_SESSIONS, f"group-{len(days)}"))
    led = (_led_well(f"ahead-{n}", held_on, group_id, questions) for n, (held_on, group_id) in enumerate(days))
    return tuple(session.model_copy(update={"tier": view.tiers[0], "minutes": minutes}) for session in led)


def _signed_well(session: SessionEvidence, view: View) -> SessionEvidence:
    signed = {"state": "signed", "signer_id": session.signer_id or "somebody", "signed_on": view.at, "level": 5}
    return session.model_copy(update={**signed, "tier": view.tiers[0]})


def _led_well(name: str, held_on: date, group_id: str, questions: int) -> SessionEvidence:
    return SessionEvidence(
        id=name,
        held_on=held_on,
        group_id=group_id,
        group_name=group_id,
        role="led",
        open=questions,
        state="signed",
        signer_id=name,
        signer_name=name,
        signed_on=held_on,
        level=5,
        signer_outside=True,
    )
