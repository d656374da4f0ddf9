"""Facilitators, raters and sessions that are made up: true ability is known, because we made it.

It is a number that only the model knows, so it may be calculated with. Levels that raters write down stay an order.
Why each assumption, and from where: docs/readiness.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from random import Random
from typing import Literal

from assessments import made_up_turns
from assessments.asks import Assessors, SessionsLed
from assessments.assurance import Tier
from assessments.evidence import SessionEvidence
from assessments.group_evidence import Sample
from assessments.standards import Standard

NoiseName = Literal["swiss", "vcu"]

MOST_SESSIONS = 40  # who is not handed over by then is kept back
TRAINER_SEES = 2 / 3  # of the sessions, where the standard does not ask for more by others, who share the rest
OTHERS = ("second assessor", "third assessor")
MINUTES = 75  # of a session
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
class Seeing:
    """Who signs, as whoever arranges the sessions sees to it: the trainer so often, and so many others the rest."""

    trainer: float = TRAINER_SEES
    others: int = len(OTHERS)

    @classmethod
    def asked_by(cls, standard: Standard) -> Seeing:
        """Enough people, and enough sessions by others than the trainer, for the number of sessions asked for."""
        asked = [clause for clause in standard.clauses if isinstance(clause, Assessors)]
        led = max((c.least for c in standard.clauses if isinstance(c, SessionsLed)), default=1)
        people = max((c.least for c in asked), default=1)
        by_others = max((c.by_others for c in asked), default=0)
        return cls(
            trainer=min(TRAINER_SEES, max(0.0, 1 - by_others / max(led, by_others))),
            others=max(len(OTHERS), people - 1),
        )

    def draw(self, chance: Random) -> str:
        """Who sees one session. The others have numbers from the fourth person on."""
        if chance.random() < self.trainer:
            return "trainer"
        return chance.choice([*OTHERS, *(f"assessor {n}" for n in range(4, self.others + 2))])


AS_USUAL = Seeing()


@dataclass(frozen=True, slots=True)
class World:
    """How people grow and how raters err, and for how many sessions one watches."""

    noise: Noise = NOISE["swiss"]
    people: People = People()
    watched: int = MOST_SESSIONS


class Facilitator:
    """One made-up person. The same seed and number give the same chances in every world and under every standard:
    only who signs may differ, which has chances of its own.
    """

    def __init__(self, world: World, seed: int, number: int) -> None:
        self.watched = world.watched
        self._world, self._name = world, f"{seed}/{number}"
        self._who = Random(f"{self._name}/who")  # noqa: S311 - a model, not a secret
        self._chance = Random(f"{seed}/{number}")  # noqa: S311 - a model, not a secret
        self.above = world.people.spread * self._chance.gauss(0, 1)
        self._habit = OPEN_HABIT * self._chance.gauss(0, 1)
        self._leniency = {who: world.noise.rater * self._chance.gauss(0, 1) for who in ("trainer", *OTHERS)}

    def ability(self, led: int) -> float:
        """True ability with so many sessions led: that of the session that comes next."""
        return self._world.people.middle(led) + self.above

    def able_after(self, line: float) -> int | None:
        """After how many sessions ability first reaches the line; None when it does not while we look."""
        return next((led for led in range(self.watched + 1) if self.ability(led) >= line), None)

    def sessions(self, tier: Tier, seeing: Seeing = AS_USUAL) -> Iterator[SessionEvidence]:
        """What this person leads, a week or two apart, each signed two days later by somebody independent."""
        day = FIRST_DAY
        for led in range(self.watched):
            yield self._session(led, day, tier, seeing)
            day += timedelta(days=self._chance.choice((7, 14)))

    def turns(self, led: int, on: date) -> Sample | None:
        """The turns of the session after so many led, as two people read them; None where nobody reads them."""
        if not made_up_turns.is_coded(led):
            return None
        return made_up_turns.read_by_two(self._name, led, on, self._open_share(led), self.ability(led))

    def _open_share(self, led: int) -> float:
        return OPEN_AT_START + OPEN_PER_LEVEL * (self.ability(led) - 2) + self._habit

    def _lenience(self, signer: str) -> float:
        if signer not in self._leniency:
            chance = Random(f"{self._name}/{signer}")  # noqa: S311 - a model, not a secret
            self._leniency[signer] = self._world.noise.rater * chance.gauss(0, 1)
        return self._leniency[signer]

    def _session(self, led: int, day: date, tier: Tier, seeing: Seeing) -> SessionEvidence:
        usual = AS_USUAL.draw(self._chance)
        signer = usual if seeing == AS_USUAL else seeing.draw(self._who)
        rating = self.ability(led) + self._lenience(signer) + self._world.noise.residual * self._chance.gauss(0, 1)
        asked, share = self._chance.randint(*QUESTIONS), self._open_share(led)
        opened = sum(self._chance.random() < share for _ in range(asked))
        return SessionEvidence(
            id=f"session-{led:02}",
            held_on=day,
            group_id=f"circle-{led // PER_CIRCLE}",
            group_name=f"Circle {led // PER_CIRCLE + 1}",
            role="led",
            minutes=MINUTES,
            open=opened,
            closed=asked - opened,
            state="signed",
            signer_id=signer,
            signer_name=signer,
            signer_outside=signer != "trainer",
            signed_on=day + TO_SIGN,
            level=min(5, max(1, round(rating))),
            tier=tier,
        )
