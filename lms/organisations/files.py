"""The rows of a file somebody brings, CSV or XLSX, one after the other and never all at once."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO

from lms.organisations import columns
from lms.organisations.columns import Headed

MOST_BYTES = 40_000_000  # 200,000 rows of 200 characters
MOST_ROWS = 200_000
MOST_COLUMNS = 60
PIECE = 1 << 16
OLE, ZIP = b"\xd0\xcf\x11\xe0", b"PK"
EMPTY = "This file is empty. Choose the one with your people or units in it."
NO_ROWS = "There are headings in this file and no rows below them."
TOO_LARGE = "This file is larger than 40 MB. Bring it in as several smaller ones."
TOO_MANY = f"There are more than {MOST_ROWS:,} rows in this file. Bring it in as several smaller ones."
NOT_A_TABLE = "We cannot read this file as a table. Save it as CSV or as an Excel workbook (.xlsx) and choose it again."
NO_HEADINGS = (
    "We do not find the row of headings. The first row names the columns: for people E-mail, Name and Unit, for units "
    "Code, Unit and Part of."
)
OLD_EXCEL = "This is a workbook of the old kind (.xls). Save it as .xlsx or as CSV and choose it again."
LOCKED = "This workbook has a password. Save it without one and choose it again."
OPEN_QUOTE = "From row {line} on, a cell does not end: a quotation mark is opened there and never closed."
GUESSED = (
    "The letters of this file were read as Windows writes them, since they are not UTF-8. Look whether names with "
    "accents are right."
)
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
DELIMITERS = (",", ";", "\t")


class Refused(Exception):
    """The file as a whole cannot be taken; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file: its number as a spreadsheet counts, its cells as text, and which of them are merged."""

    number: int
    cells: Sequence[str]
    merged: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of people or units: where its headings stand, and the rows below them."""

    name: str
    headed: Headed
    lines: Iterator[Line]


def open_file(file: BinaryIO) -> tuple[list[Sheet], list[str]]:
    """The sheets of a file, and what there is to say of it as a whole. Raises Refused, also while lines are read."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > MOST_BYTES:
        raise Refused(TOO_LARGE)
    start = file.read(8)
    file.seek(0)
    if not start.strip():
        raise Refused(EMPTY)
    if start.startswith(OLE):
        raise Refused(LOCKED if _holds(file, _ENCRYPTED) else OLD_EXCEL)
    if start.startswith(ZIP):
        from lms.organisations import workbooks

        return workbooks.sheets(file)
    encoding, guessed = _encoding(file)
    return [_cut(file, encoding)], [GUESSED] if guessed else []


def begin(name: str, lines: Iterable[Line]) -> Sheet | None:
    """A sheet from its headings on; None where there are none that we know."""
    going = iter(lines)
    for line in islice(going, columns.TITLE_ROWS):
        found = columns.headed(line.cells)
        if found is not None:
            return Sheet(name, found, going)
    return None


def checked(found: list[Sheet]) -> list[str]:
    """What there is to say of the columns. Raises Refused for one that is needed and not there."""
    said: list[str] = []
    for sheet in found:
        lost = columns.missing(sheet.headed)
        if lost:
            named = " and ".join(f"“{each}”" for each in lost)
            raise Refused(f"There is no column {named}. Every row needs one.")
        said += columns.notes(sheet.headed)
    return said


def _holds(file: BinaryIO, mark: bytes) -> bool:
    tail = b""
    while piece := file.read(PIECE):
        if mark in tail + piece:
            return True
        tail = piece[-len(mark) :]
    return False


def _encoding(file: BinaryIO) -> tuple[str, bool]:
    """How the letters are written, and whether that is a guess: as marked, UTF-8, or as Windows writes them."""
    head = file.read(PIECE)
    marked = next((name for mark, name in _BOMS.items() if head.startswith(mark)), None)
    if marked is None and head.count(0) > len(head) // 8:  # half of Latin text in UTF-16 is zeros
        marked = "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
    for encoding in (marked,) if marked else ("utf-8", "cp1252"):
        if _decodes(file, encoding):
            file.seek(0)
            return encoding, encoding == "cp1252"
    raise Refused(NOT_A_TABLE)


def _decodes(file: BinaryIO, encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := file.read(PIECE):
            if _NOT_TEXT.search(decoder.decode(piece)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _cut(file: BinaryIO, encoding: str) -> Sheet:
    """The text cut where most headings that we know come out."""
    best: tuple[int, Sheet] | None = None
    for delimiter in DELIMITERS:
        sheet = begin("", _lines(file, encoding, delimiter))
        known = len(sheet.headed.places) if sheet else 0
        if sheet is not None and (best is None or known > best[0]):
            best = known, Sheet(delimiter, sheet.headed, sheet.lines)
    if best is None:
        raise Refused(NO_HEADINGS)
    chosen = begin("", _lines(file, encoding, best[1].name))  # from the start: the others have moved the file on
    assert chosen is not None  # noqa: S101 - it was found in the loop above
    return chosen


def _lines(file: BinaryIO, encoding: str, delimiter: str) -> Iterator[Line]:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="")
    reader = csv.reader(text, delimiter=delimiter)
    number = 0
    try:
        for cells in reader:
            number += 1
            if any(cells):
                yield Line(number, [" ".join(cell.split()) for cell in cells[:MOST_COLUMNS]])
    except csv.Error:
        raise Refused(OPEN_QUOTE.format(line=number + 1)) from None
    finally:
        with suppress(ValueError):  # the file may be closed by then
            text.detach()


def counted(lines: Iterator[Line]) -> Iterator[Line]:
    """The lines, as many as we take. Raises Refused for none and for more."""
    first = next(lines, None)
    if first is None:
        raise Refused(NO_ROWS)
    for place, line in enumerate(chain((first,), lines)):
        if place >= MOST_ROWS:
            raise Refused(TOO_MANY)
        yield line
