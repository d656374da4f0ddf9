"""Rows of one query told as lines of text within another, so that they cost no query of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, SQLColumnExpression, String, cast, func, literal

BETWEEN, NEXT, BESIDE = "\t", "\n", "\x1f"


def in_lines(columns: Sequence[SQLColumnExpression[object]]) -> ColumnElement[str]:
    """An aggregate: these columns of every row as text, in no order. The last one may hold tabs, none a new line."""
    line: ColumnElement[str] = cast(columns[0], String)
    for column in columns[1:]:
        line = line + literal(BETWEEN) + cast(column, String)
    return func.aggregate_strings(line, NEXT)


def read_lines(lines: str | None, columns: int) -> list[list[str]]:
    """The rows of `in_lines` again, as texts, so many in each."""
    return [line.split(BETWEEN, columns - 1) for line in lines.split(NEXT)] if lines else []


def instant(text: str) -> datetime:
    """An instant as the database writes it: SQLite without its zone, which is always UTC."""
    value = datetime.fromisoformat(text)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value
