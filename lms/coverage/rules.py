"""Pure rules of coverage: whether a unit is covered on a day, and what to say about it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from lms.coverage.meaning import STANDING, Meaning

SOON = timedelta(days=90)


@dataclass(frozen=True)
class Held:
    """A valid certificate of somebody who works in the unit on that day. Only who is active covers it."""

    person_id: uuid.UUID
    name: str
    unit_id: uuid.UUID
    valid_until: date
    active: bool = True
    certificate_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Learner:
    """Somebody of the unit in training, who holds no certificate yet."""

    person_id: uuid.UUID
    name: str
    unit_id: uuid.UUID


Person = TypeVar("Person", Held, Learner)


@dataclass(frozen=True)
class UnitFacts:
    """A unit as the database knows it."""

    id: uuid.UUID
    name: str
    headcount: int


@dataclass(frozen=True)
class UnitCover:
    """A unit's cover on a day. `certified` are those who are active: they hold the chairs."""

    id: uuid.UUID
    name: str
    headcount: int
    needed: int
    certified: int
    resting: int
    training: int
    next_ending: date | None
    uncovered_from: date | None  # the day the last certificate of those active today has ended

    @property
    def empty(self) -> int:
        """Chairs that nobody holds and nobody is trained for."""
        return max(0, self.needed - self.certified - self.training)

    def state(self, on: date) -> str:
        """“No cover”, “At risk”, “Covered” or nothing: some chairs filled, some not, none ending soon."""
        if not self.certified:
            return "No cover"
        if self.uncovered_from is not None and self.uncovered_from <= on + SOON:
            return "At risk"
        return "Covered" if self.certified >= self.needed else ""


@dataclass(frozen=True)
class Ending:
    """A certificate that ends within 90 days, and whether somebody active of the unit still holds one that day."""

    on: date
    name: str
    unit: str
    covered: bool


@dataclass(frozen=True)
class Cover:
    """An organisation's cover on a day. Whoever works in several units counts in each, and once for all of them."""

    on: date
    units: tuple[UnitCover, ...]
    endings: tuple[Ending, ...]
    certified: int = 0  # people who are active
    resting: int = 0
    training: int = 0

    @property
    def covered(self) -> int:
        """How many units have at least one active certified facilitator."""
        return sum(1 for unit in self.units if unit.certified)

    def in_state(self, state: str) -> list[UnitCover]:
        """The units in a state, by name."""
        return [unit for unit in self.units if unit.state(self.on) == state]


def cover(
    units: Iterable[UnitFacts],
    held: Sequence[Held],
    training: Sequence[Learner],
    on: date,
    meaning: Meaning = STANDING,
) -> Cover:
    """The cover on a day, of units that all stand on it."""
    holders, learners = _by_unit(held), _by_unit(training)
    rows = [_unit(each, holders.get(each.id, []), len(learners.get(each.id, [])), meaning) for each in units]
    rows.sort(key=lambda row: (row.name.casefold(), str(row.id)))
    names = {row.id: row.name for row in rows}
    endings = [
        _ending(each, holders[each.unit_id], names[each.unit_id]) for each in held if each.valid_until <= on + SOON
    ]
    active = {each.person_id for each in held if each.active}
    return Cover(
        on,
        tuple(rows),
        tuple(sorted(endings, key=lambda ending: (ending.on, ending.name, ending.unit))),
        certified=len(active),
        resting=len({each.person_id for each in held} - active),
        training=len({each.person_id for each in training}),
    )


def _by_unit(people: Sequence[Person]) -> dict[uuid.UUID, list[Person]]:
    found: dict[uuid.UUID, list[Person]] = defaultdict(list)
    for each in people:
        found[each.unit_id].append(each)
    return found


def _unit(unit: UnitFacts, held: Sequence[Held], training: int, meaning: Meaning) -> UnitCover:
    ends = sorted(each.valid_until for each in held if each.active)
    return UnitCover(
        id=unit.id,
        name=unit.name,
        headcount=unit.headcount,
        needed=meaning.needed(unit.headcount),
        certified=len(ends),
        resting=len(held) - len(ends),
        training=training,
        next_ending=ends[0] if ends else None,
        uncovered_from=ends[-1] + timedelta(days=1) if ends else None,
    )


def _ending(one: Held, held: Sequence[Held], unit: str) -> Ending:
    others = (each for each in held if each.active and each.person_id != one.person_id)
    return Ending(one.valid_until, one.name, unit, any(other.valid_until > one.valid_until for other in others))
