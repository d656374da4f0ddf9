"""What one cell of an earlier log says: a day, a length, a kind, a part. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta

from lms.practice.earlier_sheet import Cell

Known = Callable[[Cell], str]
GROUP, ONE = "group", "one-to-one"
MOST_PEOPLE = 500
_EXCEL_BEGAN = date(1899, 12, 30)
_EXCEL_DAYS = range(20_000, 80_000)  # 1954 to 2119
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HOUR_BEHIND = re.compile(r"[ T]\d{1,2}:\d{2}.*$")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_FIGURES = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_NAMED_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NAMED_MONTH = r"(?:[a-z]{3,9},? )?%s(?P<month>[a-z]{3,9})\.?%s,?[ -](?P<year>\d{4})"
_DAY_MONTH = re.compile(_NAMED_MONTH % (f"{_NAMED_DAY}[ -]", ""), re.I)
_MONTH_DAY = re.compile(_NAMED_MONTH % ("", f" {_NAMED_DAY}"), re.I)
_CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)(?::[0-5]\d)?")
_AT = re.compile(r"(\d{1,2})[:.]([0-5]\d)(?::[0-5]\d)? ?([ap]\.?m\.?)?", re.I)
_NUMBER = re.compile(r"\d{1,6}(?:[.,]\d{1,6})?")
_HOURS = re.compile(
    r"(\d{1,4}(?:[.,]\d{1,6})?) ?(?:h|hrs?|hours?)\.?(?: ?(?:and )?(\d{1,2}) ?(?:m|mins?|minutes?)?\.?)?", re.I
)
_MINUTES = re.compile(r"(\d{1,6}(?:[.,]\d{1,6})?) ?(?:m|mins?|minutes?|['′])\.?", re.I)
_PEOPLE = re.compile(r"(\d{1,4})(?: ?(?:people|persons?|participants?|members?))?", re.I)
_NOTHING = {"", "-", "–", "n/a", "na", "none", "not applicable"}
_KINDS = {
    GROUP: ("group", "team", "circle", "peer group", "group coaching", "team coaching", "g"),
    ONE: ("one to one", "1 1", "1 to 1", "one on one", "1 on 1", "individual", "single", "individual coaching", "i"),
}
_PARTS = {
    "led": ("led", "i led", "lead", "leader", "facilitator", "facilitated", "facilitating", "coach", "coached", "host"),
    "shared": (
        "shared", "we shared it", "shared the lead", "co facilitator", "co facilitated", "cofacilitator", "co led",
        "co lead", "co coach", "assisted",
    ),
    "watched": ("watched", "i watched", "observer", "observed", "observing", "shadowed", "shadowing"),
}  # fmt: skip


def plain(cell: Cell) -> str:
    """Letters and figures alone, in lower case: how headings and words are compared."""
    return " ".join(re.sub(r"[\W_]+", " ", str(cell if cell is not None else "").casefold()).split())


def is_empty(cell: Cell) -> bool:
    """Whether the cell says nothing, in the ways people write nothing."""
    return cell is None or (isinstance(cell, str) and cell.casefold() in _NOTHING)


def said(cell: Cell) -> str:
    """The cell as its owner knows it, for a sentence about it."""
    text = f"{cell:g}" if isinstance(cell, float) else str(cell if cell is not None else "")
    return text if len(text) <= 40 else f"{text[:39]}…"


def orders(cells: Iterable[Cell]) -> frozenset[str]:
    """How the dates in figures of one file can only be read: “day” first, “month” first, or, badly, both."""
    found: set[str] = set()
    for cell in cells:
        match = _FIGURES.fullmatch(_without_hour(cell)) if isinstance(cell, str) else None
        if match and match[2] != ".":
            found |= {"day"} if int(match[1]) > 12 >= int(match[3]) else set()
            found |= {"month"} if int(match[3]) > 12 >= int(match[1]) else set()
    return frozenset(found)


def day_of(cell: Cell, order: frozenset[str]) -> tuple[date, bool] | None:
    """The day, and whether it was written in the way we take as it is. None for what is no day, or could be two."""
    if isinstance(cell, datetime):
        return cell.date(), True
    if isinstance(cell, date):
        return cell, True
    if isinstance(cell, int | float) or (isinstance(cell, str) and re.fullmatch(r"[2-7]\d{4}", cell, re.ASCII)):
        days = float(cell)
        whole = int(days) if math.isfinite(days) else 0
        return (_EXCEL_BEGAN + timedelta(whole), False) if whole in _EXCEL_DAYS else None
    return _written(_without_hour(cell), order) if isinstance(cell, str) else None


def _written(text: str, order: frozenset[str]) -> tuple[date, bool] | None:
    if match := _YEAR_FIRST.fullmatch(text):
        return _day(*match.groups(), as_is="-" in text)
    if match := _FIGURES.fullmatch(text):
        return _in_figures(match, order)
    named = _DAY_MONTH.fullmatch(text) or _MONTH_DAY.fullmatch(text)
    return _day(named["year"], _month(named["month"]), named["day"]) if named else None


def _in_figures(match: re.Match[str], order: frozenset[str]) -> tuple[date, bool] | None:
    first, second = int(match[1]), int(match[3])
    month_first = match[2] != "." and second <= 31 and (second > 12 or (order == {"month"} and first <= 12))
    undecided = match[2] != "." and len(order) > 1 and first <= 12 and second <= 12 and first != second
    if undecided:
        return None
    year = int(match[4]) + (0 if len(match[4]) == 4 else 2000 if int(match[4]) < 70 else 1900)
    return _day(year, first, second) if month_first else _day(year, second, first)


def _day(year: str | int, month: str | int, day: str | int, *, as_is: bool = False) -> tuple[date, bool] | None:
    try:
        return date(int(year), int(month), int(day)), as_is
    except ValueError:
        return None


def _month(word: str) -> int:
    return _MONTHS.index(word[:3].casefold()) + 1 if word[:3].casefold() in _MONTHS else 0


def _without_hour(text: str) -> str:
    return _HOUR_BEHIND.sub("", text)


def minutes_of(cell: Cell, unit: str) -> int | None:
    """How long, in whole minutes. `unit` is what its heading says a bare number is: minutes, hours, or nothing."""
    if isinstance(cell, datetime):  # how a workbook keeps a length of 24 hours and more
        cell = cell - datetime.combine(_EXCEL_BEGAN, time())
    if isinstance(cell, timedelta):
        return round(cell.total_seconds() / 60)
    if isinstance(cell, time):
        return cell.hour * 60 + cell.minute
    if isinstance(cell, int | float):
        return _bare(float(cell), unit)
    return _written_minutes(cell, unit) if isinstance(cell, str) else None


def says(cell: Cell, unit: str, minutes: int) -> bool:
    """Whether the cell is exactly that length as a bare number, in the unit that its heading names."""
    number = _NUMBER.fullmatch(str(cell))
    return number is not None and _float(number[0]) * {"minutes": 1, "hours": 60}.get(unit, 0) == minutes


def _written_minutes(text: str, unit: str) -> int | None:
    if _NUMBER.fullmatch(text):
        return _bare(_float(text), unit)
    if match := _CLOCK.fullmatch(text):
        return int(match[1]) * 60 + int(match[2])
    if match := _HOURS.fullmatch(text):
        return round(_float(match[1]) * 60) + int(match[2] or 0)
    match = _MINUTES.fullmatch(text)
    return round(_float(match[1])) if match else None


def _bare(number: float, unit: str) -> int | None:
    """A bare number without a unit is hours below 10, for no meeting lasts 9 minutes; 10 and more are minutes."""
    if not math.isfinite(number):
        return None
    return round(number * 60) if unit == "hours" or (not unit and number < 10) else round(number)


def _float(text: str) -> float:
    return float(text.replace(",", "."))


def clock_minutes(cell: Cell) -> int | None:
    """A time of day as minutes after midnight: 14:30, 2:30 pm."""
    if isinstance(cell, datetime | time):
        return cell.hour * 60 + cell.minute
    match = _AT.fullmatch(cell) if isinstance(cell, str) and cell.isascii() else None
    if match is None or int(match[1]) > 23:
        return None
    hour = int(match[1]) % 12 if match[3] and int(match[1]) <= 12 else int(match[1])
    return (hour + (12 if match[3] and match[3][0] in "pP" and hour < 12 else 0)) * 60 + int(match[2])


def people_of(cell: Cell) -> int | None:
    """How many took part."""
    if isinstance(cell, float) and math.isfinite(cell) and cell == int(cell):
        cell = int(cell)
    match = _PEOPLE.fullmatch(str(cell)) if isinstance(cell, int | str) and str(cell).isascii() else None
    return int(match[1]) if match and 1 <= int(match[1]) <= MOST_PEOPLE else None


def kind_of(cell: Cell) -> str:
    """A group or one person; empty for a word we do not know."""
    return _known(_KINDS, cell)


def part_of(cell: Cell) -> str:
    """What somebody's part was; empty for a word we do not know."""
    return _known(_PARTS, cell)


def _known(words: Mapping[str, tuple[str, ...]], cell: Cell) -> str:
    typed = plain(cell)
    return next((word for word, spellings in words.items() if typed in spellings or typed == plain(word)), "")
