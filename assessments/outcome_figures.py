"""Figures of outcomes from numbers that name nobody: when they may be shown, their middle, how far chance allows.

What was answered is taken in batches. A batch closes once enough have answered, and every published figure is made of
whole batches. So two figures, of other days or of other spans, differ by whole batches as well: whatever is added to or
taken from whatever, an answer is never alone, nor one of three.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median, quantiles, stdev

from assessments.outcomes import Indicator, Measured
from assessments.reliability import TWO_SIDED_95, wilson_lower
from assessments.surveys import FEWEST

WAIT = timedelta(days=14)  # after a quarter, until it is read: circles count and note a few days late
YEAR = 4  # quarters: so long a figure is told of, and so long an answer waits for others
PERCENT = 100


@dataclass(frozen=True, slots=True)
class Part:
    """What one follow-up, one survey, one meeting adds: on which day, of which circle, and numbers."""

    on: date
    circle: str = ""
    asked: int = 0
    n: int = 0
    hits: int = 0
    levels: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """Parts that are read together at the end of a quarter. Hidden, it says how many were asked and nothing else."""

    closed_on: date
    shown: bool
    asked: int
    n: int = 0
    hits: int = 0
    levels: tuple[float, ...] = ()


def quarter_end(day: date) -> date:
    """The last day of a day's quarter."""
    month = 3 * ((day.month - 1) // 3) + 3
    first_after = date(day.year + month // 12, month % 12 + 1, 1)
    return first_after - timedelta(days=1)


def last_read(today: date) -> date:
    """The last day of the latest quarter that has been read by this day."""
    this = quarter_end(today - WAIT)
    return this if this == today - WAIT else before(this)


def before(end: date, quarters: int = 1) -> date:
    """The last day of the quarter so many before the one that ends on this day."""
    for _ in range(quarters):
        end = date(end.year, end.month - 2, 1) - timedelta(days=1)
    return end


def waiting_since(closed_on: date, taken: date | None) -> date:
    """From which day on answers are read at the end of a quarter: after those that were read last, and of one year."""
    oldest = before(closed_on, YEAR)
    return oldest if taken is None else max(taken, oldest)


def take(closed_on: date, parts: Sequence[Part], circles: int) -> Batch:
    """Read what has come together. Too few answers, or too few circles, and all of it waits for more."""
    asked, n = sum(each.asked for each in parts), sum(each.n for each in parts)
    if n < FEWEST or len({each.circle for each in parts if each.n}) < circles:
        return Batch(closed_on, shown=False, asked=asked)
    levels = tuple(sorted(level for each in parts for level in each.levels))
    return Batch(closed_on, True, asked, n, sum(each.hits for each in parts), levels)


@dataclass(frozen=True, slots=True)
class Figure:
    """One span of time in numbers of four answers and more. `value`, `low` and `high` in per cent, or on the scale."""

    kind: str
    n: int
    asked: int
    hits: int = 0
    levels: tuple[float, ...] = field(default=(), repr=False)
    quarters: int = 1

    @property
    def value(self) -> float:
        return median(self.levels) if self.kind == "median" else PERCENT * self.hits / self.n

    @property
    def low(self) -> float:
        """The first quartile, or what the share still supports when chance worked against it."""
        if self.kind == "median":
            return quartiles(self.levels)[0]
        return PERCENT * wilson_lower(self.hits, self.n, TWO_SIDED_95)

    @property
    def high(self) -> float:
        """The third quartile, or what the share would still support had chance worked for it."""
        if self.kind == "median":
            return quartiles(self.levels)[1]
        return PERCENT * (1 - wilson_lower(self.n - self.hits, self.n, TWO_SIDED_95))

    @property
    def each_time(self) -> int:
        """How many there were in a quarter, on average: of what is counted anew in every quarter."""
        return round(self.n / self.quarters)


@dataclass(frozen=True, slots=True)
class Row:
    """An indicator in the year that was read last and in the year before."""

    about: Indicator
    latest: Figure | None
    past: Figure | None
    asked: int  # where nothing may be shown: how many were asked
    waits: bool  # some have answered, and too few
    first: date | None = None  # the last day of the first quarter of the two years in which it was asked
    beside: Row | None = None

    @property
    def aim(self) -> float | None:
        """Where one set out to be. A gain over one's own past has none before the past is known."""
        if not isinstance(self.about, Measured):
            return None
        if self.about.gain is None:
            return self.about.target
        if self.past is None:
            return None
        return self.past.value + self.about.gain * stdev(self.past.levels)

    @property
    def is_below(self) -> bool:
        """Whether it is below where one set out to be: a share that has to hold against chance, by its lower bound."""
        if self.latest is None or self.aim is None:
            return False
        by_bound = isinstance(self.about, Measured) and self.about.lower_bound
        return (self.latest.low if by_bound else self.latest.value) < self.aim

    @property
    def told_since(self) -> date | None:
        """From which quarter on the figure beside it is asked, where it was not before."""
        second = self.beside.first if self.beside is not None else None
        return second if second is not None and self.first is not None and self.first < second else None

    @property
    def misses(self) -> bool:
        """Whether it, or what stands beside it, is below where one set out to be."""
        return self.is_below or (self.beside is not None and self.beside.is_below)


def quartiles(levels: Sequence[float]) -> tuple[float, float]:
    """The first and the third."""
    first, _, third = quantiles(levels, n=4, method="inclusive")
    return first, third


def total(kind: str, batches: Iterable[Batch]) -> Figure | None:
    """Several batches as one figure; None where none of them may be shown."""
    shown = [each for each in batches if each.shown]
    if not shown:
        return None
    levels = tuple(sorted(level for each in shown for level in each.levels))
    n, asked, hits = (sum(getattr(each, name) for each in shown) for name in ("n", "asked", "hits"))
    return Figure(kind, n, asked, hits, levels, len(shown))


def row(about: Indicator, batches: Sequence[Batch], until: date) -> Row:
    """An indicator in the four quarters that end on a day, and in the four before."""
    start = before(until, YEAR)
    this = [each for each in batches if start < each.closed_on <= until]
    past = [each for each in batches if before(start, YEAR) < each.closed_on <= start]
    newest = max(this, key=lambda each: each.closed_on, default=None)
    now = total(about.kind, this)
    asked = newest.asked if newest and not newest.shown and now is None else 0
    first = min((each.closed_on for each in batches if each.asked), default=None)
    return Row(about, now, total(about.kind, past), asked, asked > 0, first)
