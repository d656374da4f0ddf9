"""Pure rules of outcomes: when a holder is asked, until when they may change what they said, and in which words."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

ASKED_AFTER = timedelta(days=60)
REMINDED_AFTER = timedelta(days=14)  # once, and never again
OPEN_FOR = timedelta(days=45)  # from the first letter: to answer, to change, to take back
LONGEST_FIGURE = 12  # the name of one
LONGEST_SURPRISE = 500
LONGEST_LEARNING = 200

STATES: Mapping[str, str] = {"worse": "Worse", "same": "The same", "moved": "It moved", "resolved": "Resolved"}
ACTED: Mapping[str, str] = {
    "holder": "Mostly I did",
    "team": "Mostly my own team",
    "others": "Mostly somebody else",
    "nobody": "Nobody has yet",
}
RIGHT: Mapping[str, str] = {"0": "Not at all", "1": "Partly", "2": "Mostly", "3": "Exactly"}
IMPORTANCE: Mapping[str, str] = {"1": "Hardly", "2": "2", "3": "3", "4": "4", "5": "Very"}
DEPTHS: Mapping[str, str] = {
    "1": "What happened",
    "2": "Why it happened",
    "3": "My own part in it",
    "4": "Something I believed, and no longer do",
}
STORIES: Mapping[str, str] = {"no": "No", "anonymous": "Yes, without my name", "named": "Yes, with my name"}
BETTER = ("moved", "resolved")
OWN = ("holder", "team")
IMPORTANT = 4
DEEP = 3

CLOSED = "The time to answer is over. What you wrote stays yours, and you can still delete it."
ANSWERED = "This was answered before, and the first answer stands. Sign in to read it, to change it or to delete it."


@dataclass(frozen=True, slots=True)
class Said:
    """What a holder says came of the problem. `depth` is what kind of learning it is, where they named one.

    `importance` is asked here only where nobody asked it when the problem was brought.
    """

    state: str
    acted: str
    surprised: str
    right: int
    importance: int | None
    learning: str
    depth: int | None
    story: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """That a circle agreed on a problem, in whose round and when. Not a word of it."""

    round_id: uuid.UUID
    person_id: uuid.UUID
    organisation_id: uuid.UUID
    group_id: uuid.UUID
    held_on: date


@dataclass(frozen=True, slots=True)
class Marks:
    """How many statements of a problem were written, how many its holder marked, and how many of these were it."""

    round_id: uuid.UUID
    group_id: uuid.UUID
    held_on: date
    written: int
    marked: int
    hits: int


class Step(StrEnum):
    """Where a follow-up stands on a day."""

    WAITING = "waiting"  # nobody is asked yet
    ASKED = "asked"
    ANSWERED = "answered"
    OVER = "over"  # answered or not, nothing changes any more


def offered(words: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Choices as a column of radios takes them, without hints."""
    return [(key, said, "") for key, said in words.items()]


def due_on(held_on: date) -> date:
    """The day from which the holder is asked."""
    return held_on + ASKED_AFTER


def step(until: date | None, today: date, *, answered: bool, ended: bool) -> Step:
    """Where it stands. `until` is the last day on which something can be said, once a letter has gone out."""
    if until is None:
        return Step.WAITING
    if ended or today > until:
        return Step.OVER
    return Step.ANSWERED if answered else Step.ASKED
