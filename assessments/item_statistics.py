"""What the answers say about the items: how hard one is, how well it tells people apart, and when it has had its day.

Two plain figures of classical test theory. `p` is the mean of the points. Discrimination is the point-biserial
correlation, corrected: between the points for the item and the share of points for everything else in the same test,
so that an item is not compared with itself. Where to draw the lines is from syllabus.md §5.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Literal

ENOUGH = 50
TOO_EASY = 0.95
TELLS_TOO_LITTLE = 0.10

Advice = Literal["keep", "wait", "retire"]


@dataclass(frozen=True)
class ItemFigures:
    """The figures of one item under one text. Without a spread on either side there is no discrimination."""

    item: str
    n: int
    p: float
    discrimination: float | None

    @property
    def advice(self) -> Advice:
        """Advice for a person. Nothing is ever retired by a figure alone."""
        if self.n < ENOUGH:
            return "wait"
        little = self.discrimination is None or self.discrimination < TELLS_TOO_LITTLE
        return "retire" if self.p > TOO_EASY or little else "keep"

    @property
    def sentence(self) -> str:
        """What the advice is and why."""
        if self.advice == "wait":
            return f"Answered {self.n} times. Below {ENOUGH} the figures mean too little to act on."
        if self.p > TOO_EASY:
            return "Nearly everybody gets it right, so it tells nothing. Look at it, and write another."
        if self.discrimination is None:
            return "Everybody’s points are the same, so it tells nothing. Look whether its key is right."
        if self.discrimination < TELLS_TOO_LITTLE:
            return "Those who know the rest get it wrong as often as others. Look for a second right answer in it."
        return "Keep it."


def figures(attempts: Iterable[Mapping[str, Fraction]]) -> list[ItemFigures]:
    """The figures of every item, by its key. Each attempt gives the points for the items that were drawn in it."""
    own: defaultdict[str, list[float]] = defaultdict(list)
    rest: defaultdict[str, list[float]] = defaultdict(list)
    for points in attempts:
        total = sum(points.values(), Fraction(0))
        for item, got in points.items():
            own[item].append(float(got))
            rest[item].append(float((total - got) / (len(points) - 1)) if len(points) > 1 else 0.0)
    return [ItemFigures(item, len(own[item]), _mean(own[item]), _correlation(own[item], rest[item])) for item in own]


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _correlation(one: list[float], other: list[float]) -> float | None:
    """Pearson’s, which for an item of right or wrong is the point-biserial one. None where nothing varies."""
    if len(set(one)) < 2 or len(set(other)) < 2:
        return None
    a, b = _mean(one), _mean(other)
    together = sum((x - a) * (y - b) for x, y in zip(one, other, strict=True))
    spread = sqrt(sum((x - a) ** 2 for x in one)) * sqrt(sum((y - b) ** 2 for y in other))
    return max(-1.0, min(1.0, together / spread)) if spread else None
