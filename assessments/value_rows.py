"""The table of values, written as text: six values with our own rows, and the words that nobody can see.

The hints are plain and few. They point something out and refuse nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from assessments.asks import Slug, Words
from assessments.standards import CONTENT, Shelf, Versioned, load_shelf
from assessments.values_cards import differ
from courses.source import Frozen, Store

CELLS: tuple[str, ...] = ("behaviour", "counted", "breach")
SAME = "This is our wording. What would it look like in your own group?"
_WORD = re.compile(r"[^\W\d_]+")


class Value(Frozen):
    """One value with a row of ours: what others see, how it would be counted, what breaks it."""

    id: Slug
    text: Words
    behaviour: Words
    counted: Words
    breach: Words


class Rows(Versioned):
    """The six values, and the words for what goes on inside somebody, which no film would show."""

    since: date
    inner: Annotated[tuple[Words, ...], Field(min_length=1)]
    values: Annotated[tuple[Value, ...], Field(min_length=6, max_length=6)]

    @field_validator("values")
    @classmethod
    def _differ(cls, values: tuple[Value, ...]) -> tuple[Value, ...]:
        differ(values, "id", "text")
        return values


Row = Mapping[str, str]


def is_whole(row: Row) -> bool:
    """Whether a row has its behaviour, its count and its breach."""
    return all(row.get(cell, "").strip() for cell in CELLS)


def whole(rows: Mapping[str, Row], values: Collection[Value]) -> int:
    """How many of the values have a whole row. The table is complete when all have (syllabus M05-L2: 6 of 6)."""
    return sum(is_whole(rows.get(each.id, {})) for each in values)


def hints(pack: Rows, value: Value, row: Row) -> dict[str, str]:
    """What is worth another look in a row that is not empty, a sentence for each cell. Nothing is refused by it."""
    found = {cell: hint for cell in CELLS if (hint := _hint(pack, value, cell, row.get(cell, "")))}
    if any(row.get(cell, "").strip() for cell in CELLS):
        found |= {cell: _EMPTY[cell] for cell in CELLS if not row.get(cell, "").strip()}
    return found


_EMPTY = {
    "behaviour": "What would somebody see? This is still empty.",
    "counted": "How would you count it: how often, how long, how many of you? This is still empty.",
    "breach": "What would somebody see when it is broken? This is still empty.",
}


def _hint(pack: Rows, value: Value, cell: str, written: str) -> str:
    words = _WORD.findall(written.casefold())
    if words and words == _WORD.findall(getattr(value, cell).casefold()):
        return SAME
    inner = next((word for word in words if word in pack.inner), None) if cell != "counted" else None
    return f"Nobody can see “{inner}” from outside. What would a film without sound show?" if inner else ""


def load_rows(root: Path) -> Shelf[Rows]:
    """Every version of every table below `root`. Raises ContentError with all problems."""
    return load_shelf(root, Rows)


_rows = Store(CONTENT / "values" / "rows", load_rows)


def current_rows() -> Rows:
    """The newest table."""
    return max(_rows.current().values(), key=lambda each: each.version)
