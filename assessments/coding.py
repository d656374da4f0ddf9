"""Turns that two people label, each alone: which are drawn, how far the two agree, and what the labels say.

Pure. Nothing here knows a word of a turn. A coefficient is kept in ten-thousandths, so that what was shown, sealed and
compared is one number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

from assessments import asks
from assessments.group_asks import CodedShare
from assessments.group_standards import GroupStandard
from assessments.reliability import cohen_kappa, kappa_interval, wilson_lower
from assessments.standards import Standard
from assessments.wording import floored, some

OPENNESS: Mapping[str, str] = {"open": "Open", "closed": "Closed", "unsure": "Can’t tell"}
ADVICE: Mapping[str, str] = {"no": "No advice", "yes": "Advice in it"}
FEWEST_TURNS = 10  # ours: with fewer, a single turn moves a share by more than a tenth
FEWEST_SPEAKERS = 2  # one voice alone is not a circle, and a letter would not hide whose it is
OWN_TURNS = 26  # of one session of a person, as of a meeting of a circle: with fewer, κ says little about rare advice
KAPPA = 0.60
SCALE = 10_000


@dataclass(frozen=True, slots=True)
class Label:
    """What one coder made of a turn. Empty: nothing yet."""

    openness: str = ""
    advice: str = ""

    @property
    def whole(self) -> bool:
        """Whether both questions are answered."""
        return self.openness in OPENNESS and self.advice in ADVICE


@dataclass(frozen=True, slots=True)
class Agreed:
    """How far two coders agreed on one question, in ten-thousandths; where nothing varies there is no span."""

    same: int
    turns: int
    kappa: int
    low: int | None
    high: int | None

    def is_enough(self, least: float) -> bool:
        """Whether a share that rests on these labels counts."""
        return self.kappa >= round(least * SCALE)

    @property
    def in_words(self) -> str:
        """“κ 0.76 on 52 turns, 45 labelled alike; anything from 0.59 to 0.92 would be no surprise”."""
        said = f"κ\u00a0{decimal(self.kappa)} on {some(self.turns, 'turn')}, {self.same} labelled alike"
        if self.low is None or self.high is None:
            return said
        return f"{said}; anything from {decimal(self.low)} to {decimal(self.high)} would be no surprise"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What settled labels say: turns, how many are open, how many are without advice."""

    turns: int
    open: int
    without_advice: int

    @property
    def open_in_words(self) -> str:
        return share_in_words(self.open, self.turns, "open")

    @property
    def without_advice_in_words(self) -> str:
        return share_in_words(self.without_advice, self.turns, "without advice")


def turns_wanted(standard: GroupStandard) -> int:
    """How many turns of one meeting are coded: what the standard asks, over as many meetings as it asks for."""
    clauses = [each for entry in standard.entries for each in entry.clauses if isinstance(each, CodedShare)]
    return max((ceil(each.turns / each.sessions) for each in clauses), default=FEWEST_TURNS)


def kappa_asked(standard: GroupStandard) -> float:
    """The agreement below which no share counts anywhere in the standard."""
    clauses = [each for entry in standard.entries for each in entry.clauses if isinstance(each, CodedShare)]
    return min((each.kappa for each in clauses), default=KAPPA)


def own_turns_wanted(standard: Standard) -> int:
    """How many of a person's turns in one session are coded: what their standard asks, and not fewer than we do."""
    return max([OWN_TURNS, *(ceil(each.turns / each.sessions) for each in of_person(standard))])


def own_kappa_asked(standard: Standard) -> float:
    """The same of a person's standard as `kappa_asked`."""
    return min((each.kappa for each in of_person(standard)), default=KAPPA)


def of_person(standard: Standard) -> list[asks.CodedShare]:
    """What a person's standard asks of turns that two people coded."""
    return [each for each in standard.clauses if isinstance(each, asks.CodedShare)]


def draw(entered: int, wanted: int, seed: str) -> tuple[int, ...]:
    """Which of the turns entered are coded, in the order in which they are shown.

    Turns are ranked by the SHA-256 of the seed with their place: a draw that anybody can repeat anywhere, and in which
    taking one turn out changes nothing about the others.
    """
    ranked = sorted(range(entered), key=lambda place: hashlib.sha256(f"{seed}:{place}".encode()).digest())
    return tuple(ranked[:wanted])


def letters(seats: Iterable[Hashable]) -> list[str]:
    """“A”, “B” … in place of whoever spoke, by the order in which they are met."""
    known: dict[Hashable, str] = {}
    return [known.setdefault(seat, chr(ord("A") + len(known))) for seat in seats]


def agreement(first: Sequence[Hashable], second: Sequence[Hashable]) -> Agreed:
    """How far two coders agreed who labelled the same turns, at least one."""
    span = kappa_interval(first, second)
    return Agreed(
        same=sum(a == b for a, b in zip(first, second, strict=True)),
        turns=len(first),
        kappa=_scaled(cohen_kappa(first, second)),
        low=_scaled(span[0]) if span else None,
        high=_scaled(span[1]) if span else None,
    )


def outcome(settled: Sequence[Label]) -> Outcome:
    """What was settled, counted. “Can’t tell” is a label of its own and makes no turn open."""
    return Outcome(
        turns=len(settled),
        open=sum(each.openness == "open" for each in settled),
        without_advice=sum(each.advice == "no" for each in settled),
    )


def share_in_words(good: int, turns: int, what: str) -> str:
    """“21 of 26 turns open; allowing for chance at least 65%”."""
    return f"{good} of {some(turns, 'turn')} {what}; allowing for chance at least {floored(wilson_lower(good, turns))}"


def too_few(turns: int, speakers: int | None = None) -> bool:
    """Whether what is left of a sample says nothing any more. Nobody counts voices where one person spoke."""
    return turns < FEWEST_TURNS or (speakers is not None and speakers < FEWEST_SPEAKERS)


def decimal(scaled: int) -> str:
    """“0.72”, “−0.05”: cut and never rounded up, as a threshold is compared."""
    hundredths = abs(scaled) * 100 // SCALE
    return f"{'−' if scaled < 0 and hundredths else ''}{hundredths / 100:.2f}"


def _scaled(value: float) -> int:
    return floor(value * SCALE + 1e-6)
