"""Pure rules of coverage: how many facilitators a unit needs, whether it is covered, and what to say about it."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

PEOPLE_PER_FACILITATOR = 25  # a start value: groups of 4 to 8, three or four groups for each facilitator
SOON = timedelta(days=90)


@dataclass(frozen=True)
class Held:
    """A valid certificate of somebody who works in the unit now."""

    person_id: uuid.UUID
    name: str
    unit_id: uuid.UUID
    valid_until: date


@dataclass(frozen=True)
class UnitFacts:
    """A unit as the database knows it."""

    id: uuid.UUID
    name: str
    headcount: int


@dataclass(frozen=True)
class UnitCover:
    """A unit's cover on a day."""

    id: uuid.UUID
    name: str
    headcount: int
    certified: int
    training: int
    next_ending: date | None
    uncovered_from: date | None  # the day the last certificate of today has ended

    @property
    def needed(self) -> int:
        """One facilitator for every 25 people, and at least one."""
        return max(1, math.ceil(self.headcount / PEOPLE_PER_FACILITATOR))

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
    """A certificate that ends within 90 days, and whether somebody else of the unit still holds one that day."""

    on: date
    name: str
    unit: str
    covered: bool


@dataclass(frozen=True)
class Cover:
    """An organisation's cover on a day."""

    on: date
    units: tuple[UnitCover, ...]
    endings: tuple[Ending, ...]

    @property
    def covered(self) -> int:
        """How many units have at least one certified facilitator."""
        return sum(1 for unit in self.units if unit.certified)

    def in_state(self, state: str) -> list[UnitCover]:
        """The units in a state, by name."""
        return [unit for unit in self.units if unit.state(self.on) == state]


def cover(units: Iterable[UnitFacts], held: Sequence[Held], training: Sequence[uuid.UUID], on: date) -> Cover:
    """The cover on a day. `training` holds the unit of each person in training who holds no certificate yet."""
    rows = tuple(sorted((_unit(unit, held, training) for unit in units), key=lambda row: row.name.casefold()))
    names = {row.id: row.name for row in rows}
    endings = sorted(
        (_ending(each, held, names[each.unit_id]) for each in held if each.valid_until <= on + SOON),
        key=lambda ending: (ending.on, ending.name),
    )
    return Cover(on, rows, tuple(endings))


def _unit(unit: UnitFacts, held: Sequence[Held], training: Sequence[uuid.UUID]) -> UnitCover:
    ends = sorted(each.valid_until for each in held if each.unit_id == unit.id)
    return UnitCover(
        id=unit.id,
        name=unit.name,
        headcount=unit.headcount,
        certified=len(ends),
        training=sum(1 for each in training if each == unit.id),
        next_ending=ends[0] if ends else None,
        uncovered_from=ends[-1] + timedelta(days=1) if ends else None,
    )


def _ending(one: Held, held: Sequence[Held], unit: str) -> Ending:
    others = (each for each in held if each.unit_id == one.unit_id and each.person_id != one.person_id)
    return Ending(one.valid_until, one.name, unit, any(other.valid_until > one.valid_until for other in others))


def listed(names: Sequence[str]) -> str:
    """“Waste”, “Waste and Legal”, “Waste, Legal and Pools”."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
