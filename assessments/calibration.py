"""How far an assessor agrees with others: the figures there are, what a standard asks of them, how long they hold.

Pure. A figure is kept in hundredths, so that what was typed, sealed and compared is one number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from assessments.wording import add_months, full_day, listed, sentence, some
from courses.source import Frozen

Kind = Literal["kappa_open_closed", "icc_rubric", "near_rubric"]
WARNED = timedelta(days=30)  # before a figure lapses
NONE = "No agreement figure on record"


@dataclass(frozen=True, slots=True)
class Measure:
    """A kind of figure: its sign, what it counts, what it says."""

    sign: str
    item: str
    title: str


MEASURES: Mapping[Kind, Measure] = {
    "kappa_open_closed": Measure("κ", "question", "Telling open from closed questions: Cohen’s kappa (κ)"),
    "icc_rubric": Measure("ICC", "session", "Rating by the rubric: intraclass correlation (ICC)"),
    "near_rubric": Measure("within one anchor", "evening", "Rating evenings by the rubric: rows within one anchor"),
}


class LeastAgreement(Frozen):
    """A figure of this kind, at least so high, on at least so many items."""

    kind: Kind
    at_least: Annotated[float, Field(gt=0, lt=1)]
    items: Annotated[int, Field(ge=1)]

    @property
    def hundredths(self) -> int:
        return ceil(self.at_least * 100 - 1e-9)


class Calibration(Frozen):
    """What a standard asks of whoever signs: these figures, and anew after so many months."""

    every_months: Annotated[int, Field(ge=1)]
    figures: Annotated[tuple[LeastAgreement, ...], Field(min_length=1)]

    @field_validator("figures")
    @classmethod
    def _one_of_each_kind(cls, figures: tuple[LeastAgreement, ...]) -> tuple[LeastAgreement, ...]:
        if len({each.kind for each in figures}) < len(figures):
            raise PydanticCustomError("standard", "a kind of figure stands here twice; ask for each once")
        return figures

    def in_words(self) -> str:
        """“κ 0.60 or more on 40 questions, every 12 months”."""
        asked = [f"{_value(each)} or more on {some(each.items, MEASURES[each.kind].item)}" for each in self.figures]
        return f"{listed(asked)}, every {some(self.every_months, 'month')}"


@dataclass(frozen=True, slots=True)
class Figure:
    """How far somebody agreed with others on so many items, on a day."""

    kind: Kind
    hundredths: int
    items: int
    done_on: date

    def in_words(self) -> str:
        """“κ 0.72 on 40 questions, 3 May 2026”."""
        return f"{_value(self)} on {some(self.items, MEASURES[self.kind].item)}, {full_day(self.done_on)}"


@dataclass(frozen=True, slots=True)
class Agreement:
    """The last figure of each kind that somebody has; there may be none."""

    figures: tuple[Figure, ...] = ()

    @classmethod
    def of(cls, kept: Mapping[str, Any] | None) -> Self:
        """What stands in a signature."""
        return cls(
            tuple(
                Figure(kind, each["hundredths"], each["items"], date.fromisoformat(each["done_on"]))
                for kind in MEASURES
                for each in ((kept or {}).get(kind),)
                if each
            )
        )

    @classmethod
    def last(cls, figures: Iterable[Figure]) -> Self:
        """Of figures in the order in which they were recorded, the last of each kind."""
        newest = {each.kind: each for each in figures}
        return cls(tuple(newest[kind] for kind in MEASURES if kind in newest))

    def kept(self) -> dict[str, Any] | None:
        """As plain JSON values; None where there is no figure."""
        said: dict[str, Any] = {
            each.kind: {"hundredths": each.hundredths, "items": each.items, "done_on": each.done_on.isoformat()}
            for each in self.figures
        }
        return said or None

    def in_words(self) -> str:
        """“Agreement κ 0.72 on 40 questions, 3 May 2026”, beside a signature."""
        return f"Agreement {'; '.join(each.in_words() for each in self.figures)}" if self.figures else NONE


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether somebody's figures are what is asked: what is wrong, in words, or the last day on which nothing is."""

    faults: tuple[str, ...]
    until: date | None

    @property
    def holds(self) -> bool:
        return not self.faults

    def lapses_soon(self, at: date) -> bool:
        """Whether it holds, and for no longer than the days in which one is warned."""
        return self.until is not None and self.until - at <= WARNED


def judge(asked: Calibration, agreement: Agreement, at: date) -> Standing:
    """Whether these figures are what is asked on that day. The last day of a figure counts."""
    figures = {each.kind: each for each in agreement.figures}
    faults = [_fault(each, figures.get(each.kind), asked.every_months, at) for each in asked.figures]
    if any(faults):
        return Standing(tuple(filter(None, faults)), None)
    return Standing((), min(add_months(figures[each.kind].done_on, asked.every_months) for each in asked.figures))


def soonest(standings: Iterable[Standing]) -> Standing | None:
    """Of what several standards ask, what is wrong, or else what lapses first. None where nothing is asked."""
    known = list(standings)
    failing = next((each for each in known if each.faults), None)
    return failing or min(known, key=lambda each: each.until or date.max, default=None)


def refusal(who: str, deed: str, asked: Calibration, standing: Standing, recorder: str) -> str:
    """Why somebody may not do what only a calibrated assessor does, and what can be done; empty when they may."""
    if standing.holds:
        return ""
    rule = f"The standard this counts towards asks for agreement of {asked.in_words()}."
    return f"{who} cannot {deed}: {listed(standing.faults)}. {rule} {sentence(recorder)} can record a newer figure."


def warning(standing: Standing, recorder: str, at: date) -> str:
    """What an assessor reads when their own figures are not what is asked, or will soon not be; else nothing."""
    newer = f"{sentence(recorder)} can record a newer figure."
    if standing.faults:
        without = "You can read, comment and send back. You cannot sign for people whose standard asks for more"
        return f"{without}: {listed(standing.faults)}. {newer}"
    if standing.until is None or not standing.lapses_soon(at):
        return ""
    days = (standing.until - at).days
    left = f"for {some(days, 'more day')}" if days else "and that is today"
    lapses = f"Your figure of agreement holds until {full_day(standing.until)}, {left}"
    return f"{lapses}. After that you cannot sign for people whose standard asks for it. {newer}"


def _value(figure: Figure | LeastAgreement) -> str:
    """“κ 0.72”, which stays on one line."""
    return f"{MEASURES[figure.kind].sign}\u00a0{decimal(figure.hundredths)}"


def decimal(hundredths: int) -> str:
    """“0.72”, “−0.05”."""
    return f"{'−' if hundredths < 0 else ''}{abs(hundredths) / 100:.2f}"


def _fault(asked: LeastAgreement, figure: Figure | None, months: int, at: date) -> str:
    measure = MEASURES[asked.kind]
    if figure is None:
        return f"no agreement figure ({measure.sign}) is on record"
    measured = f"agreement {figure.in_words()}"
    if figure.hundredths < asked.hundredths:
        return f"{measured}, is below the {decimal(asked.hundredths)} that is asked for"
    if figure.items < asked.items:
        return f"{measured}, rests on fewer than the {some(asked.items, measure.item)} that are asked for"
    held = add_months(figure.done_on, months)
    return f"{measured}, held until {full_day(held)}" if held < at else ""
