"""A log from before, read row by row: taken as it is, taken with a correction, or refused with its reason. Pure.

Only columns that `earlier_headings` names are looked at. Whom somebody worked with, and how to reach them, is not.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lms.core.errors import Invalid
from lms.core.phrases import duration, full_day
from lms.practice import earlier_words as words
from lms.practice.earlier_headings import headed
from lms.practice.earlier_sheet import MOST_ROWS, NOT_A_TABLE, TOO_LONG, Cell, Row, tables_of

EARLIEST_YEAR = 1950
DAY_MINUTES = 24 * 60
_LENGTHS = (("minutes", "minutes"), ("hours", "hours"), ("length", ""))
_NO_HEADINGS = (
    "We found no row of headings with a date and a length. Name one column “Date” and one “Minutes” or “Hours”, "
    "in one row above the sessions."
)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is kept of a session from before, or of several over some days."""

    held_on: date
    until: date | None
    minutes: int
    kind: str
    role: str
    people: int | None

    def digest(self, nth: int) -> str:
        """What it is known by: the `nth` of those alike, for two clients may have met on one day for one hour."""
        values = [self.held_on.isoformat(), self.until and self.until.isoformat(), self.minutes, self.kind, self.role]
        return hashlib.sha256(json.dumps([*values, self.people, nth]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file: what is taken, what was corrected for that, or why nothing is."""

    number: int
    earlier: Earlier | None
    corrected: tuple[str, ...] = ()
    reason: str = ""
    place: str = ""  # the heading of the cell it was refused for


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole file. `used` and `left` are its headings, as they stand there."""

    lines: tuple[Line, ...]
    used: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def refused(self) -> list[Line]:
        return [line for line in self.lines if line.earlier is None]

    @property
    def corrected(self) -> list[Line]:
        return [line for line in self.lines if line.earlier is not None and line.corrected]

    @property
    def accepted(self) -> list[Line]:
        return [line for line in self.lines if line.earlier is not None and not line.corrected]

    @property
    def rows(self) -> dict[str, Earlier]:
        """What can be brought in, by what it is known by."""
        seen: Counter[Earlier] = Counter()
        found = {}
        for line in self.lines:
            if line.earlier is not None:
                seen[line.earlier] += 1
                found[line.earlier.digest(seen[line.earlier])] = line.earlier
        return found


def read(data: bytes, today: date) -> Reading:
    """Every row of the file. Raises Invalid for a file that is no log."""
    if not data.strip():
        raise Invalid({"file": "Choose a file that is not empty."})
    tables = tables_of(data)
    found = [chosen for table in tables if (chosen := headed(table)) is not None]
    if not found:
        raise Invalid({"file": _NO_HEADINGS if any(table.rows for table in tables) else NOT_A_TABLE})
    table, at, columns = max(found, key=lambda each: len(each[2]))
    rows = table.rows[at + 1 :]
    if table.more or len(rows) > MOST_ROWS:
        raise Invalid({"file": TOO_LONG})
    if not rows:
        raise Invalid({"file": "There are headings in this file and no rows below them."})
    heads = [str(cell) for cell in table.rows[at].cells if not words.is_empty(cell)]
    order = words.orders(_cell(row, columns.get(name)) for row in rows for name in ("held_on", "until"))
    headings = {name: str(table.rows[at].cells[place]) for name, place in columns.items()}
    lines = _together(rows, [_line(row, columns, headings, order, today) for row in rows])
    used = [headings[name] for name in sorted(columns, key=columns.__getitem__)]
    return Reading(tuple(lines), tuple(used), tuple(head for head in heads if head not in used))


def as_csv(rows: Iterable[Earlier]) -> str:
    """The rows as `read` takes them as they are. Their number tells those apart that are otherwise alike."""
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(["Line", "Date", "Until", "Minutes", "Kind", "Role", "People"])
    for number, each in enumerate(rows, start=1):
        sheet.writerow([number, each.held_on, each.until or "", each.minutes, each.kind, each.role, each.people or ""])
    return out.getvalue()


def _cell(row: Row, place: int | None) -> Cell:
    return row.cells[place] if place is not None and place < len(row.cells) else None


def _together(rows: Sequence[Row], lines: Iterable[Line]) -> Iterable[Line]:
    """What only the other rows tell: the same row twice, or a day with more than its hours."""
    first: dict[tuple[Cell, ...], int] = {}
    days: Counter[date] = Counter()
    for row, line in zip(rows, lines, strict=True):
        if line.earlier is None:
            yield line
        elif (before := first.setdefault(row.cells, row.number)) != row.number:
            yield Line(row.number, None, reason=f"The same as line {before}, which counts once.")
        elif line.earlier.until is None and days[line.earlier.held_on] + line.earlier.minutes > DAY_MINUTES:
            on = full_day(line.earlier.held_on)
            yield Line(row.number, None, reason=f"With this row, {on} would have more than 24 hours.")
        else:
            if line.earlier.until is None:
                days[line.earlier.held_on] += line.earlier.minutes
            yield line


class _Refused(Exception):
    """This row cannot be taken, for this reason; `name` is the field that says why, where it is one."""

    def __init__(self, reason: str, name: str = "") -> None:
        super().__init__(reason)
        self.name = name


def _line(
    row: Row, columns: Mapping[str, int], headings: Mapping[str, str], order: frozenset[str], today: date
) -> Line:
    cells = {name: _cell(row, place) for name, place in columns.items()}
    reader = _RowReader({name: cell for name, cell in cells.items() if not words.is_empty(cell)}, order)
    try:
        earlier = reader.earlier(today)
    except _Refused as refused:
        return Line(row.number, None, reason=str(refused), place=headings.get(refused.name, ""))
    return Line(row.number, earlier, tuple(dict.fromkeys(reader.corrected)))


class _RowReader:
    """Reads the cells of one row and notes what it had to change."""

    def __init__(self, cells: Mapping[str, Cell], order: frozenset[str]) -> None:
        self.cells = cells
        self.order = order
        self.corrected: list[str] = []

    def earlier(self, today: date) -> Earlier:
        """The row. Raises _Refused."""
        held_on = self._day("held_on", today)
        if held_on is None:
            raise _Refused("No date.", "held_on")
        until = self._day("until", today)
        if until is not None and until < held_on:
            raise _Refused(f"It ends on {full_day(until)}, before it begins on {full_day(held_on)}.", "until")
        minutes = self._minutes()
        days = (until - held_on).days + 1 if until else 1
        if minutes > days * DAY_MINUTES:
            raise _Refused(f"{duration(minutes)} in {'one day' if days == 1 else f'{days} days'}, more than there are.")
        people = self._people()
        kind = self._word("kind", words.kind_of) or ("" if people is None else words.GROUP if people > 1 else words.ONE)
        role = self._word("role", words.part_of)
        return Earlier(held_on, until if until != held_on else None, minutes, kind, role, people)

    def _day(self, name: str, today: date) -> date | None:
        cell = self.cells.get(name)
        if cell is None:
            return None
        found = words.day_of(cell, self.order)
        if found is None:
            raise _Refused(
                f"“{words.said(cell)}” is not a date we can read for certain. Write it like 2024-04-30.", name
            )
        day, as_is = found
        if day > today:
            raise _Refused(f"{full_day(day)} is still to come.", name)
        if day.year < EARLIEST_YEAR:
            raise _Refused(f"{full_day(day)} is too long ago to be right.", name)
        if not as_is:
            self._note(cell, full_day(day))
        return day

    def _minutes(self) -> int:
        minutes = self._length() if {"minutes", "hours", "length"} & self.cells.keys() else self._added()
        if minutes is None:
            raise _Refused("No length.")
        if minutes < 1:
            raise _Refused("The length is nothing.")
        return minutes

    def _length(self) -> int:
        name, unit = next(each for each in _LENGTHS if each[0] in self.cells)
        cell = self.cells[name]
        minutes = self._hours(name, unit)
        if not words.says(cell, unit, minutes):
            self._note(cell, duration(minutes))
        return minutes

    def _added(self) -> int | None:
        """Paid and pro bono hours together, or from when to when."""
        hours = [name for name in ("paid", "pro_bono") if name in self.cells]
        if hours:
            minutes = sum(self._hours(name, "hours") for name in hours)
            if len(hours) > 1 or not words.says(self.cells[hours[0]], "hours", minutes):
                self._note(" + ".join(words.said(self.cells[name]) for name in hours), duration(minutes))
            return minutes
        if not {"begins", "ends"} <= self.cells.keys():
            return None
        begins, ends = (words.clock_minutes(self.cells[name]) for name in ("begins", "ends"))
        if begins is None or ends is None:
            raise _Refused("The times are not written in a way we can read. Write them like 14:30.")
        minutes = (ends - begins) % DAY_MINUTES
        self._note(f"{words.said(self.cells['begins'])} to {words.said(self.cells['ends'])}", duration(minutes))
        return minutes

    def _hours(self, name: str, unit: str) -> int:
        cell = self.cells[name]
        minutes = words.minutes_of(cell, unit)
        if minutes is None or minutes < 0:
            raise _Refused(
                f"“{words.said(cell)}” is not a length we can read. Write the minutes as a number, like 90.", name
            )
        return minutes

    def _people(self) -> int | None:
        cell = self.cells.get("people")
        people = None if cell is None else words.people_of(cell)
        if cell is not None and people is None:
            self.corrected.append(f"“{words.said(cell)}” is not a number of people; left out")
        return people

    def _word(self, name: str, known: words.Known) -> str:
        cell = self.cells.get(name)
        word = "" if cell is None else known(cell)
        if cell is not None and not word:
            self.corrected.append(f"“{words.said(cell)}” is a {name} we do not keep; left out")
        return word

    def _note(self, cell: Cell, read: str) -> None:
        self.corrected.append(f"“{words.said(cell)}” read as {read}")
