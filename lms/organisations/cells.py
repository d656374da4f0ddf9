"""What stands in a cell: text, days and numbers, each mistake a sentence. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from lms.core import naming
from lms.core.phrases import full_day
from lms.organisations.columns import PEOPLE
from lms.people.rules import EMAIL_LENGTH, NAME_LENGTH, TITLE_LENGTH, fold, is_address

LONGEST = {
    "name": NAME_LENGTH, "first": NAME_LENGTH, "last": NAME_LENGTH, "email": EMAIL_LENGTH, "manager": EMAIL_LENGTH,
    "unit": NAME_LENGTH, "code": NAME_LENGTH, "parent": NAME_LENGTH, "title": TITLE_LENGTH, "band": 60,
}  # fmt: skip
LONGEST_ANY = 60
MOST_PEOPLE = 1_000_000
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_STROKES = re.compile(r"\d{1,4}/\d{1,2}/\d{1,4}")
_FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%d %B %Y", "%d %b %Y")

NO_EMAIL = "There is no e-mail address. Without one we cannot tell this person from others."
NOT_EMAIL = "This is not an e-mail address. Write the whole of it, with an @ in it."
NOT_MANAGER = "Write the line manager’s e-mail address here, or leave it empty."
OWN_MANAGER = "A person cannot be their own line manager. Write another address or leave it empty."
NO_NAME = "There is no name."
NO_UNIT = "There is no unit. Write its code or its name."
NOT_NUMBER = "Write how many people work there as a whole number, or leave it empty."
NOT_DAY = "This is not a day we can read. Write it like 2026-12-31."
FAR_DAY = "This day is too far away. Write one between 1900 and 2200, like 2026-12-31."
BACKWARDS = "The last day comes before the first."


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell."""

    field: str
    reason: str


class Wrong(Exception):
    """A row cannot be taken: `fault` says which cell and why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.fault = Fault(field, reason)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A row about a person. None where the file has no such column; empty where its cell is."""

    number: int
    email: str
    name: str
    unit: str
    title: str | None
    manager: str | None
    band: str | None
    began: date | None
    ended: date | None  # the first day after the last one
    by_alias: bool = False  # it names them by an address that is theirs no more


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A row about a unit. None where the file has no such column; empty where its cell is."""

    number: int
    code: str  # empty where the unit has none of its own
    name: str
    parent: str | None
    headcount: int | None
    began: date | None
    ended: date | None


def key_of(kind: str, cells: Mapping[str, str]) -> str:
    """By what rows belong together: the address, or the unit’s code."""
    said = cells.get("email", "") if kind == PEOPLE else cells.get("code", "") or cells.get("name", "")
    return fold(said)[:254]


def who_of(cells: Mapping[str, str]) -> str:
    """What a row is about, as it writes it."""
    whole = " ".join(each for each in (cells.get("first", ""), cells.get("last", "")) if each)
    return (cells.get("name", "") or whole or cells.get("email", "") or cells.get("code", ""))[:120]


def name_of(cells: Mapping[str, str]) -> str:
    """What a row calls a person."""
    return cells.get("name", "") or who_of({**cells, "email": "", "code": ""})


def length_fault(field: str, text: str) -> Fault | None:
    """Whether a cell holds more than it may."""
    most = LONGEST.get(field, LONGEST_ANY)
    if len(text) <= most:
        return None
    return Fault(field, f"This is {len(text):,} characters long. Shorten it to {most} or fewer.")


def person(number: int, cells: Mapping[str, str]) -> PersonRow:
    """Raises Wrong."""
    email = fold(cells.get("email", ""))
    if not email:
        raise Wrong("email", NO_EMAIL)
    if not is_address(email):
        raise Wrong("email", NOT_EMAIL)
    name = name_of(cells)
    _check_name("name", name)
    if not cells.get("unit"):
        raise Wrong("unit", NO_UNIT)
    manager = fold(cells["manager"]) if "manager" in cells else None
    if manager and not is_address(manager):
        raise Wrong("manager", NOT_MANAGER)
    if manager and manager == email:
        raise Wrong("manager", OWN_MANAGER)
    began, ended = _days(cells)
    return PersonRow(number, email, name, cells["unit"], cells.get("title"), manager, cells.get("band"), began, ended)


def unit(number: int, cells: Mapping[str, str]) -> UnitRow:
    """Raises Wrong."""
    name = cells.get("name", "")
    _check_name("name", name)
    typed = cells.get("headcount", "").replace(" ", "").replace("\u202f", "")
    if typed and not (typed.isascii() and typed.isdigit() and len(typed) < 9 and int(typed) <= MOST_PEOPLE):
        raise Wrong("headcount", NOT_NUMBER)
    began, ended = _days(cells)
    headcount = int(typed) if typed else None
    return UnitRow(number, cells.get("code", ""), name, cells.get("parent"), headcount, began, ended)


def _check_name(field: str, name: str) -> None:
    if not name:
        raise Wrong(field, NO_NAME)
    if len(name) > NAME_LENGTH:
        raise Wrong(field, f"This is {len(name):,} characters long. Shorten it to {NAME_LENGTH} or fewer.")
    if fault := naming.fault(name):
        raise Wrong(field, fault)


def _days(cells: Mapping[str, str]) -> tuple[date | None, date | None]:
    began, last = day("from", cells.get("from", "")), day("until", cells.get("until", ""))
    if began and last and last < began:
        raise Wrong("until", BACKWARDS)
    return began, last + timedelta(days=1) if last else None


def day(field: str, text: str) -> date | None:
    """A day as people write it when only one reading is possible. Raises Wrong."""
    if not text:
        return None
    if _STROKES.fullmatch(text):
        raise Wrong(field, _strokes(text))
    found = _day_of(text)
    if found is None:
        raise Wrong(field, NOT_DAY)
    if not FIRST_DAY <= found <= LAST_DAY:
        raise Wrong(field, FAR_DAY)
    return found


@lru_cache(maxsize=4_096)
def _day_of(text: str) -> date | None:
    """A file of 200,000 rows has few days in it, each many times."""
    for pattern in _FORMATS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _strokes(text: str) -> str:
    """Some write the day first and some the month, so a day with strokes is never guessed."""
    first, second, third = (int(each) for each in text.split("/"))
    readings = [_try(third, second, first), _try(third, first, second)]
    named = sorted({full_day(each) for each in readings if each})
    if len(named) > 1:
        return f"This could be {named[0]} or {named[1]}. Write it like {max(e for e in readings if e).isoformat()}."
    if named:
        found = next(each for each in readings if each)
        return f"With strokes some write the day first and some the month. If it is {named[0]}, write {found}."
    return NOT_DAY


def _try(year: int, month: int, day_of_month: int) -> date | None:
    try:
        return date(year, month, day_of_month) if year >= 1900 else None
    except ValueError:
        return None


def safe(cell: str) -> str:
    """A cell no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def as_meant(cell: str) -> str:
    """A cell that was made safe, as it was before."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell
