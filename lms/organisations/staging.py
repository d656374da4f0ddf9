"""The rows of a file, put into the database as the file says them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

from sqlalchemy import delete, insert, select

from lms.organisations import cells, files
from lms.organisations.columns import PEOPLE, UNITS, Headed
from lms.organisations.files import Line, Refused, Sheet
from lms.organisations.models import Import, ImportRow
from lms.organisations.rules import MOST_UNITS, REFUSED
from lms.organisations.work import Work
from lms.people.rules import fold

BATCH = 1_000
KEPT = 120  # characters of a cell that is too long
MERGED = (
    "This cell is merged with another one, so nothing stands in it. Take the merging away and write it into every row."
)
TOO_MANY_UNITS = f"There are more than {MOST_UNITS:,} units in this file. Bring them in as several smaller ones."


def stage(work: Work, import_id: uuid.UUID, file: BinaryIO) -> None:
    """Read the file and keep its rows. Rows of an attempt that did not come to its end go first. Raises Refused."""
    sheets, notes = files.open_file(file)
    notes += files.checked(sheets)
    _forget(work, import_id)
    many = 0
    for sheet in sheets:
        rows = _rows(import_id, sheet)
        while batch := list(islice(rows, BATCH)):
            many += len(batch)
            if sheet.headed.kind == UNITS and batch[-1]["place"] > MOST_UNITS:
                raise Refused(TOO_MANY_UNITS)
            for each in batch:
                del each["place"]
            with work() as db:
                db.execute(insert(ImportRow), batch)
    with work() as db:
        run = db.get_one(Import, import_id)
        run.notes = notes
        run.columns = {sheet.headed.kind: {"sheet": sheet.name, **sheet.headed.headings} for sheet in sheets}


def _forget(work: Work, import_id: uuid.UUID) -> None:
    while True:
        with work() as db:
            some = select(ImportRow.number).where(ImportRow.import_id == import_id).limit(20 * BATCH)
            numbers = db.scalars(some).all()
            if not numbers:
                return
            db.execute(delete(ImportRow).where(ImportRow.import_id == import_id, ImportRow.number.in_(some)))


def _rows(import_id: uuid.UUID, sheet: Sheet) -> Iterator[dict[str, Any]]:
    for place, line in enumerate(files.counted(sheet.lines), start=1):
        yield {"import_id": import_id, "place": place, **_row(sheet.headed, line)}


def _row(headed: Headed, line: Line) -> dict[str, Any]:
    said, fault = _cells(headed, line)
    return {
        "sheet": headed.kind,
        "number": line.number,
        "key": cells.key_of(headed.kind, said),
        "manager": fold(said.get("manager", ""))[:254] if headed.kind == PEOPLE else "",
        "who": cells.who_of(said),
        "cells": said,
        "broken": fault is not None,
        "gone": False,
        "outcome": REFUSED if fault else "created",
        "field": fault.field if fault else "",
        "reason": fault.reason if fault else "",
        "changes": [],
        "was": "",
        "target_id": None,
    }


def _cells(headed: Headed, line: Line) -> tuple[dict[str, str], cells.Fault | None]:
    """What the columns that we know hold, and the first cell that cannot be read whatever it says."""
    said: dict[str, str] = {}
    fault = None
    for field, place in headed.places.items():
        text = line.cells[place] if place < len(line.cells) else ""
        if place in line.merged:
            fault = fault or cells.Fault(field, MERGED)
        wrong = cells.length_fault(field, text)
        if wrong is not None:
            fault, text = fault or wrong, f"{text[:KEPT]}…"
        said[field] = cells.as_meant(text.replace("\x00", ""))
    return said, fault
