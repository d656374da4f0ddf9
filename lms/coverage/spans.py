"""What somebody was to an organisation's units, day by day, from what is known of them. Pure.

A round counts from the day on which it was signed, for the days the meaning gives it, until its signature is voided. A
certificate issued on a decision counts like enough rounds for as many days: rounds have just been judged for it.
"""

from __future__ import annotations

import uuid
from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from lms.core.stretches import FOREVER, Stretch, joined, later, pieces
from lms.coverage.meaning import Meaning, Meanings

ACTIVE, RESTING, TRAINING = "active", "resting", "training"


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate, and the days on which it could be relied on."""

    id: uuid.UUID
    since: date
    last_day: date
    decided: bool
    days: tuple[Stretch, ...]

    def stands(self, on: date) -> bool:
        return any(since <= on < until for since, until in self.days)


@dataclass(frozen=True, slots=True)
class Led:
    """A round: the day, the day from which it counts, and the day from which it counts no more."""

    held_on: date
    since: date
    until: date = FOREVER

    def counts(self, days: int) -> Stretch:
        """When it is one of the last so many days’ rounds."""
        return max(self.held_on, self.since), min(later(self.held_on, days), self.until)


@dataclass(slots=True)
class Facts:
    """Everything that is known of somebody in an organisation."""

    stays: list[tuple[uuid.UUID, date, date]] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    training: list[Stretch] = field(default_factory=list)
    led: list[Led] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class State:
    """What somebody is to a unit."""

    unit_id: uuid.UUID | None
    kind: str
    valid_until: date | None = None
    certificate_id: uuid.UUID | None = None


Span = tuple[State, date, date]


class _Rounds:
    """How many rounds count on a day, for one number of days: those that have begun to, without those that ended."""

    def __init__(self, led: Sequence[Led], days: int) -> None:
        self.begin: list[date] = []
        self.end: list[date] = []
        for each in led:
            since, until = each.counts(days)
            if since < until:
                insort(self.begin, since)
                insort(self.end, until)

    def on(self, day: date) -> int:
        return bisect_right(self.begin, day) - bisect_right(self.end, day)


def spans(facts: Facts, meanings: Meanings) -> list[Span]:
    """What somebody was and, as things are, will be: to each unit they work in, in the order of the days."""
    if not facts.held and not facts.training:
        return []
    rounds = {meaning.days: _Rounds(facts.led, meaning.days) for meaning in meanings.all}
    parts = (
        (state, since, until)
        for since, until in pieces(_ends(facts, meanings, rounds))
        for state in _states(facts, meanings.on(since), rounds, since)
    )
    return sorted(joined(parts), key=lambda span: (span[1], str(span[0].unit_id)))


def _ends(facts: Facts, meanings: Meanings, rounds: dict[int, _Rounds]) -> set[date]:
    ends = {day for _, *stretch in facts.stays for day in stretch}
    ends |= {day for stretch in facts.training for day in stretch}
    for held in facts.held:
        ends |= {day for stretch in held.days for day in stretch}
        ends |= {later(held.since, days) for days in rounds} if held.decided else set()
    for each in rounds.values():
        ends |= {*each.begin, *each.end}
    return ends | set(meanings.begins)


def _states(facts: Facts, meaning: Meaning, rounds: dict[int, _Rounds], on: date) -> list[State]:
    units: list[uuid.UUID | None] = [unit for unit, since, until in facts.stays if since <= on < until]
    held = [each for each in facts.held if each.stands(on)]
    if held:
        best = max(held, key=lambda each: (each.last_day, str(each.id)))
        fresh = any(each.decided and on < later(each.since, meaning.days) for each in held)
        kind = ACTIVE if fresh or rounds[meaning.days].on(on) >= meaning.rounds else RESTING
        return [State(unit, kind, best.last_day, best.id) for unit in (units or [None])]
    if any(since <= on < until for since, until in facts.training):
        return [State(unit, TRAINING) for unit in units]
    return []
