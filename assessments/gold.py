"""Turns that people labelled, read from a table, so that the question coach can be measured against them.

Two kinds of table are known. Ours has the columns id, stratum, text, openness, faults (codes with “;” between them)
and, where it was labelled, form. The other holds turns of conversations as several coders saw them: transcript_id,
text, coders, coded_question, coded_open, coded_closed, coded_advice. There advice was coded for the whole turn.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from assessments.schema import SEVERITY, FaultCode, Form
from courses.source import ContentError

OURS = ("id", "stratum", "text", "openness", "faults")
CODED = ("transcript_id", "text", "coders", "coded_question", "coded_open", "coded_closed", "coded_advice")
COUNTS = CODED[2:]
UNDECIDED = ("", "unsure", "none")
ADVICE: tuple[FaultCode, ...] = ("X-ADV", "X-SOLV")
BEYOND = "X-CUR"  # people can hear whom a question serves; no rule of words can, so it is read and left out

Said = Literal["open", "closed"]
Row = Mapping[str | None, str | None]


@dataclass(frozen=True)
class Labelled:
    """One turn and what people made of it. `judged` are the faults that somebody looked for.

    `openness` is None where the labels tie or there is no question. `group` is what was said together: a transcript,
    or the turn alone.
    """

    group: str
    text: str
    openness: Said | None
    form: str | None
    faults: frozenset[str]
    judged: tuple[FaultCode, ...]
    single: bool


def read_labelled(lines: Iterable[str], name: str) -> tuple[Labelled, ...]:
    """Every row of the table. Raises ContentError with `name`:line for each row that cannot be read."""
    table = csv.DictReader(lines, strict=True)
    try:
        columns = tuple(table.fieldnames or ())
        read = _reader_for(columns, name)
        rows: list[Labelled] = []
        problems: list[str] = []
        for row in table:
            try:
                rows.append(read(row))
            except ValueError as error:
                problems.append(f"{name}:{table.line_num}: {error}")
    except (csv.Error, UnicodeDecodeError) as error:
        raise ContentError([f"{name}:{table.line_num or 1}: this is not a table in CSV and UTF-8 ({error})"]) from None
    if problems:
        raise ContentError(problems)
    if not rows:
        raise ContentError([f"{name}:1: there are columns and no rows; at least one labelled turn is expected"])
    return tuple(rows)


def _reader_for(columns: tuple[str, ...], name: str) -> Callable[[Row], Labelled]:
    if set(CODED) <= set(columns):
        return _coded
    if set(OURS) <= set(columns):
        return _ours
    missing = ", ".join(each for each in OURS if each not in columns)
    raise ContentError([f"{name}:1: the first line should name the columns; {missing} is missing"])


def _coded(row: Row) -> Labelled:
    """A turn as several coders saw it: the majority's word, or none where they tie."""
    text = _text(row)
    counts = [row[each] or "" for each in COUNTS]
    if not all(each.isdecimal() for each in counts):
        raise ValueError(f"{', '.join(COUNTS)} should be whole numbers")
    coders, question, opens, closes, advice = map(int, counts)
    openness: Said | None = None
    if 2 * question > coders and opens != closes:
        openness = "open" if opens > closes else "closed"
    faults = frozenset(ADVICE) if 2 * advice > coders else frozenset()
    return Labelled(row["transcript_id"] or "", text, openness, None, faults, ADVICE, text.count("?") == 1)


def _ours(row: Row) -> Labelled:
    text, said, form = _text(row), (row["openness"] or "").strip(), (row.get("form") or "").strip()
    if said not in (*get_args(Said), *UNDECIDED):
        raise ValueError(f"openness is “{said}”; open, closed, unsure or nothing is expected")
    if form and form not in get_args(Form):
        raise ValueError(f"form is “{form}”; one of {', '.join(get_args(Form))} is expected")
    faults = frozenset(_codes(row["faults"] or ""))
    openness: Said | None = "open" if said == "open" else "closed" if said == "closed" else None
    return Labelled(row["id"] or text, text, openness, form or None, faults, SEVERITY, text.count("?") <= 1)


def _text(row: Row) -> str:
    if None in row.values() or None in row:
        raise ValueError("this row has more or fewer cells than there are columns")
    if not (row["text"] or "").strip():
        raise ValueError("text is empty")
    return row["text"] or ""


def _codes(cell: str) -> Iterator[str]:
    for code in filter(None, (each.strip() for each in cell.split(";") if each.strip() != "none")):
        if code not in (*SEVERITY, BEYOND):
            raise ValueError(f"faults has “{code}”; codes such as X-ADV with “;” between them are expected")
        yield code
