"""Pure rules of the forecast: how many facilitators there will be, from how long past trainees of a provider took.

The share certified after so many days is the cumulative incidence of Aalen and Johansen (Scandinavian Journal of
Statistics 5, 1978): those who left compete with those who got there, and whoever is still in training counts as long as
they have been. Without that, those who were quick would stand for all. The range takes the bounds of Wilson for each
share, and the tenth and ninetieth per cent of how many of the people in training get there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from math import ceil, sqrt
from statistics import NormalDist

from assessments.reliability import wilson_lower

LEAST_PAST = 8
MONTHS = 12
LOW, HIGH = 0.10, 0.90
MANY = 60  # people in training, of whom the range is reckoned and not counted out
_NORMAL = NormalDist()
Z = 1.2816  # of a share's bounds, so that they leave out a tenth at either end


@dataclass(frozen=True, slots=True)
class Way:
    """How long somebody was or has been in training, in days, and how it ended: certified, left, or not yet."""

    days: int
    end: str  # certified, left, open


@dataclass(frozen=True, slots=True)
class Point:
    """How many there will be on a day: the likely number, and the range."""

    on: date
    likely: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is likely within a year, from `past` trainees whose training has ended."""

    past: int
    points: tuple[Point, ...]  # today first, then a month apart

    @property
    def last(self) -> Point:
        """A year from now."""
        return self.points[-1]


@dataclass(frozen=True, slots=True)
class _Step:
    days: int
    at_risk: int
    still: float  # share that was still in training after this day
    certified: float  # share that was certified by then


class Pace:
    """How a provider's trainees got on, one with another."""

    def __init__(self, ways: Iterable[Way]) -> None:
        known = sorted(ways, key=lambda way: way.days)
        self.past = sum(1 for way in known if way.end != "open")
        self._steps = list(_steps(known))
        self._days = [step.days for step in self._steps]

    def chances(self, elapsed: int, more: Iterable[int]) -> list[tuple[float, int]]:
        """Of those in training after `elapsed` days: the share certified within each number of days, and of how many.

        Nobody to go by: nought of nobody.
        """
        at_risk, still, certified = self._after(elapsed)
        if not still or not at_risk:
            return [(0.0, 0) for _ in more]
        later = (self._after(elapsed + days)[2] for days in more)
        return [(min(1.0, max(0.0, (then - certified) / still)), at_risk) for then in later]

    def _after(self, days: int) -> tuple[int, float, float]:
        """How many were in training for longer, which share still was, and which was certified by then."""
        place = bisect_right(self._days, days)
        at_risk = self._steps[place].at_risk if place < len(self._steps) else 0
        if not place:
            return at_risk, 1.0, 0.0
        last = self._steps[place - 1]
        return at_risk, last.still, last.certified


def _steps(known: Sequence[Way]) -> Iterable[_Step]:
    at_risk, still, certified = len(known), 1.0, 0.0
    for days, group in groupby(known, key=lambda way: way.days):
        ends = [way.end for way in group]
        got_there, gone = ends.count("certified"), ends.count("left")
        certified += still * got_there / at_risk
        still *= 1 - (got_there + gone) / at_risk
        yield _Step(days, at_risk, still, certified)
        at_risk -= len(ends)


def forecast(holding: Sequence[date], training: Sequence[date], pace: Pace, today: date) -> Forecast | None:
    """How many will hold a certificate a month, two months, … from now; None below eight past trainees.

    `holding` has the last day of every certificate held today, `training` the day on which each training began. That a
    certificate which ends is renewed is not counted on; somebody certified later stays so within the year.
    """
    if pace.past < LEAST_PAST:
        return None
    months = [months_on(today, month) for month in range(1, MONTHS + 1)]
    ahead = [(on - today).days for on in months]
    each_of = [pace.chances((today - since).days, ahead) for since in training]
    points = [Point(today, len(holding), len(holding), len(holding))]
    for on, chances in zip(months, zip(*each_of, strict=True) if each_of else [()] * MONTHS, strict=True):
        stay = sum(1 for last_day in holding if last_day >= on)
        likely = stay + round(sum(share for share, _ in chances))
        ranges = [bounds(*each) for each in chances]
        low = stay + _quantile([least for least, _ in ranges], LOW)
        high = stay + _quantile([most for _, most in ranges], HIGH)
        points.append(Point(on, likely, min(low, likely), max(high, likely)))
    return Forecast(pace.past, tuple(points))


def months_on(day: date, months: int) -> date:
    """The same day so many months later, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(day.day - 1), following - timedelta(1))


def bounds(share: float, n: int) -> tuple[float, float]:
    """Wilson's bounds of a share seen among `n`; anything is possible where nobody was seen."""
    if not n:
        return 0.0, 1.0 if share else 0.0
    return wilson_lower(share * n, n, Z), 1 - wilson_lower(n - share * n, n, Z)


def _quantile(chances: Sequence[float], q: float) -> int:
    """The smallest number of these that come true with a probability of at least `q` (a Poisson binomial).

    Of many it is as near as the normal distribution with its skewness comes (Volkova, Theory of Probability and its
    Applications 40, 1996): exact figures would take the square of how many they are, and differ by one at the most.
    """
    if len(chances) >= MANY:
        return _quantile_of_many(chances, q)
    odds = [1.0]
    for chance in chances:
        odds = [stays * (1 - chance) + comes * chance for stays, comes in zip([*odds, 0.0], [0.0, *odds], strict=True)]
    so_far = 0.0
    for number, each in enumerate(odds):
        so_far += each
        if so_far >= q - 1e-12:
            return number
    return len(chances)


def _quantile_of_many(chances: Sequence[float], q: float) -> int:
    mean = sum(chances)
    variance = sum(each * (1 - each) for each in chances)
    if variance < 1e-9:  # all of them are certain
        return round(mean)
    spread, z = sqrt(variance), _NORMAL.inv_cdf(q)
    skewness = sum(each * (1 - each) * (1 - 2 * each) for each in chances) / spread**3
    near = mean + spread * (z + skewness * (z * z - 1) / 6) - 0.5
    return min(len(chances), max(0, ceil(near)))
