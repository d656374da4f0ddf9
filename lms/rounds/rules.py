"""Pure rules about rounds: whose yes counts, who may take it back, and when a circle agrees on what the problem is."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

MOST_ROUNDS = 2  # that are kept, of one meeting
MOST_LOOPS = 2
LEAST_RATING, HIGHEST_RATING = 1, 5
AGREES = 4
LONGEST_PHASE = 180
MOST_TIMES = 99
TAGS = {"problem": "A problem", "solution": "A solution", "copy": "The holder’s words"}


@dataclass(frozen=True, slots=True)
class Statement:
    """The problem in one member's words, what it really is, and how much the agreed words are it, from 1 to 5.

    `mark` is the holder's: how much the member's own words are it, before anybody talks about them.
    """

    text: str = ""
    tag: str = ""
    rating: int | None = None
    mark: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Everything a circle keeps of one round. `statements` go by seat, `minutes` by phase."""

    opening: str = ""
    follow_up: str = ""
    statements: Mapping[str, Statement] = field(default_factory=dict)
    agreed: str = ""
    confirmed: bool | None = None
    loops: int = 0
    possibilities: str = ""
    insight: str = ""
    step: str = ""
    step_owner: str = ""
    step_on: date | None = None
    help_wanted: str = ""
    learning: str = ""
    minutes: Mapping[str, int] = field(default_factory=dict)
    interventions: Mapping[str, int] = field(default_factory=dict)


class Agreement(StrEnum):
    """Where the agreement test stands."""

    OPEN = "open"
    AGREED = "agreed"
    AGAIN = "again"
    APART = "apart"


AGREEMENT_WORDS = {
    Agreement.OPEN: "Not tested yet. Each gives a number, and the holder says yes or no.",
    Agreement.AGREED: "Agreed. The holder says this is it, and nobody gave less than 4.",
    Agreement.AGAIN: "Not there yet. Go back to the open questions, then write once more.",
    Agreement.APART: "Two loops are done. Leave it open: agreement that is pressed for is none.",
}


def agreement(confirmed: bool | None, ratings: Iterable[int | None], loops: int) -> Agreement:
    """Whether this is the problem: the holder confirms it and nobody rates it below 4. Back at most twice.

    One 3 or one no from the holder is enough to go back; nobody has to wait for the others' numbers.
    """
    given = list(ratings)
    if confirmed is False or any(each is not None and each < AGREES for each in given):
        return Agreement.AGAIN if loops < MOST_LOOPS else Agreement.APART
    if confirmed is None or not given or None in given:
        return Agreement.OPEN
    return Agreement.AGREED


def where_it_stands(record: Record, holder: str) -> Agreement:
    """The agreement test of a record. Whoever wrote or rated takes part; the holder's say is the yes or no."""
    taking_part = [
        each.rating
        for seat, each in record.statements.items()
        if seat != holder and (each.text or each.rating is not None)
    ]
    return agreement(record.confirmed, taking_part, record.loops)


def marks(record: Record, holder: str) -> tuple[int, int, int]:
    """How many other members wrote a statement, how many of these the holder marked, and how many were it."""
    written = [each for seat, each in record.statements.items() if seat != holder and each.text]
    given = [each.mark for each in written if each.mark is not None]
    return len(written), len(given), sum(each >= AGREES for each in given)


def may_answer(person_id: uuid.UUID, *, holder: uuid.UUID | None, holder_sits_here: bool) -> bool:
    """Who may record the holder's yes, and take it back: the holder alone, if they have an account and sit here.

    For a holder without an account whoever sits there does, and for one who has left: words must never be kept
    because nobody is there to say no.
    """
    return holder is None or not holder_sits_here or person_id == holder
