"""The sheets of an Excel workbook, looked through before anything of it is believed.

A workbook is an archive. What it says it holds is bounded first; then every part is unpacked piece by piece and
forgotten again, which finds parts that say less than they hold, entities, and merged cells. Only then the library
reads it, a row at a time.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, BinaryIO

from lms.organisations.files import (
    LOCKED,
    MOST_COLUMNS,
    MOST_ROWS,
    NO_HEADINGS,
    NOT_A_TABLE,
    PIECE,
    Line,
    Refused,
    Sheet,
    begin,
)

MOST_PARTS, MOST_SHEETS = 300, 12
MOST_UNPACKED = 400_000_000  # 200,000 rows of ten cells unpack to some 150 million
MOST_SMALL = 8_000_000  # of a part that holds no cells: styles, relations, a theme
MOST_SHARED = 100_000_000  # texts that cells refer to: all of them are held while it is read
MOST_SWELL, SMALL_ENOUGH = 120, 1_000_000  # unpacked to packed; a sheet of one row again and again comes to 60
MOST_MERGED = 5_000
LAST_ROW = MOST_ROWS + 50_000  # rows left empty count as well, a file may claim a million of them
BOMB = "This workbook unpacks to far more than a sheet of people does. Save the sheet as CSV and choose that."
MACROS = "This workbook has macros in it (.xlsm). Save it as .xlsx without them and choose it again."
ODD = "This is an archive and not an Excel workbook. Save your sheet as .xlsx or as CSV and choose it again."
ENTITIES = "This workbook holds what no spreadsheet program writes. Save your sheet as CSV and choose that."
TOO_MERGED = "There are thousands of merged cells in this workbook. Take the merging away and choose it again."
LEFT_OUT = "The sheet “{name}” has no headings that we know, so nothing is read from it."
TWO = "Two sheets of this workbook hold {what}: “{first}” and “{second}”. Leave one of them out."
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_OVERLAP = 200

Merges = dict[int, set[int]]  # row to the places in it that are covered by another cell


def sheets(file: BinaryIO) -> tuple[list[Sheet], list[str]]:
    """The sheets of people and units, and what is said of the others. Raises Refused."""
    from openpyxl import load_workbook

    merges = _look_through(file)
    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        raise Refused(NOT_A_TABLE) from error
    found: list[Sheet] = []
    notes: list[str] = []
    pages: list[Any] = book.worksheets[:MOST_SHEETS]
    for page in pages:
        sheet = begin(page.title, _lines(page, merges.get(page._worksheet_path, {})))
        if sheet is None:
            notes.append(LEFT_OUT.format(name=page.title[:60]))
            continue
        for other in found:
            if other.headed.kind == sheet.headed.kind:
                raise Refused(TWO.format(what=sheet.headed.kind, first=other.name[:60], second=sheet.name[:60]))
        found.append(sheet)
    if not found:
        raise Refused(NO_HEADINGS)
    return found, notes


def _look_through(file: BinaryIO) -> dict[str, Merges]:
    """Raises Refused. Returns the merged cells of each sheet."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _check_directory(parts)
            merges: dict[str, Merges] = {}
            for part in parts:
                found = _unpack(archive, part)
                if "/worksheets/" in part.filename:
                    merges[part.filename] = found
            return merges
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError) as error:
        raise Refused(NOT_A_TABLE) from error


def _check_directory(parts: Sequence[zipfile.ZipInfo]) -> None:
    """What the archive says of itself, before anything is unpacked."""
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(LOCKED)
    if "xl/workbook.xml" not in names:
        raise Refused(ODD)
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Refused(MACROS)
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Refused(BOMB)
    for part in parts:
        swells = part.file_size > MOST_SWELL * max(part.compress_size, 1) and part.file_size > SMALL_ENOUGH
        if swells or part.file_size > _most(part.filename):
            raise Refused(BOMB)


def _most(name: str) -> int:
    if "/worksheets/" in name:
        return MOST_UNPACKED
    return MOST_SHARED if name.endswith("sharedStrings.xml") else MOST_SMALL


def _unpack(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Merges:
    """Unpack a part piece by piece, keep none of it, and stop where it holds more than it said."""
    read, tail = 0, b""
    merges: Merges = {}
    told = 0
    with archive.open(part) as stream:
        while piece := stream.read(PIECE):
            read += len(piece)
            if read > min(part.file_size, _most(part.filename)):
                raise Refused(BOMB)
            text = tail + piece
            if _DECLARED.search(text):
                raise Refused(ENTITIES)
            end = 0
            for match in _MERGED.finditer(text):
                told, end = told + 1, match.end()
                _cover(merges, match)
                if told > MOST_MERGED:
                    raise Refused(TOO_MERGED)
            tail = text[max(end, len(text) - _OVERLAP) :]
    return merges


def _cover(merges: Merges, match: re.Match[bytes]) -> None:
    """Note every cell of a merged area but its first."""
    left, top, right, bottom = (each.decode() for each in match.groups())
    first, last = _place(left), min(_place(right), MOST_COLUMNS - 1)
    for row in range(int(top), min(int(bottom), LAST_ROW, int(top) + MOST_MERGED) + 1):
        places = {place for place in range(first, last + 1) if (row, place) != (int(top), first)}
        merges.setdefault(row, set()).update(places)


def _place(letters: str) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - 64
    return found - 1


def _lines(page: Any, merges: Merges) -> Iterator[Line]:
    rows: Iterable[Sequence[object]] = page.iter_rows(1, LAST_ROW, 1, MOST_COLUMNS, values_only=True)
    try:
        for number, cells in enumerate(rows, start=1):
            texts = [_text(cell) for cell in cells]
            if any(texts):
                yield Line(number, texts, frozenset(merges.get(number, ())))
    except Refused:
        raise
    except Exception as error:
        raise Refused(NOT_A_TABLE) from error


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return " ".join(str(cell).split())
