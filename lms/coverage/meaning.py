"""What “covered” means: how many facilitators a unit needs, and who of those certified counts as active. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from assessments.wording import listed, some
from lms.core.phrases import full_day


class Set(Protocol):
    """A meaning as it is kept."""

    @property
    def from_on(self) -> date: ...
    @property
    def set_at(self) -> datetime: ...
    @property
    def facilitators(self) -> int: ...
    @property
    def people(self) -> int: ...
    @property
    def fewest(self) -> int: ...
    @property
    def rounds(self) -> int: ...
    @property
    def days(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Meaning:
    """So many active facilitators for every so many people, never fewer than `fewest`; whoever led `rounds` in the last
    `days` is active."""

    facilitators: int = 1
    people: int = 25  # a start value: groups of 4 to 8, three or four groups for each facilitator
    fewest: int = 1
    rounds: int = 1
    days: int = 180

    @property
    def sentence(self) -> str:
        """What covered means, in words."""
        ratio = f"{self.facilitators} active certified {'facilitator' if self.facilitators == 1 else 'facilitators'}"
        chairs = f"Covered means {ratio} for every {some(self.people, 'person', 'people')}, and never fewer than"
        return f"{chairs} {self.fewest}. {self.active}"

    @property
    def active(self) -> str:
        """What active means, in words."""
        if not self.rounds:
            return "Active means that the certificate is valid."
        return (
            f"Active means that the certificate is valid, with at least {some(self.rounds, 'round')} led in the last "
            f"{some(self.days, 'day')}; a new certificate counts for as long."
        )

    def told_from(self, before: Meaning) -> str:
        """What is otherwise than before, in a few words; “this meaning” where that is more than one thing."""
        told = {
            (self.facilitators, self.people): f"{self.facilitators} for every {some(self.people, 'person', 'people')}",
            ("fewest", self.fewest): f"never fewer than {self.fewest}",
            ("rounds", self.rounds): some(self.rounds, "round"),
            ("days", self.days): some(self.days, "day"),
        }
        same = {
            (before.facilitators, before.people), ("fewest", before.fewest), ("rounds", before.rounds),
            ("days", before.days),
        }  # fmt: skip
        changed = [words for key, words in told.items() if key not in same]
        return changed[0] if len(changed) == 1 else "this meaning"

    def needed(self, headcount: int) -> int:
        """How many active facilitators a unit of this size needs: its chairs."""
        return max(self.fewest, math.ceil(headcount * self.facilitators / self.people))


STANDING = Meaning()  # until an organisation says otherwise


def being_worked_in(days: Iterable[date]) -> str:
    """What every page and file says while meanings that begin on these days are being worked in; nothing if none is."""
    told = [full_day(day) for day in sorted(set(days))]
    if not told:
        return ""
    return (
        f"What covered means from {listed(told)} is still being worked in. "
        "Until that is done, every figure here is made by the meaning before."
    )


def of(row: Set) -> Meaning:
    """What a kept meaning says."""
    return Meaning(row.facilitators, row.people, row.fewest, row.rounds, row.days)


@dataclass(frozen=True, slots=True)
class Meanings:
    """What covered meant on every day: each meaning from its day until the next one's, the standing rule before."""

    kept: tuple[tuple[date, Meaning], ...] = ()

    @classmethod
    def of(cls, rows: Iterable[Set]) -> Meanings:
        """From rows in any order. Of two that begin on one day the later word counts."""
        ordered = sorted(rows, key=lambda row: (row.from_on, row.set_at))
        return cls(tuple({row.from_on: of(row) for row in ordered}.items()))

    def on(self, day: date) -> Meaning:
        """The meaning of a day."""
        found = STANDING
        for since, meaning in self.kept:
            if since <= day:
                found = meaning
        return found

    @property
    def all(self) -> Sequence[Meaning]:
        return (STANDING, *(meaning for _, meaning in self.kept))

    @property
    def begins(self) -> list[date]:
        return [since for since, _ in self.kept]

    def with_one(self, since: date, meaning: Meaning) -> Meanings:
        """What they would be with one more."""
        return Meanings(tuple(sorted({**dict(self.kept), since: meaning}.items())))


def since(on: date, days: int) -> date:
    """The first day of the last so many days, that day included."""
    return on - timedelta(days=days - 1)
