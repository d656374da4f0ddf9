"""Who is above whom: the rings in it, where a line of managers comes back to where it began. Pure.

People are numbers from 1 on, so that 200,000 of them need a few megabytes.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import accumulate

NAMED = 2  # of the other rows of a ring
SENTENCE = "Upwards from this line manager the line comes back to this person{by}. Nobody can be above themselves."


class Lines:
    """Arrows from people to whoever is above them, each with the row that says so, or 0."""

    def __init__(self) -> None:
        self.below, self.above, self.rows = array("i"), array("i"), array("i")

    def add(self, below: int, above: int, row: int = 0) -> None:
        """Somebody is below somebody else."""
        for column, value in ((self.below, below), (self.above, above), (self.rows, row)):
            column.append(value)

    def rings(self) -> list[list[int]]:
        """The rows of each ring, in order. Taking these out leaves no ring that a row is part of."""
        ring = _components(self.below, self.above)
        found: dict[int, list[int]] = {}
        for below, above, row in zip(self.below, self.above, self.rows, strict=True):
            if row and ring[below] == ring[above]:
                found.setdefault(ring[below], []).append(row)
        return [sorted(set(rows)) for rows in found.values()]


def sentence(row: int, rows: Sequence[int]) -> str:
    """Why a row of a ring is refused: by which other rows the line comes back."""
    others = [f"{each}" for each in rows[: NAMED + 1] if each != row][:NAMED]
    more = len(rows) - 1 - len(others)
    if not others:
        return SENTENCE.format(by="")
    if more:
        return SENTENCE.format(by=f", by rows {', '.join(others)} and {more:,} more")
    return SENTENCE.format(by=f", by row {others[0]}" if len(others) == 1 else f", by rows {' and '.join(others)}")


def _components(below: array[int], above: array[int]) -> array[int]:
    """For each person a number that they share with exactly those who are both above and below them: Tarjan’s way,
    without calling itself, since a line may be as long as the file.
    """
    many = max(max(below, default=0), max(above, default=0)) + 1
    starts = array("i", bytes(4 * (many + 1)))
    for each in below:
        starts[each + 1] += 1
    starts = array("i", accumulate(starts))
    next_free, ends = starts[:], array("i", bytes(4 * len(above)))
    for source, target in zip(below, above, strict=True):
        ends[next_free[source]] = target
        next_free[source] += 1
    return _walk(starts, ends, many)


def _walk(starts: array[int], ends: array[int], many: int) -> array[int]:
    """Each person is met once and left once; whoever is left holding the lowest number closes a component."""
    met, low, done = (array("i", bytes(4 * many)) for _ in range(3))
    going, open_, counted = starts[:], array("i"), 0
    for root in range(many):
        way = [] if met[root] else [root]
        while way:
            here = way[-1]
            if not met[here]:
                counted += 1
                met[here] = low[here] = counted
                open_.append(here)
            if going[here] == starts[here + 1]:
                _leave(way, met, low, open_, done)
                continue
            there = ends[going[here]]
            going[here] += 1
            if not met[there]:
                way.append(there)
            elif not done[there]:
                low[here] = min(low[here], met[there])
    return done


def _leave(way: list[int], met: array[int], low: array[int], open_: array[int], done: array[int]) -> None:
    here = way.pop()
    if way:
        low[way[-1]] = min(low[way[-1]], low[here])
    while low[here] == met[here] and not done[here]:
        done[open_.pop()] = here + 1
