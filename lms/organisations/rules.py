"""What becomes of a row: the plain values that plans are made of. Pure."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from lms.core.phrases import full_day

CREATED, CHANGED, UNCHANGED, REFUSED = "created", "changed", "unchanged", "refused"
OUTCOMES = (REFUSED, CHANGED, CREATED, UNCHANGED)
MOST_UNITS = 20_000
MOST_POSTS = 20  # of one person in one file
TOO_MANY_POSTS = f"This address stands in more than {MOST_POSTS} rows. Nobody has so many posts."
NOBODY = "Nobody on your list has this address, and no row of this file that is taken."

Change = tuple[str, str, str]  # what, from what, to what


@dataclass(frozen=True, slots=True)
class Verdict:
    """What would become of a row: for a refused one the column and the reason, else what would change."""

    number: int
    outcome: str
    field: str = ""
    reason: str = ""
    changes: tuple[Change, ...] = ()
    target: uuid.UUID | None = None  # the unit or post that is there already


def refused(number: int, field: str, reason: str) -> Verdict:
    """A row that is left out."""
    return Verdict(number, REFUSED, field, reason)


def settled(number: int, changes: list[Change], target: uuid.UUID) -> Verdict:
    """A row about something that is there already."""
    return Verdict(number, CHANGED if changes else UNCHANGED, changes=tuple(changes), target=target)


def named(day: date | None) -> str:
    """A day in words; nothing for none."""
    return full_day(day) if day else ""
