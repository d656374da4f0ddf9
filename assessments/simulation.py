"""What a standard's rules would do with facilitators whose true ability is known, because they are made up.

The rules are those of `readiness.judge`; nothing here decides what is enough. The people are those of `made_up.py`.
What comes of it: docs/readiness.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from math import ceil, inf
from statistics import fmean, median_high
from typing import Literal

from assessments.asks import (
    Assessors,
    Clause,
    CodedShare,
    Groups,
    HandOvers,
    HeldLater,
    HoursOfPractice,
    KnowledgeTest,
    LessonsDone,
    Levels,
    MonthsOfPractice,
    OpenQuestions,
    OwnAgreement,
    PriorAward,
    RecentSessions,
    Rounds,
    SessionsLed,
    ValuesInterview,
)
from assessments.clauses import describe
from assessments.evidence import Evidence, LessonEvidence, SessionEvidence, look
from assessments.group_evidence import Sample
from assessments.made_up import MOST_SESSIONS, TO_SIGN, Facilitator, People, Seeing, World
from assessments.readiness import judge
from assessments.reliability import wilson_lower
from assessments.standards import Standard

AIM = 0.05  # false hand-overs among hand-overs; our own aim, see docs/readiness.md
MARGIN = 0.5  # a rater without error rounds to the level entrusted from half a level below it
FAR = 0.5  # below the line: a rater without error would write down the level below, and be in no doubt
PATIENCE = 12  # sessions after becoming able; as many assessments as the Swiss study asks for
TWO_SIDED_95 = 1.96
TO_CODE = timedelta(days=7)  # after the signature, until two have read a session's turns and settled them
NOT_SIMULATED = (HeldLater, Rounds, PriorAward, HandOvers, OwnAgreement, ValuesInterview, KnowledgeTest)
SIMULATED = (
    SessionsLed, HoursOfPractice, MonthsOfPractice, Assessors, RecentSessions, Groups, Levels, OpenQuestions,
    CodedShare,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Course:
    """How it went for one person: after how many sessions they were able, and handed over; None is never.

    `short` is by how much, in levels, ability was below the line on the day of hand-over.
    """

    able_after: int | None
    handed_over_after: int | None
    short: float = 0.0
    watched: int = MOST_SESSIONS

    @property
    def waited(self) -> float | None:
        """Sessions from being able to being handed over.

        None where that cannot be told: handed over before, never able, or able too late to watch for `PATIENCE`.
        """
        if self.able_after is None or self.able_after > self.watched - PATIENCE or self.short > 0:
            return None
        return inf if self.handed_over_after is None else self.handed_over_after - self.able_after


def follow(standard: Standard, person: Facilitator) -> Course:
    """This person's way under this standard, asked anew on the day of each signature."""
    standard = simulated(standard)
    line = standard.award.level - MARGIN
    able_after = person.able_after(line)
    asks_for_turns = any(isinstance(clause, CodedShare) for clause in standard.clauses)
    seen: list[SessionEvidence] = []
    read: list[Sample] = []
    for led, session in enumerate(person.sessions(standard.tiers[0], Seeing.asked_by(standard))):
        seen.append(session)
        at = session.held_on + TO_SIGN
        if asks_for_turns and (turns := person.turns(led, at + TO_CODE)):
            read.append(turns)
        evidence = Evidence(lessons=_lessons(standard, at), sessions=tuple(seen), samples=tuple(read))
        if may_be_ready(standard, evidence, at) and judge(standard, evidence, at).ready:
            return Course(able_after, len(seen), max(0.0, line - person.ability(len(seen))), person.watched)
    return Course(able_after, None, watched=person.watched)


def left_out(standard: Standard) -> tuple[Clause, ...]:
    """The clauses that made-up evidence says nothing about. They are taken as there."""
    return tuple(clause for clause in standard.clauses if isinstance(clause, NOT_SIMULATED))


@cache
def simulated(standard: Standard) -> Standard:
    """The standard as far as it is simulated."""
    gone = {clause.id for clause in left_out(standard)}
    kept = [clause for clause in standard.clauses if clause.id not in gone]
    free = [clause.model_copy(update={"after": None}) if clause.after in gone else clause for clause in kept]
    return standard.model_copy(update={"clauses": tuple(free)})


def is_simulated(standard: Standard) -> bool:
    """Whether the model says anything about it: it asks for sessions led, and made-up people reach its level."""
    reached = standard.award.level <= People().plateau
    return reached and any(isinstance(clause, SIMULATED) for clause in standard.clauses)


def may_be_ready(standard: Standard, evidence: Evidence, at: date) -> bool:
    """Whether it is worth asking `judge`, who also works out outlook and words and takes thirty times as long.

    This asks the clauses themselves, the last first, since those are short most often; it has no rule of its own.
    """
    view = look(evidence, at, standard.tiers)
    return all(describe(clause, view).holds for clause in reversed(standard.clauses))


def _lessons(standard: Standard, at: date) -> tuple[LessonEvidence, ...]:
    """Every lesson done, and done again where it holds for a time only."""
    wanted = {each for c in standard.clauses if isinstance(c, LessonsDone) for each in c.lessons}
    return tuple(LessonEvidence(id=each, title=each, done_on=at) for each in sorted(wanted))


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with the two-sided 95 % Wilson interval."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        return self.count / self.of if self.of else None

    @property
    def low(self) -> float:
        return wilson_lower(self.count, self.of, TWO_SIDED_95)

    @property
    def high(self) -> float:
        return 1 - wilson_lower(self.of - self.count, self.of, TWO_SIDED_95)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it for everybody. `waited` is the median; it is None where nobody's waiting can be told, infinite
    where half or more are never handed over. The assessments are those of who was handed over."""

    handed_over: Share
    false_hand_over: Share
    far_short: Share
    false_delay: Share
    waited: float | None
    assessments_mean: float | None
    assessments_p90: int | None

    @property
    def aim(self) -> Literal["met", "missed", "open"]:
        """Whether false hand-overs are as rare as we want, where chance leaves that to be said."""
        if self.false_hand_over.high <= AIM:
            return "met"
        return "missed" if self.false_hand_over.low > AIM else "open"


def simulate(standard: Standard, world: World, people: int, seed: int) -> Outcome:
    """Run so many made-up facilitators through a standard."""
    return summary([follow(standard, Facilitator(world, seed, number)) for number in range(people)])


def summary(courses: Sequence[Course]) -> Outcome:
    """The figures of so many courses."""
    used = sorted(each.handed_over_after for each in courses if each.handed_over_after is not None)
    waits = [each.waited for each in courses if each.waited is not None]
    return Outcome(
        handed_over=Share(len(used), len(courses)),
        false_hand_over=Share(sum(each.short > 0 for each in courses), len(used)),
        far_short=Share(sum(each.short >= FAR for each in courses), len(used)),
        false_delay=Share(sum(wait > PATIENCE for wait in waits), len(waits)),
        waited=median_high(waits) if waits else None,
        assessments_mean=fmean(used) if used else None,
        assessments_p90=used[ceil(0.9 * len(used)) - 1] if used else None,
    )
