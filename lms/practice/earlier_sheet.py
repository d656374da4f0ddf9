"""The cells of a file somebody brings, CSV or XLSX. Pure, and bounded before anything is unpacked or parsed."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from lms.core.errors import Invalid

Cell = str | int | float | date | time | timedelta | None

MOST_BYTES = 1_000_000
MOST_UNPACKED = 6_000_000  # a log of 2,000 rows and 12 columns unpacks to 2 million, with 100,000 marks
MOST_MARKS, MOST_STYLE_MARKS = 150_000, 15_000  # each costs the library some time and memory, however small
MOST_SHEETS, MOST_PARTS = 3, 200
MOST_ROWS, MOST_COLUMNS = 2_000, 60
TITLE_ROWS = 20  # above the headings, as many forms have them
LAST_ROW = 200_000  # a file may claim any, and the library makes up those between
LONGEST_CELL = 200
NOT_A_TABLE = "We cannot read this file as a table. Save it as CSV or as an Excel workbook (.xlsx) and choose it again."
OLD_EXCEL = "This is a workbook of the old kind (.xls), or one with a password. Save it as .xlsx or CSV without one."
TOO_LONG = f"This file is larger than 1 MB or has more than {MOST_ROWS:,} rows. Bring it in as several smaller files."
TOO_MUCH = "This workbook holds more than we take in one go. Save the sheet with your log as CSV and choose that."
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row and its number in the file. Blank rows are left out."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One way to see the file: a sheet of a workbook, or a text cut at one delimiter."""

    rows: tuple[Row, ...]
    more: bool  # than we take


def tables_of(data: bytes) -> list[Table]:
    """Every table the file may be. Raises Invalid."""
    if len(data) > MOST_BYTES:
        raise _refused(TOO_LONG)
    if data.startswith(_OLD_EXCEL):
        raise _refused(OLD_EXCEL)
    if data.startswith(_ZIP):
        return _sheets(data)
    text = _text(data)
    return [table for delimiter in ("\t", ";", ",") if (table := _cut(text, delimiter)) is not None]


def _refused(sentence: str) -> Invalid:
    return Invalid({"file": sentence})


def _text(data: bytes) -> str:
    """UTF-8, UTF-16 as spreadsheets mark it, or what Windows wrote before them."""
    marked = next((name for mark, name in _BOMS.items() if data.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _NOT_TEXT.search(text) is None:
            return text
    raise _refused(NOT_A_TABLE)


def _cut(text: str, delimiter: str) -> Table | None:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return _table(_numbered(reader))
    except csv.Error:  # a cell without end: this is not how the file is cut
        return None


def _numbered(reader: Any) -> Iterator[tuple[int, Sequence[object]]]:
    """Each record with the line it begins on: a quoted cell may go over several."""
    begins = 1
    for cells in reader:
        yield begins, cells
        begins = reader.line_num + 1


def _table(rows: Iterable[tuple[int, Sequence[object]]]) -> Table:
    kept: list[Row] = []
    for number, cells in rows:
        if not any(cells):
            continue
        trimmed = tuple(_trimmed(cell) for cell in cells[:MOST_COLUMNS])
        if not any(cell not in (None, "") for cell in trimmed):
            continue
        if len(kept) > MOST_ROWS + TITLE_ROWS:
            return Table(tuple(kept), more=True)
        kept.append(Row(number, trimmed))
    return Table(tuple(kept), more=False)


def _trimmed(cell: object) -> Cell:
    if cell is None or (isinstance(cell, int | float | date | time | timedelta) and not isinstance(cell, bool)):
        return cell
    return " ".join(str(cell)[: 2 * LONGEST_CELL].split())[:LONGEST_CELL]


def _sheets(data: bytes) -> list[Table]:
    """The sheets of a workbook: values only, a formula being what it last came to."""
    from openpyxl import load_workbook

    try:
        if _is_small(data):
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            return [
                _table(enumerate(sheet.iter_rows(1, LAST_ROW, 1, MOST_COLUMNS, values_only=True), start=1))
                for sheet in book.worksheets[:MOST_SHEETS]
            ]
    except Exception as error:
        raise _refused(NOT_A_TABLE) from error
    raise _refused(TOO_MUCH)


def _is_small(data: bytes) -> bool:
    """Whether the library may read it. A part is never unpacked further than the archive says it goes."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            return False
        marks = {part.filename: archive.read(part).count(b"<") for part in parts}
    cells = sum(many for name, many in marks.items() if "/worksheets/" in name or "sharedStrings" in name)
    return cells <= MOST_MARKS and sum(marks.values()) - cells <= MOST_STYLE_MARKS
