"""Pure rules of “if somebody leaves”: what an organisation loses, and who could step in. Nobody's word is asked here.

Removing more people never improves cover, and whoever leaves never steps in: both hold by how this counts.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from assessments.wording import first_name, listed, some
from lms.core.phrases import number

What = Literal["leaves", "lapses"]
WHATS: dict[What, str] = {"leaves": "Leaves", "lapses": "Lets the certificate lapse"}
Ready = Literal["now", "close", "costs", "not_yet"]
READY: dict[Ready, str] = {
    "now": "Could now",
    "close": "Close",
    "costs": "Costs another unit",
    "not_yet": "Not yet",
}
MOST = 3  # people at once
CLOSE = 3  # signs short at most
SHOWN = 4  # of those who could step in, for each kind
NOBODY = "Write the name of somebody who is certified, facilitates a circle or is in training here."
TOO_MANY = f"Choose {MOST} people or fewer at once."


@dataclass(frozen=True, slots=True)
class UnitNow:
    """A unit and the chairs it needs."""

    id: uuid.UUID
    name: str
    headcount: int
    needed: int


@dataclass(frozen=True, slots=True)
class Seat:
    """A valid certificate of somebody who works in a unit: it covers that unit up to its last day, while they are
    active. Whoever works in several has one in each.
    """

    person_id: uuid.UUID
    name: str
    unit_id: uuid.UUID
    valid_until: date
    active: bool = True


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody in training. `left` are the signs that are short, None where nobody looked."""

    person_id: uuid.UUID
    name: str
    unit_id: uuid.UUID
    trainer_id: uuid.UUID
    trainer: str
    signed: int
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Led:
    """A circle: who facilitates it, who receives it by an open hand-over, and who sits there and has an account."""

    id: uuid.UUID
    name: str
    unit_id: uuid.UUID
    facilitator_id: uuid.UUID
    runs_itself: bool
    trainer: str
    receives_id: uuid.UUID | None = None
    seated: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class House:
    """Everything of an organisation that a leaver may be missed in. `second` is, for somebody in training, the only
    one beside their trainer who has signed for them.
    """

    units: tuple[UnitNow, ...]
    seats: tuple[Seat, ...] = ()
    learners: tuple[Learner, ...] = ()
    circles: tuple[Led, ...] = ()
    second: Mapping[uuid.UUID, uuid.UUID] = field(default_factory=dict)
    names: Mapping[uuid.UUID, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnitEffect:
    """A unit before and after."""

    unit: UnitNow
    before: int
    after: int
    training: int
    training_after: int

    @property
    def lost(self) -> bool:
        """Whether it had cover and has none."""
        return self.before > 0 and not self.after


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could step in: how ready, why, and the one whom to ask."""

    ready: Ready
    person_id: uuid.UUID
    name: str
    unit: str
    why: str
    ask: str
    ask_trainer: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What follows on a day."""

    what: What
    on: date
    leavers: tuple[uuid.UUID, ...]
    names: tuple[str, ...]
    units: tuple[UnitEffect, ...]
    circles: tuple[Led, ...]
    hand_overs: tuple[Led, ...]
    seconds: tuple[str, ...]
    candidates: tuple[Candidate, ...]

    @property
    def lost(self) -> list[UnitEffect]:
        return [each for each in self.units if each.lost]

    @property
    def harms(self) -> bool:
        """Whether anything or anybody is short of somebody."""
        fewer = any(each.after < each.before for each in self.units)
        return bool(fewer or self.circles or self.hand_overs or self.seconds)


def covering(house: House, without: Collection[uuid.UUID], on: date) -> Counter[uuid.UUID]:
    """How many cover each unit on a day, some people left out."""
    return Counter(
        each.unit_id for each in house.seats if each.active and each.person_id not in without and each.valid_until >= on
    )


def only_ones(house: House, on: date) -> list[tuple[Seat, UnitNow]]:
    """Everybody who is the only one of their unit, by unit."""
    many = covering(house, (), on)
    units = {each.id: each for each in house.units}
    alone = [each for each in house.seats if each.active and each.valid_until >= on and many[each.unit_id] == 1]
    found = [(each, units[each.unit_id]) for each in alone if each.unit_id in units]
    return sorted(found, key=lambda each: (each[0].valid_until, each[1].name.casefold(), each[0].person_id))


def if_leaves(house: House, leavers: Sequence[uuid.UUID], what: What, on: date) -> Effect:
    """What follows if these people leave on a day, or let their certificates lapse by then."""
    gone = frozenset(leavers)
    leave = gone if what == "leaves" else frozenset[uuid.UUID]()
    circles = tuple(each for each in house.circles if each.facilitator_id in leave)
    hand_overs = tuple(each for each in house.circles if each.receives_id in leave)
    return Effect(
        what=what,
        on=on,
        leavers=tuple(leavers),
        names=tuple(house.names.get(each, "") for each in leavers),
        units=tuple(_units(house, gone, leave, on)),
        circles=circles,
        hand_overs=hand_overs,
        seconds=tuple(
            sorted(
                house.names.get(learner, "")
                for learner, second in house.second.items()
                if second in leave and learner not in leave
            )
        ),
        candidates=tuple(_few(_candidates(house, gone, on, circles))),
    )


def _units(house: House, gone: frozenset[uuid.UUID], leave: frozenset[uuid.UUID], on: date) -> list[UnitEffect]:
    """The units that any of them covers or learns for, those that lose their cover first. Before, each of them stays
    and has renewed what would have ended by then.
    """
    after = covering(house, gone, on)
    before = after + Counter(each.unit_id for each in house.seats if each.active and each.person_id in gone)
    learning = Counter(each.unit_id for each in house.learners)
    stay = Counter(each.unit_id for each in house.learners if each.person_id not in leave)
    touched = {each.unit_id for each in house.seats if each.person_id in gone}
    touched |= {each.unit_id for each in house.learners if each.person_id in gone}
    found = [
        UnitEffect(unit, before[unit.id], after[unit.id], learning[unit.id], stay[unit.id])
        for unit in house.units
        if unit.id in touched
    ]
    return sorted(found, key=lambda each: (not each.lost, each.after - each.before, each.unit.name.casefold()))


def _candidates(house: House, gone: frozenset[uuid.UUID], on: date, circles: Sequence[Led]) -> list[Candidate]:
    """Whoever stays, the readiest first; of these first who knows the circle that loses its facilitator."""
    units = {each.id: each for each in house.units}
    after, order = covering(house, gone, on), list(READY)
    theirs = {each.unit_id for each in house.seats if each.person_id in gone}
    seats, learners = defaultdict[uuid.UUID, list[Seat]](list), dict[uuid.UUID, Learner]()
    for seat in house.seats:
        if seat.person_id not in gone and seat.valid_until >= on and seat.unit_id in units:
            seats[seat.person_id].append(seat)
    certified = gone | {seat.person_id for seat in house.seats}
    for learner in house.learners:
        if learner.person_id not in certified and learner.unit_id in units:
            learners.setdefault(learner.person_id, learner)
    found: list[tuple[tuple[int, bool, float, str], Candidate]] = []
    for person_id, mine in seats.items():
        one = _certified(house, mine, units, after, circles)
        knows = any(person_id in each.seated for each in circles)
        spare = min(after[seat.unit_id] for seat in mine)
        found.append(((order.index(one.ready), not knows, -spare, one.name.casefold()), one))
    for learner in learners.values():
        one = _learning(learner, units[learner.unit_id])
        short = learner.left if learner.left is not None else 99
        near = short - learner.signed / 100
        found.append(((order.index(one.ready), learner.unit_id not in theirs, near, one.name.casefold()), one))
    return [one for _, one in sorted(found, key=lambda each: (*each[0], each[1].person_id))]


def _few(found: Sequence[Candidate]) -> Iterator[Candidate]:
    """The first of each kind: nobody reads forty names."""
    shown: Counter[str] = Counter()
    for each in found:
        shown[each.ready] += 1
        if shown[each.ready] <= SHOWN:
            yield each


def _certified(
    house: House,
    mine: Sequence[Seat],
    units: Mapping[uuid.UUID, UnitNow],
    after: Mapping[uuid.UUID, int],
    circles: Sequence[Led],
) -> Candidate:
    """Whoever covers several units costs one if any of them would be left with nobody; who rests costs none."""
    tightest = min(mine, key=lambda seat: (after[seat.unit_id], str(seat.unit_id)))
    unit, stay = units[tightest.unit_id], after[tightest.unit_id]
    leads = sum(1 for each in house.circles if each.facilitator_id == tightest.person_id)
    known = [each.name for each in circles if tightest.person_id in each.seated]
    said = [f"Knows {listed(known)}."] if known else []
    ready: Ready = "now"
    if not tightest.active:
        said.append("Certified, and has led too little lately to count.")
        ready = "close"
    else:
        said.append(f"Leads {some(leads, 'circle')}." if leads else "Leads no circle now.")
        alone = stay <= 1
        ready = "costs" if alone else "now"
        lent = f"The only one of {unit.name}, which would lend its cover."
        said.append(lent if alone else f"{unit.name} keeps {stay} of {unit.needed}.")
    who = first_name(tightest.name)
    return Candidate(ready, tightest.person_id, tightest.name, unit.name, " ".join(said), who, False)


def _learning(learner: Learner, unit: UnitNow) -> Candidate:
    ask = first_name(learner.trainer)
    signed = f"{number(learner.signed, capital=True)} {'session' if learner.signed == 1 else 'sessions'} signed."
    if learner.left is not None and learner.left <= CLOSE:
        short = "Every sign is there." if not learner.left else f"{some(learner.left, 'sign')} short."
        why = f"{short} Others decide, not this page."
        return Candidate("close", learner.person_id, learner.name, unit.name, why, ask, True)
    return Candidate("not_yet", learner.person_id, learner.name, unit.name, f"In training. {signed}", ask, True)
