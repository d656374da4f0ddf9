"""A figure of agreement from somebody's own codings and ratings: which of them count, and what they come to.

Pure. Only what was coded or rated for the first time counts, since afterwards the key was read. Nobody chooses among
their rounds: the latest ones count, back until they hold enough questions.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assessments import double_coding
from assessments.calibration import MEASURES, Figure, Kind, decimal
from assessments.cases import TENTHS_NEAR, Rated
from assessments.double_coding import LEAST_KAPPA, Comparison
from assessments.wording import add_months, listed, some

LEAST_QUESTIONS = 40  # what every standard that asks for kappa asks for
HOLDS_MONTHS = 12  # decision 21
LEAST: dict[Kind, int] = {"kappa_open_closed": round(LEAST_KAPPA * 100), "near_rubric": TENTHS_NEAR * 10}


@dataclass(frozen=True, slots=True)
class Work:
    """A round that was coded or an evening that was rated, beside the key as it was that day."""

    id: uuid.UUID
    text_id: str
    content_hash: str
    done_on: date
    beside: Comparison | Rated

    @property
    def questions(self) -> int:
        """How many turns were coded; of an evening, how many rows were rated."""
        return len(self.beside.pairs if isinstance(self.beside, Comparison) else self.beside.rows)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a figure would rest on: the work that counts, what is still missing, and the figure once nothing is."""

    kind: Kind
    counting: tuple[Work, ...]
    missing: int  # questions; for evenings, evenings
    figure: Figure | None
    done: int  # first codings or ratings in all, as far back as any

    @property
    def is_enough(self) -> bool:
        """Whether the figure is one that can be taken."""
        return self.figure is not None and self.figure.hundredths >= LEAST[self.kind]

    @property
    def seen(self) -> str:
        """What a page showed, in a word that travels with its form: the same work has the same word."""
        said = " ".join(str(each.id) for each in self.counting)
        return hashlib.sha256(f"{self.kind} {said}".encode()).hexdigest()

    def kept(self) -> dict[str, Any]:
        """As plain JSON values: what the figure rests on, with the hash of every text."""
        work = [
            {
                "id": str(each.id),
                "text": each.text_id,
                "hash": each.content_hash,
                "done_on": each.done_on.isoformat(),
                "value": _value(each),
            }
            for each in self.counting
        ]
        return {"kind": self.kind, "of": self.done, "work": work}


def from_rounds(work: Iterable[Work], at: date) -> Basis:
    """A figure from rounds, given in the order in which they were sent."""
    firsts = _first(work)
    counting = _latest([each for each in firsts if _holds(each, at)])
    total = sum(each.questions for each in counting)
    missing = max(0, LEAST_QUESTIONS - total)
    figure = None if missing else double_coding.figure(_codings(counting), min(each.done_on for each in counting))
    return Basis("kappa_open_closed", counting, missing, figure, len(firsts))


def from_evenings(work: Iterable[Work], wanted: Collection[str], at: date) -> Basis:
    """A figure from evenings, given in the order in which they were rated; every one of `wanted` has to be there.

    The share of all rows that are within one anchor of the key, cut to hundredths.
    """
    firsts = _first(work)
    counting = tuple(each for each in firsts if each.text_id in wanted and _holds(each, at))
    missing = len(wanted) - len(counting)
    if missing or not counting:
        return Basis("near_rubric", counting, missing, None, len(firsts))
    rated = [each.beside for each in counting if isinstance(each.beside, Rated)]
    share = sum(each.near for each in rated) * 100 // sum(len(each.rows) for each in rated)
    figure = Figure("near_rubric", share, len(counting), min(each.done_on for each in counting))
    return Basis("near_rubric", counting, 0, figure, len(firsts))


def evidence(basis: Basis, titles: Sequence[str]) -> str:
    """Where a figure can be read, in a sentence: from what, when, and under which text."""
    what = "rounds coded here" if basis.kind == "kappa_open_closed" else "evenings rated here"
    each = [
        f"“{title}” ({work.done_on.isoformat()}, text {short(work.content_hash)})"
        for title, work in zip(titles, basis.counting, strict=True)
    ]
    many = f"{len(basis.counting)} of {basis.done} in all"
    return f"From {what} for the first time, beside the key: {listed(each)}; {many}."


def lacking(basis: Basis) -> str:
    """What is still to do before there is a figure to take; empty when there is one."""
    if basis.missing:
        noun = MEASURES[basis.kind].item
        more = "more " if basis.counting else ""
        return f"{some(basis.missing, f'{more}{noun}')} to go."
    if basis.is_enough or basis.figure is None:
        return ""
    value, least = decimal(basis.figure.hundredths), decimal(LEAST[basis.kind])
    if basis.kind == "kappa_open_closed":
        return f"The lowest κ among them is {value}, and {least} is asked for. Code another round: the latest count."
    return f"{value} of all rows are within one anchor, and {least} is asked for."


def short(content_hash: str) -> str:
    """As much of a hash as somebody reads aloud."""
    return content_hash[:8]


def _first(work: Iterable[Work]) -> list[Work]:
    """Each text once, as it was met the first time."""
    found: dict[str, Work] = {}
    for each in work:
        found.setdefault(each.text_id, each)
    return list(found.values())


def _holds(work: Work, at: date) -> bool:
    """Whether a figure that begins on that day would still hold."""
    return add_months(work.done_on, HOLDS_MONTHS) >= at


def _latest(firsts: Sequence[Work]) -> tuple[Work, ...]:
    counting: list[Work] = []
    for each in reversed(firsts):
        if sum(one.questions for one in counting) >= LEAST_QUESTIONS:
            break
        counting.append(each)
    return tuple(reversed(counting))


def _codings(work: Iterable[Work]) -> list[Comparison]:
    return [each.beside for each in work if isinstance(each.beside, Comparison)]


def _value(work: Work) -> int:
    """κ in hundredths; of an evening, the rows within one anchor."""
    if isinstance(work.beside, Comparison):
        return work.beside.openness.kappa // 100
    return work.beside.near
