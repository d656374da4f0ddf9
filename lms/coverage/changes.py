"""What another meaning of covered would change, unit by unit, and why. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assessments.wording import day, listed, opening, some
from lms.coverage.meaning import Meaning
from lms.coverage.rules import Cover, Held, UnitCover

MOST_REASONS = 3


@dataclass(frozen=True, slots=True)
class Practised:
    """What speaks for somebody being active: rounds in the days that count, the last one ever, a new certificate."""

    rounds: int = 0
    last_on: date | None = None
    certified_on: date | None = None

    def together(self, other: Practised) -> Practised:
        """What speaks for somebody who did it under two accounts."""
        led = [each for each in (self.last_on, other.last_on) if each]
        certified = [each for each in (self.certified_on, other.certified_on) if each]
        return Practised(self.rounds + other.rounds, max(led, default=None), max(certified, default=None))

    def active(self, meaning: Meaning) -> bool:
        return self.certified_on is not None or self.rounds >= meaning.rounds


@dataclass(frozen=True, slots=True)
class Change:
    """A unit that would be otherwise, for a meaning, and because of whom, by name."""

    before: UnitCover
    after: UnitCover
    meaning: Meaning
    on: date
    switched: tuple[tuple[Held, Practised], ...]  # as they would be

    @property
    def why(self) -> tuple[str, ...]:
        """In words. Only a page of the units is told, of thousands that may change."""
        told = [_reason(each, practised, self.meaning, self.on) for each, practised in self.switched[:MOST_REASONS]]
        more, needed = len(self.switched) - MOST_REASONS, self.after.needed
        chairs = [f"It would need {needed} instead of {self.before.needed}"] if needed != self.before.needed else []
        return (*told, *([f"and {more} more people"] if more > 0 else []), *chairs)

    @property
    def loses(self) -> bool:
        """Whether it would lose its cover."""
        return bool(self.before.certified and not self.after.certified)

    @property
    def gains(self) -> bool:
        return bool(self.after.certified and not self.before.certified)


def as_if(held: Iterable[Held], practised: Mapping[uuid.UUID, Practised], meaning: Meaning) -> tuple[Held, ...]:
    """Who would be active."""
    nothing = Practised()
    return tuple(replace(each, active=practised.get(each.person_id, nothing).active(meaning)) for each in held)


def changes(
    before: Cover,
    after: Cover,
    switched: Iterable[Held],
    practised: Mapping[uuid.UUID, Practised],
    meaning: Meaning,
) -> list[Change]:
    """The units that differ: first those that would lose their cover, then those that would gain it, by name.

    `switched` are those who would be active and are not, or the other way round, as they would be.
    """
    because: dict[uuid.UUID, list[tuple[Held, Practised]]] = {}
    nothing = Practised()
    for each in sorted(switched, key=lambda one: one.name):
        because.setdefault(each.unit_id, []).append((each, practised.get(each.person_id, nothing)))
    was = {unit.id: unit for unit in before.units}
    found = [
        Change(was[unit.id], unit, meaning, before.on, tuple(because.get(unit.id, ())))
        for unit in after.units
        if (unit.certified, unit.needed) != (was[unit.id].certified, was[unit.id].needed)
    ]
    return sorted(found, key=lambda each: (not each.loses, not each.gains))


def _reason(each: Held, practised: Practised, meaning: Meaning, on: date) -> str:
    if each.active and practised.certified_on is not None:
        return f"{each.name} was certified on {day(practised.certified_on, on)}"
    if practised.last_on is None:
        return f"{each.name} {'holds a valid certificate' if each.active else 'has led no round here'}"
    if each.active or practised.rounds:
        return f"{each.name} led {some(practised.rounds, 'round')} in the last {some(meaning.days, 'day')}"
    return f"{each.name} last led a round on {day(practised.last_on, on)}"


def headline(found: Sequence[Change], meaning: Meaning, before: Meaning) -> str:
    """What would become of it, in one line that is the answer."""
    told = meaning.told_from(before)
    lost = [each.after.name for each in found if each.loses]
    gained = [each.after.name for each in found if each.gains]
    if lost:
        return f"With {told}, {_named(lost)} would lose {'its' if len(lost) == 1 else 'their'} cover"
    if gained:
        return f"With {told}, {_named(gained)} would have cover"
    if found:
        return f"With {told}, {some(len(found), 'unit')} would change and none would lose its cover"
    return f"With {told}, no unit would change"


def _named(names: list[str]) -> str:
    return listed(names) if len(names) <= MOST_REASONS else some(len(names), "unit")


def lede(found: Sequence[Change], cover: Cover) -> str:
    """How many of all, and that nothing has happened."""
    many = f"{opening(len(found)).capitalize()} of {some(len(cover.units), 'unit')} would change. " if found else ""
    return f"{many}Nothing is saved yet, and past dates keep the meaning they had."


def footnote(cover: Cover, found: Sequence[Change], switched: Iterable[Held]) -> str:
    """What stays, and for how many people it would be otherwise."""
    resting = {each.person_id for each in switched if not each.active}
    waking = {each.person_id for each in switched if each.active}
    stay = len(cover.units) - len(found)
    said = (
        [f"{some(stay, 'unit stays', 'units stay')} as {'it is' if stay == 1 else 'they are'}."]
        if found and stay
        else []
    )
    if resting:
        one = len(resting) == 1
        still = "certificate stays" if one else "certificates stay"
        said.append(
            f"{opening(len(resting)).capitalize()} {'person' if one else 'people'} would no longer be active; "
            f"their {still} valid."
        )
    if waking:
        said.append(f"{opening(len(waking)).capitalize()} more would be active.")
    return " ".join(said)
