"""Renewal of a certificate: how a cycle stands against its rule on one day, in words. A person decides.

Each cycle is judged on its own: what came before it began is history, and nothing in it is ever taken away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol

from assessments.asks import Positive, Words
from assessments.assurance import COUNTED
from assessments.evidence import SessionEvidence, why_not_counted
from assessments.judged import InterviewEvidence
from assessments.renewal_rules import (
    About,
    HeardAgain,
    LearningHours,
    LedHours,
    LessonsAgain,
    RenewalClause,
    RenewalRule,
    SeenLately,
)
from assessments.wording import add_months, day, opening, some
from courses.source import Frozen

Phase = Literal["early", "open", "grace", "lapsed"]
RenewalState = Literal["there", "missing"]


class Learned(Frozen):
    """Something learnt. `on_record` is what Askwell saw itself; the rest is the holder's own word, and says so."""

    id: str
    title: Words
    about: About
    on: date
    minutes: Positive
    lesson_id: str | None = None
    on_record: bool = False


class RenewalEvidence(Frozen):
    """What is known of a holder. The order inside each part never matters."""

    sessions: tuple[SessionEvidence, ...] = ()
    learned: tuple[Learned, ...] = ()
    interviews: tuple[InterviewEvidence, ...] = ()


class RenewalFinding(Frozen):
    """One clause as it stands, in words. `have` of `need` in the unit of its kind: hours, sessions or lessons."""

    clause: str
    title: str
    state: RenewalState
    seen: str
    have: int
    need: int
    action: str
    lessons: tuple[str, ...] = ()  # by id, those to do again


class Counted(Frozen):
    """One piece of learning, and the whole minutes of it that count: none where it stands here already."""

    learned: Learned
    minutes: int
    because: str = ""


class Renewal(Frozen):
    """How a cycle stood against one rule on one day. `starts` and `until` are those of the new certificate."""

    rule_id: str
    version: int
    hash: str
    at: date
    began: date
    ends: date
    opens: date
    grace_ends: date
    phase: Phase
    ready: bool
    headline: str
    starts: date
    until: date
    findings: tuple[RenewalFinding, ...]
    learning: tuple[Counted, ...]

    @property
    def left(self) -> tuple[RenewalFinding, ...]:
        return tuple(each for each in self.findings if each.state != "there")


class Cycle(Protocol):
    """A certificate: from when, and its last day."""

    @property
    def issued_on(self) -> date: ...
    @property
    def valid_until(self) -> date: ...


@dataclass(frozen=True)
class _Found:
    have: int
    need: int
    seen: str
    action: str
    lessons: tuple[str, ...] = ()


@dataclass(frozen=True)
class _View:
    """What counts on one day, in the order of its days."""

    began: date
    ends: date
    at: date
    sessions: Sequence[SessionEvidence]
    learning: Sequence[Counted]
    heard: Sequence[date]  # the days on which two assessors said yes

    def late(self, on: date, months: int) -> bool:
        """Whether a day lies in the last months before the end, or after it."""
        return add_months(self.ends, -months) < on <= self.at


def judge_renewal(rule: RenewalRule, evidence: RenewalEvidence, cycle: Cycle, at: date) -> Renewal:
    """How a cycle stands on `at`. What came before it began, or after `at`, is left out."""
    began, ends = cycle.issued_on, cycle.valid_until
    view = _View(
        began=began,
        ends=ends,
        at=at,
        sessions=[
            each
            for each in sorted(evidence.sessions, key=lambda s: (s.held_on, s.id))
            if began <= each.held_on <= at and why_not_counted(each, at, COUNTED) is None
        ],
        learning=_counted(each for each in evidence.learned if began <= each.on <= at),
        heard=sorted(each.decided_on for each in evidence.interviews if each.decided_on and each.result == "yes"),
    )
    opens, grace_ends = add_months(ends, -rule.window_months), add_months(ends, rule.grace_months)
    phase: Phase = "lapsed" if at > grace_ends else "grace" if at > ends else "open" if at >= opens else "early"
    asked = (*rule.clauses, *rule.after_grace) if phase == "lapsed" else rule.clauses
    findings = tuple(_finding(clause, view) for clause in asked)
    starts = ends + timedelta(days=1) if at <= ends else at
    return Renewal(
        rule_id=rule.id,
        version=rule.version,
        hash=rule.content_hash,
        at=at,
        began=began,
        ends=ends,
        opens=opens,
        grace_ends=grace_ends,
        phase=phase,
        ready=phase != "early" and all(each.state == "there" for each in findings),
        headline=_headline(phase, opens, findings, at),
        starts=starts,
        # In the months of grace the new cycle ends when it would have ended without them.
        until=add_months(at if phase == "lapsed" else ends, rule.extends_months),
        findings=findings,
        learning=tuple(view.learning),
    )


