"""What a file of units would do to the tree that is there. Pure."""

from __future__ import annotations

import difflib
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from lms.organisations.cells import UnitRow
from lms.organisations.rules import CREATED, REFUSED, Change, Verdict, named, refused, settled
from lms.people.rules import fold

MOST_GUESSES = 50  # of what somebody meant: looking for likenesses is slow
AMBIGUOUS = "Several units are called “{said}”. Write the code of the one you mean."
UNKNOWN = "There is no unit “{said}”.{guess}"
SAME_ROW = "Row {other} is about the same unit."
OWN_PARENT = "A unit cannot be part of itself."
CYCLE = "These units would be part of each other: {names}."
CLOSED = "This unit closed on {day}. Give the new one a code of its own."
BEFORE = "What we know of this unit now holds since {day}. A change cannot begin before that."


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit as it stands."""

    id: uuid.UUID
    code: str
    name: str
    parent_id: uuid.UUID | None
    headcount: int
    closed_on: date | None = None
    since: date | None = None  # from when on it is as it is


@dataclass(frozen=True, slots=True)
class Place:
    """A unit as it would be. `node` is its id, or the row that brings it."""

    node: str
    code: str
    name: str
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class UnitWrite:
    """What applying a row does."""

    row: UnitRow
    known: KnownUnit | None
    parent: str | None  # a node


@dataclass
class Directory:
    """Where to find a unit by what a file calls it."""

    codes: dict[str, str] = field(default_factory=dict)  # folded code to node
    names: dict[str, list[str]] = field(default_factory=dict)  # folded name to nodes
    places: dict[str, Place] = field(default_factory=dict)
    _guesses: dict[str, str] = field(default_factory=dict)

    def add(self, place: Place) -> None:
        """Know a unit."""
        self.places[place.node] = place
        self.codes.setdefault(fold(place.code), place.node)
        if place.closed_on is None:
            self.names.setdefault(fold(place.name), []).append(place.node)

    def find(self, said: str) -> Place | str:
        """The unit of this code, or the only one of this name; else a sentence."""
        key = fold(said)
        node = self.codes.get(key)
        if node is not None:
            return self.places[node]
        nodes = self.names.get(key, [])
        if len(nodes) == 1:
            return self.places[nodes[0]]
        if nodes:
            return AMBIGUOUS.format(said=said[:60])
        return UNKNOWN.format(said=said[:60], guess=self._guess(key))

    def _guess(self, key: str) -> str:
        if key not in self._guesses:
            if len(self._guesses) >= MOST_GUESSES:
                return ""
            near = difflib.get_close_matches(key, [*self.codes, *self.names], 1, 0.75)
            node = self.codes.get(near[0]) or self.names[near[0]][0] if near else ""
            self._guesses[key] = f" Did you mean {self.places[node].name}?" if node else ""
        return self._guesses[key]


@dataclass
class UnitPlan:
    """A verdict for each row, what applying would write, and where to find the units afterwards."""

    verdicts: list[Verdict]
    writes: list[UnitWrite]
    directory: Directory
    nodes: dict[int, str]  # of each row


def plan(rows: Sequence[UnitRow], known: Iterable[KnownUnit], day: date) -> UnitPlan:
    """What would become of these rows on a day."""
    return _Planner(rows, list(known), day).run()


class _Planner:
    def __init__(self, rows: Sequence[UnitRow], known: Sequence[KnownUnit], day: date) -> None:
        self.rows, self.day = rows, day
        self.known = {str(each.id): each for each in known}
        self.nodes: dict[int, str] = {}  # row to node
        self.lost: dict[int, Verdict] = {}

    def run(self) -> UnitPlan:
        """Refuse until what is left holds together: a row may rest on one that is refused."""
        self._match()
        while True:
            before = len(self.lost)
            directory = self._directory()
            parents = self._parents(directory)
            self._refuse_cycles(parents, directory)
            if len(self.lost) > before:
                continue
            verdicts = [self._verdict(row, parents, directory) for row in self._standing()]
            self.lost |= {each.number: each for each in verdicts if each.outcome == REFUSED}
            if len(self.lost) == before:
                break
        writes = [
            UnitWrite(row, self.known.get(self.nodes[row.number]), parents[self.nodes[row.number]])
            for row in self._standing()
        ]
        return UnitPlan([*self.lost.values(), *verdicts], writes, directory, self.nodes)

    def _standing(self) -> list[UnitRow]:
        return [row for row in self.rows if row.number not in self.lost]

    def _match(self) -> None:
        """Which unit each row is about; a second row about one is refused, and one about a unit that closed."""
        taken: dict[str, int] = {}
        find = self._finder()
        for row in self.rows:
            node = find(row)
            if node in taken:
                self.lost[row.number] = refused(row.number, "code", SAME_ROW.format(other=taken[node]))
                continue
            taken[node] = row.number
            self.nodes[row.number] = node
            known = self.known.get(node)
            if known and known.closed_on and row.ended != known.closed_on:
                closed = CLOSED.format(day=named(known.closed_on))
                self.lost[row.number] = refused(row.number, "code", closed)

    def _finder(self) -> Callable[[UnitRow], str]:
        """By its code; else by a name that one unit has alone. A new code goes to a unit that had none of its own."""
        by_code = {fold(each.code): node for node, each in self.known.items()}
        by_name: dict[str, list[str]] = {}
        for node, each in self.known.items():
            if each.closed_on is None:
                by_name.setdefault(fold(each.name), []).append(node)

        def find(row: UnitRow) -> str:
            alike = by_name.get(fold(row.name), [])
            same = alike[0] if len(alike) == 1 else None
            if not row.code:
                return same or by_code.get(fold(row.name)) or f"row {fold(row.name)}"
            if same and fold(self.known[same].code) != fold(self.known[same].name):
                same = None
            return by_code.get(fold(row.code)) or same or f"row {fold(row.code)}"

        return find

    def _directory(self) -> Directory:
        told = {self.nodes[row.number]: row for row in self._standing()}
        directory = Directory()
        for node, each in self.known.items():
            row = told.get(node)
            code, name = (row.code or each.code, row.name) if row else (each.code, each.name)
            directory.add(Place(node, code, name, (row.ended if row else None) or each.closed_on))
        for node, row in told.items():
            if node not in self.known:
                directory.add(Place(node, row.code or row.name, row.name, row.ended))
        return directory

    def _parents(self, directory: Directory) -> dict[str, str | None]:
        """What each unit would be part of; a row that names nothing is refused."""
        found: dict[str, str | None] = {
            node: str(each.parent_id) if each.parent_id else None for node, each in self.known.items()
        }
        for row in self._standing():
            node = self.nodes[row.number]
            if row.parent is None:
                found.setdefault(node, None)
                continue
            place = directory.find(row.parent) if row.parent else None
            if isinstance(place, str):
                self.lost[row.number] = refused(row.number, "parent", place)
            else:
                found[node] = place.node if place else None
        return found

    def _refuse_cycles(self, parents: Mapping[str, str | None], directory: Directory) -> None:
        """Refuse every row by which units would be part of each other."""
        rows = {self.nodes[row.number]: row for row in self._standing()}
        for ring in _rings(parents):
            names = " – ".join(directory.places[node].name for node in (*ring, ring[0]))
            sentence = OWN_PARENT if len(ring) == 1 else CYCLE.format(names=names[:300])
            for node in ring:
                if node in rows and rows[node].parent:
                    self.lost[rows[node].number] = refused(rows[node].number, "parent", sentence)

    def _verdict(self, row: UnitRow, parents: Mapping[str, str | None], directory: Directory) -> Verdict:
        node = self.nodes[row.number]
        known = self.known.get(node)
        if known is None:
            return Verdict(row.number, CREATED)
        was = str(known.parent_id) if known.parent_id else None
        above = [directory.places[each].name if each else "" for each in (was, parents[node])]
        told = (
            ("Code", known.code, row.code or known.code),
            ("Unit", known.name, row.name),
            ("Part of", above[0], above[1] if parents[node] != was else above[0]),
            ("People", str(known.headcount), str(known.headcount if row.headcount is None else row.headcount)),
        )
        changes: list[Change] = [each for each in told if each[1] != each[2]]
        if changes and known.since and row.began and row.began < known.since:
            return refused(row.number, "from", BEFORE.format(day=named(known.since)))
        if row.ended and row.ended != known.closed_on:
            if known.since and row.ended <= known.since:
                return refused(row.number, "until", BEFORE.format(day=named(known.since)))
            changes.append(("Until", "", named(row.ended - timedelta(days=1))))
        return settled(row.number, changes, known.id)


def _rings(parents: Mapping[str, str | None]) -> list[list[str]]:
    """Every circle of units that are part of each other."""
    found, done = [], set[str]()
    for start in parents:
        path: dict[str, int] = {}
        at: str | None = start
        while at is not None and at not in done and at not in path:
            path[at] = len(path)
            at = parents.get(at)
        if at is not None and at in path:
            found.append(list(path)[path[at] :])
        done.update(path)
    return found
