"""What a standard's rules would do with facilitators whose true ability is known, because they are made up.

The rules are those of `readiness.judge`; nothing here decides what is enough. True ability is a number that only the
model knows, so it may be calculated with. Levels that raters write down stay an order. Why each assumption, and what
comes of it: docs/readiness.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, inf, sqrt
from random import Random
from statistics import fmean, median_high
from typing import Literal

from assessments.assurance import Tier
from assessments.clauses import describe
from assessments.evidence import Evidence, LessonEvidence, SessionEvidence, look
from assessments.readiness import judge
from assessments.reliability import wilson_lower
from assessments.standards import LessonsDone, Standard

NoiseName = Literal["swiss", "vcu"]

AIM = 0.05  # false hand-overs among hand-overs; our own aim, see docs/readiness.md
MARGIN = 0.5  # a rater without error rounds to the level entrusted from half a level below it
FAR = 0.5  # below the line: a rater without error would write down the level below, and be in no doubt
MOST_SESSIONS = 40  # who is not handed over by then is kept back
PATIENCE = 12  # sessions after becoming able; as many assessments as the Swiss study asks for
TWO_SIDED_95 = 1.96

TRAINER_SEES = 2 / 3  # of the sessions; the other assessors share the rest
OTHERS = ("second assessor", "third assessor")
PER_CIRCLE = 6  # sessions before the next circle
QUESTIONS = (14, 26)  # asked in a session, about 20
OPEN_AT_START, OPEN_PER_LEVEL = 0.50, 0.20 / 1.5  # 50 % at level 2, 70 % at 3.5: beginning and competent by MITI 3
OPEN_HABIT = 0.08  # how far people of the same ability differ in it; assumed
FIRST_DAY = date(2026, 1, 5)
TO_SIGN = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class People:
    """True ability by practice: every `half_way` sessions halve what is left between start and plateau.

    `half_way` is the least certain number of the model: no study of facilitators gives it. `spread` is the standard
    deviation, in levels, among people with as much practice; with 0.4, one Swiss rating has one of 1.0.
    """

    half_way: float = 4.0
    start: float = 2.0  # leads with the trainer beside them
    plateau: float = 4.0  # of the person in the middle
    spread: float = 0.4

    def middle(self, led: int) -> float:
        """The ability of the person in the middle, with so many sessions led."""
        left: float = 0.5 ** (led / self.half_way)
        return self.plateau - (self.plateau - self.start) * left


@dataclass(frozen=True, slots=True)
class Noise:
    """How ratings miss: standard deviations, in levels, of a rater's leniency and of the rest of one rating."""

    rater: float
    residual: float

    @classmethod
    def from_shares(cls, learner: float, rater: float, spread: float = People().spread) -> Noise:
        """From shares of variance where people differ by `spread`; the residual is what learner and rater leave."""
        whole = spread / sqrt(learner)
        return cls(rater=whole * sqrt(rater), residual=whole * sqrt(1 - learner - rater))


# Core EPAs at VCU (Acad Med 2021): learner 1–7 % of variance, rater 43–61 %. The best of the learner and the middle of
# the rater: with the middle of both, ratings would spread wider than five levels can show.
VCU_LEARNER, VCU_RATER = 0.07, 0.52
# Swiss anaesthesia app (PMC11656171): 12 assessments for 0.70, so one has 0.16 by Spearman–Brown. How the rest is made
# up we do not know: it is divided as at VCU.
SWISS_LEARNER = 0.16
SWISS_RATER = (1 - SWISS_LEARNER) * VCU_RATER / (1 - VCU_LEARNER)

NOISE: Mapping[NoiseName, Noise] = {
    "swiss": Noise.from_shares(SWISS_LEARNER, SWISS_RATER),
    "vcu": Noise.from_shares(VCU_LEARNER, VCU_RATER),
}


@dataclass(frozen=True, slots=True)
class World:
    """How people grow and how raters err."""

    noise: Noise = NOISE["swiss"]
    people: People = People()


class Facilitator:
    """One made-up person. The same seed and number give the same chances in every world and under every standard."""

    def __init__(self, world: World, seed: int, number: int) -> None:
        self._world = world
        self._chance = Random(f"{seed}/{number}")  # noqa: S311 - a model, not a secret
        self.above = world.people.spread * self._chance.gauss(0, 1)
        self._habit = OPEN_HABIT * self._chance.gauss(0, 1)
        self._leniency = {who: world.noise.rater * self._chance.gauss(0, 1) for who in ("trainer", *OTHERS)}

    def ability(self, led: int) -> float:
        """True ability with so many sessions led: that of the session that comes next."""
        return self._world.people.middle(led) + self.above

    def able_after(self, line: float) -> int | None:
        """After how many sessions ability first reaches the line; None when it does not while we look."""
        return next((led for led in range(MOST_SESSIONS + 1) if self.ability(led) >= line), None)

    def sessions(self, tier: Tier) -> Iterator[SessionEvidence]:
        """What this person leads, a week or two apart, each signed two days later by somebody independent."""
        day = FIRST_DAY
        for led in range(MOST_SESSIONS):
            yield self._session(led, day, tier)
            day += timedelta(days=self._chance.choice((7, 14)))

    def _session(self, led: int, day: date, tier: Tier) -> SessionEvidence:
        signer = "trainer" if self._chance.random() < TRAINER_SEES else self._chance.choice(OTHERS)
        rating = self.ability(led) + self._leniency[signer] + self._world.noise.residual * self._chance.gauss(0, 1)
        asked = self._chance.randint(*QUESTIONS)
        share = OPEN_AT_START + OPEN_PER_LEVEL * (self.ability(led) - 2) + self._habit
        opened = sum(self._chance.random() < share for _ in range(asked))
        return SessionEvidence(
            id=f"session-{led:02}",
            held_on=day,
            group_id=f"circle-{led // PER_CIRCLE}",
            group_name=f"Circle {led // PER_CIRCLE + 1}",
            role="led",
            open=opened,
            closed=asked - opened,
            state="signed",
            signer_id=signer,
            signer_name=signer,
            signed_on=day + TO_SIGN,
            level=min(5, max(1, round(rating))),
            tier=tier,
        )


@dataclass(frozen=True, slots=True)
class Course:
    """How it went for one person: after how many sessions they were able, and handed over; None is never.

    `short` is by how much, in levels, ability was below the line on the day of hand-over.
    """

    able_after: int | None
    handed_over_after: int | None
    short: float = 0.0

    @property
    def waited(self) -> float | None:
        """Sessions from being able to being handed over.

        None where that cannot be told: handed over before, never able, or able too late to watch for `PATIENCE`.
        """
        if self.able_after is None or self.able_after > MOST_SESSIONS - PATIENCE or self.short > 0:
            return None
        return inf if self.handed_over_after is None else self.handed_over_after - self.able_after


def follow(standard: Standard, person: Facilitator) -> Course:
    """This person's way under this standard, asked anew on the day of each signature."""
    line = standard.award.level - MARGIN
    able_after = person.able_after(line)
    seen: list[SessionEvidence] = []
    for session in person.sessions(standard.tiers[0]):
        seen.append(session)
        at = session.held_on + TO_SIGN
        evidence = Evidence(lessons=_lessons(standard, at), sessions=tuple(seen))
        if may_be_ready(standard, evidence, at) and judge(standard, evidence, at).ready:
            return Course(able_after, len(seen), max(0.0, line - person.ability(len(seen))))
    return Course(able_after, None)


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