def _counted(learned: Iterable[Learned]) -> list[Counted]:
    """Each thing once. Of the same lesson or title the longest counts, so that adding one never takes away."""
    ordered = sorted(learned, key=lambda one: (one.on, one.id))
    longest: dict[str, Learned] = {}
    for each in ordered:
        best = longest.setdefault(_what(each), each)
        if each.minutes > best.minutes:
            longest[_what(each)] = each
    return [
        Counted(learned=each, minutes=each.minutes)
        if longest[_what(each)] is each
        else Counted(learned=each, minutes=0, because="The same again counts once.")
        for each in ordered
    ]


def _what(learned: Learned) -> str:
    return learned.lesson_id or " ".join(learned.title.casefold().split())


def _finding(clause: RenewalClause, view: _View) -> RenewalFinding:
    found = _look(clause, view)
    there = found.have >= found.need
    return RenewalFinding(
        clause=clause.id,
        title=clause.title,
        state="there" if there else "missing",
        seen=found.seen,
        have=min(found.have, found.need),
        need=found.need,
        action="" if there else found.action,
        lessons=found.lessons,
    )


def _look(clause: RenewalClause, view: _View) -> _Found:
    if isinstance(clause, LedHours):
        return _led(clause, view)
    if isinstance(clause, LearningHours):
        return _learnt(clause, view)
    if isinstance(clause, LessonsAgain):
        return _again(clause, view)
    if isinstance(clause, HeardAgain):
        return _heard(clause, view)
    return _seen(clause, view)


def _led(clause: LedHours, view: _View) -> _Found:
    hours = sum(each.minutes for each in view.sessions) // 60
    seen = f"{opening(hours)} {'hour' if hours == 1 else 'hours'} in {some(len(view.sessions), 'session')}, signed."
    return _Found(hours, clause.hours, seen, f"Lead {some(clause.hours - hours, 'hour')} more, and have them signed.")


def _learnt(clause: LearningHours, view: _View) -> _Found:
    hours = sum(each.minutes for each in view.learning if clause.about in (None, each.learned.about)) // 60
    seen = f"{opening(hours)} {'hour' if hours == 1 else 'hours'} since {day(view.began, view.at)}."
    left = some(clause.hours - hours, "hour")
    return _Found(
        hours, clause.hours, seen, f"Learn {left} more. Lessons here count by themselves; add what is elsewhere."
    )


def _again(clause: LessonsAgain, view: _View) -> _Found:
    done = {each.learned.lesson_id for each in view.learning if view.late(each.learned.on, clause.months)}
    left = tuple(each for each in clause.lessons if each not in done)
    have = len(clause.lessons) - len(left)
    seen = (
        f"{opening(have) if have else 'None'} of {len(clause.lessons)} done in the last {some(clause.months, 'month')}."
    )
    return _Found(have, len(clause.lessons), seen, "Do what is left of them again.", left)


def _heard(clause: HeardAgain, view: _View) -> _Found:
    lately = [each for each in view.heard if view.late(each, clause.months)]
    within = f"in the last {some(clause.months, 'month')}"
    seen = f"Both assessors said yes on {day(lately[-1], view.at)}." if lately else f"Not heard {within} yet."
    return _Found(len(lately[:1]), 1, seen, "Ask for a values interview with two assessors.")


def _seen(clause: SeenLately, view: _View) -> _Found:
    lately = [each for each in view.sessions if view.late(each.held_on, clause.months)]
    people = len({each.signer_id for each in lately})
    # Where too few people signed, one session more is asked for whatever their number.
    have = len(lately) if people >= clause.by else min(len(lately), clause.least - 1)
    within = f"in the last {some(clause.months, 'month')}"
    seen = f"None led and signed {within} yet."
    if lately:
        seen = f"{opening(len(lately))} led {within}, signed by {some(people, 'person', 'people')}."
    who = "somebody else" if lately and people < clause.by else "somebody who may sign"
    return _Found(have, clause.least, seen, f"Lead a session, and ask {who} to sit in and sign it.")


def _headline(phase: Phase, opens: date, findings: Sequence[RenewalFinding], at: date) -> str:
    left = [each for each in findings if each.state != "there"]
    if phase == "early":
        return f"Renewal opens on {day(opens, at)}"
    if not left:
        return "Everything is there to renew"
    if len(left) == 1:
        return f"One thing is missing. {left[0].title}"
    return f"{opening(len(left))} things are missing"
