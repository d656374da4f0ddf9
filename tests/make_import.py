"""Files of people and units for tests, and bringing one in."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Sequence

from openpyxl import Workbook
from sqlalchemy.orm import Session

from lms.organisations import service
from lms.organisations.models import Import, ImportRow
from tests.make import World, actor

Rows = Sequence[Sequence[object]]
PEOPLE = ("E-mail", "Name", "Unit", "Post", "Line manager", "Status band", "From", "Until")
UNITS = ("Code", "Unit", "Part of", "People", "From", "Until")


def text(rows: Rows, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """A text file of these rows."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def book(**sheets: Rows) -> bytes:
    """A workbook of these sheets."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(list(row))
    return saved(made)


def saved(made: Workbook) -> bytes:
    """The bytes of a workbook."""
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def bring(db: Session, world: World, data: bytes, who: uuid.UUID | None = None) -> Import:
    """The manager brings a file for the council."""
    manager = actor(db, who or world.manager)
    return service.bring(db, manager, uuid.uuid4(), world.council, "people.csv", io.BytesIO(data))


def people(db: Session, world: World, *rows: Sequence[object]) -> Import:
    """A file of people with all columns; a short row leaves the last ones empty."""
    return bring(db, world, text([PEOPLE, *(filled(row, PEOPLE) for row in rows)]))


def units(db: Session, world: World, *rows: Sequence[object]) -> Import:
    """A file of units with all columns."""
    return bring(db, world, text([UNITS, *(filled(row, UNITS) for row in rows)]))


def filled(row: Sequence[object], headings: Sequence[str]) -> list[object]:
    """The row with as many cells as there are headings."""
    return [*row, *([""] * (len(headings) - len(row)))]


def apply(db: Session, world: World, run: Import, **more: object) -> Import:
    """The manager applies it, refused rows or not."""
    given = {"without": True, "left_on": None} | more
    return service.apply(db, actor(db, world.manager), run.id, run.version, **given)  # type: ignore[arg-type]


def said(db: Session, run: Import) -> dict[int, ImportRow]:
    """The rows of a file by their numbers."""
    return {row.number: row for outcome in ("refused", "changed", "created", "unchanged")
            for row in service.list_rows(db, run, outcome, 1)[0]}  # fmt: skip
