"""A sheet as files: plain text for programs, a workbook for people. No cell of either can be a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from lms.coverage.sheets import COLUMNS, Cell, Sheet
from lms.organisations.cells import safe

if TYPE_CHECKING:  # it is loaded with the first workbook: it takes memory
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

WIDTHS = (36, 9, 9, 12, 12, 12, 9, 14, 18)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_csv(sheet: Sheet) -> bytes:
    """In UTF-8 with a mark that tells so, which spreadsheets need: the units, then how the figures came about."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in _rows(sheet):
        writer.writerow([_plain(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _rows(sheet: Sheet) -> Iterator[Sequence[Cell]]:
    yield COLUMNS
    yield from sheet.rows
    yield sheet.total
    yield ()
    yield from sheet.about


def _plain(cell: Cell) -> str | int:
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int):
        return cell
    return safe(cell or "")


def as_xlsx(sheet: Sheet) -> bytes:
    """A workbook of two sheets: the units, and how the figures came about."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    units: Any = book.create_sheet("Coverage")
    units.freeze_panes = "B2"
    for letter, width in zip("ABCDEFGHI", WIDTHS, strict=True):
        units.column_dimensions[letter].width = width
    for row in (COLUMNS, *sheet.rows, sheet.total):
        units.append([_cell(units, each, bold=row in (COLUMNS, sheet.total)) for each in row])
    about: Any = book.create_sheet("About these figures")
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 26, 100
    for label, words in sheet.about:
        about.append([_cell(about, label, bold=True), _cell(about, words)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(place: WriteOnlyWorksheet, value: Cell, *, bold: bool = False) -> Any:
    """A cell that is what it says: words stay words, whatever they begin with."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    if not bold and isinstance(value, int | None):
        return value
    made: Any = WriteOnlyCell(place, value)  # type: ignore[arg-type]  # a day is written as well as an instant
    if isinstance(value, str):
        made.data_type = "s"
    elif isinstance(value, date):
        made.number_format = "yyyy-mm-dd"
    if bold:
        made.font = Font(bold=True)
    return made
