"""The nine outcomes as text: what each is read by, where one set out to be, its trap and what it cannot show.

A version is never changed once a figure was read under it: another figure, another target or another trap is another
version. Below `fewest` answers nothing is shown; a figure that circles gave is shown only of several circles together.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from assessments.asks import Positive, Slug, Words, wrong
from assessments.standards import CONTENT, Shelf, Versioned, load_shelf
from assessments.surveys import FEWEST, LEAST, MOST
from courses.source import Frozen, Store

NINE = 9
Kind = Literal["share", "median"]
Level = Literal["reaction", "learning", "behaviour", "results"]  # after Kirkpatrick
Cycle = Literal["immediate", "potential", "applied", "realised", "enabling", "strategic"]  # after Wenger and others


class Indicator(Frozen):
    """What every figure says of itself. `circles`: of so many circles together at least."""

    figure: Slug
    title: Words
    reads: Words
    kind: Kind
    unit: Words
    unasked: Words
    circles: Annotated[int, Field(ge=1, le=9)] = 1


class Measured(Indicator):
    """A figure with where one set out to be. `rest` says what those are that were asked, or `base` says what else was
    done with them, and are not in the figure.

    `target` is a share in per cent, or a place from 1 to 7; `gain` one in standard deviations of one's own past.
    """

    base: Words = "asked"
    rest: Words | None = None
    target: Positive | None = None
    gain: Annotated[float, Field(gt=0, le=2)] | None = None
    lower_bound: bool = False

    @model_validator(mode="after")
    def _within(self) -> Measured:
        most = 100 if self.kind == "share" else MOST
        if self.target is not None and not LEAST <= self.target <= most:
            raise wrong(f"its target should lie between {LEAST} and {most}")
        if self.gain is not None and self.kind != "median":
            raise wrong("a gain over one’s own past is for medians")
        return self


class Beside(Measured):
    """A second figure, without which the first would tell half of it. It may set out for nothing.

    `earlier` says how it was with the first in quarters in which the second was not asked yet.
    """

    earlier: Words | None = None


class Outcome(Measured):
    """One outcome with its one indicator, and the figure that stands beside it."""

    number: Annotated[int, Field(ge=1, le=NINE)]
    trap: Words
    cannot: Words
    level: Level
    cycle: Cycle
    beside: Beside | None = None

    @model_validator(mode="after")
    def _aims(self) -> Outcome:
        if (self.target is None) == (self.gain is None):
            raise wrong("an outcome sets out for one thing: give it a target, or a gain over its own past")
        return self


class Counter(Indicator):
    """What the outcomes cost, and what went wrong. `each_quarter`: counted anew of everybody in every quarter."""

    each_quarter: bool = False


class Scheme(Versioned):
    """One version of the whole: nine outcomes, and what has to stay visible beside them."""

    since: date
    fewest: Annotated[int, Field(ge=FEWEST)]
    outcomes: Annotated[tuple[Outcome, ...], Field(min_length=NINE, max_length=NINE)]
    counters: Annotated[tuple[Counter, ...], Field(min_length=5)]

    @field_validator("outcomes")
    @classmethod
    def _all_nine(cls, outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
        if [each.number for each in outcomes] != [*range(1, NINE + 1)]:
            raise wrong("the nine outcomes should stand here in their order, each once")
        return outcomes

    @field_validator("counters")
    @classmethod
    def _differ(cls, counters: tuple[Counter, ...], info: ValidationInfo) -> tuple[Counter, ...]:
        outcomes = info.data.get("outcomes", ())
        names = [each.figure for each in (*outcomes, *_besides(outcomes), *counters)]
        for each in names:
            if names.count(each) > 1:
                raise wrong(f"“{each}” is there twice; every figure needs a name of its own")
        return counters

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Every figure, outcomes first, then what stands beside them."""
        return (*self.outcomes, *_besides(self.outcomes), *self.counters)


def _besides(outcomes: tuple[Outcome, ...]) -> tuple[Beside, ...]:
    return tuple(each.beside for each in outcomes if each.beside is not None)


def load_schemes(root: Path) -> Shelf[Scheme]:
    """Every version below `root`. Raises ContentError with all problems."""
    return load_shelf(root, Scheme)


_schemes = Store(CONTENT / "outcomes", load_schemes)


def current_scheme() -> Scheme:
    """The newest version."""
    return max(_schemes.current().values(), key=lambda each: each.version)
