"""The columns of a file of people or units: what they may be called, what they hold, and a sample of each. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PEOPLE, UNITS = "people", "units"
TITLE_ROWS = 20  # above the headings, as many forms have them


@dataclass(frozen=True, slots=True)
class Column:
    """A column we know: the heading we write, what it holds, and what else it is called."""

    field: str
    heading: str
    about: str
    others: tuple[str, ...] = ()


_FROM = ("Since", "Start", "Start date", "Starts", "Started on", "First day", "Valid from")
_UNTIL = ("To", "End", "End date", "Ends", "Ended on", "Last day", "Leaving date", "Valid until")
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    PEOPLE: (
        Column("email", "E-mail", "The address by which a person is known. Needed in every row.",
               ("Mail", "E-mail address", "Email address", "Work e-mail", "Work email address")),
        Column("name", "Name", "First and last name in one cell, or in two columns called First name and Last name.",
               ("Full name", "Person", "Employee", "Display name")),
        Column("first", "First name", "", ("Given name", "Forename")),
        Column("last", "Last name", "", ("Surname", "Family name")),
        Column("unit", "Unit", "The unit’s code, or its name if no other unit has it. Needed in every row.",
               ("Unit code", "Unit name", "Department", "Team", "Division", "Org unit")),
        Column("title", "Post", "What they work as. Somebody with two posts has two rows.",
               ("Title", "Job", "Job title", "Position")),
        Column("manager", "Line manager", "The line manager’s e-mail address.",
               ("Manager", "Manager e-mail", "Line manager e-mail", "Reports to", "Supervisor")),
        Column("band", "Status band", "In your own words, such as 3 or Senior.", ("Band", "Grade", "Level")),
        Column("from", "From", "First day of the post or of a change, like 2026-03-01. Empty: the day of the check.",
               _FROM),
        Column("until", "Until", "Last day, for somebody who leaves. Empty for everybody else.", _UNTIL),
    ),
    UNITS: (
        Column("code", "Code", "Your own code for the unit. Without one, its name serves.",
               ("Unit code", "Unit ID", "ID", "Key", "Number", "Cost centre")),
        Column("name", "Unit", "What the unit is called. Needed in every row.",
               ("Name", "Unit name", "Department", "Team", "Division")),
        Column("parent", "Part of", "The code or name of the unit above it. Empty at the top.",
               ("Parent", "Parent unit", "Parent code", "Belongs to", "Above")),
        Column("headcount", "People", "How many people work in it, as a whole number.",
               ("Headcount", "Head count", "Size", "Number of people", "Staff")),
        Column("from", "From", "First day of the unit or of a change, like 2026-03-01. Empty: the day of the check.",
               _FROM),
        Column("until", "Until", "Last day, for a unit that closes.", _UNTIL),
    ),
}  # fmt: skip
NEEDED = {PEOPLE: ("email", "unit"), UNITS: ("name",)}
WHERE, REASON = "Cell at fault", "Why it was refused"  # the columns we add to rows that were refused
NO_RIGHTS = ("role", "roles", "rights", "permission", "permissions", "organisation", "organization", "provider")
SAMPLES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    UNITS: (
        ("Code", "Unit", "Part of", "People", "From", "Until"),
        ("OPS", "Operations", "", "6", "2024-01-01", ""),
        ("ROADS", "Roads", "OPS", "58", "2024-01-01", ""),
        ("WASTE", "Waste", "OPS", "49", "2024-01-01", ""),
    ),
    PEOPLE: (
        ("E-mail", "Name", "Unit", "Post", "Line manager", "Status band", "From", "Until"),
        ("dag.nilsen@example.org", "Dag Nilsen", "OPS", "Head of operations", "", "5", "2024-01-01", ""),
        ("mele.tupou@example.org", "Mele Tupou", "ROADS", "Crew lead", "dag.nilsen@example.org", "3", "2024-03-11", ""),
        ("jonah.price@example.org", "Jonah Price", "WASTE", "Driver", "dag.nilsen@example.org", "2", "2025-09-01", ""),
        ("jonah.price@example.org", "Jonah Price", "ROADS", "Trainer", "mele.tupou@example.org", "2", "2026-02-02", ""),
    ),
}


@dataclass(frozen=True, slots=True)
class Headed:
    """Where the headings stand: which kind of sheet it is, each field’s place, and what we do not know."""

    kind: str
    places: Mapping[str, int]
    headings: Mapping[str, str]  # as the file writes them
    unknown: tuple[str, ...]
    twice: tuple[str, ...]


def plain(heading: str) -> str:
    """What two headings are compared by: letters and figures alone."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", heading).casefold())


_KNOWN = {
    kind: {plain(each): column.field for column in columns for each in (column.heading, *column.others)}
    for kind, columns in COLUMNS.items()
}


def heading_of(kind: str, field: str) -> str:
    """How we call a column."""
    return next((column.heading for column in COLUMNS[kind] if column.field == field), "")


def headed(cells: Sequence[str]) -> Headed | None:
    """What a row of headings says, if it is one: two that we know at least."""
    people, units = _read(PEOPLE, cells), _read(UNITS, cells)
    has = {each for each in people.places if each not in ("from", "until", "unit")}
    found = people if "email" in people.places or len(has) > 1 else units
    if not {"name", "email"} & found.places.keys():
        found = max(people, units, key=lambda each: len(each.places))
    return found if len(found.places) > 1 or (found.kind == UNITS and "name" in found.places) else None


def _read(kind: str, cells: Sequence[str]) -> Headed:
    places: dict[str, int] = {}
    unknown, twice = [], []
    for place, cell in enumerate(cells):
        field = _KNOWN[kind].get(plain(cell)) if cell else None
        if field is None:
            unknown += [cell] if cell else []
        elif field in places:
            twice.append(cell)
        else:
            places[field] = place
    headings = {field: cells[place] for field, place in places.items()}
    return Headed(kind, places, headings, tuple(unknown), tuple(twice))


def missing(found: Headed) -> tuple[str, ...]:
    """The headings without which nothing can be read."""
    fields = [each for each in NEEDED[found.kind] if each not in found.places]
    if found.kind == PEOPLE and "name" not in found.places and not {"first", "last"} & found.places.keys():
        fields.append("name")
    return tuple(heading_of(found.kind, each) for each in fields)


def notes(found: Headed) -> list[str]:
    """What is said of columns from which nothing is read."""
    said = []
    for each in found.unknown:
        if each in (WHERE, REASON):
            continue
        rights = " Nobody gains a right or another organisation by a file." if plain(each) in NO_RIGHTS else ""
        said.append(f"We do not know the column “{each[:60]}”, so nothing is read from it.{rights}")
    said += [f"There are two columns for the same thing. “{each[:60]}” is left out." for each in found.twice]
    return said
