"""Prepared statements: compiled once, and from then on handed to the driver as they stand."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql.dml import ReturningInsert

Converter = Callable[[Any], Any]


@dataclass(frozen=True)
class _Compiled:
    """A statement in the words of one database, and what becomes of the values on their way there and back."""

    words: str
    standing: Mapping[str, Any]
    order: tuple[str, ...] | None
    there: tuple[tuple[str, Converter], ...]
    back: tuple[tuple[int, Converter], ...]
    row: Callable[[Any], Any]

    def bind(self, values: Mapping[str, Any]) -> Mapping[str, Any] | tuple[Any, ...]:
        bound = {name: values.get(name, value) for name, value in self.standing.items()}
        for name, convert in self.there:
            bound[name] = convert(bound[name])
        return bound if self.order is None else tuple(bound[name] for name in self.order)

    def read(self, found: tuple[Any, ...]) -> Any:
        told = list(found)
        for place, convert in self.back:
            told[place] = convert(told[place])
        return self.row(told)


class Prepared:
    """A statement that nearly every page asks, or that a form waits for. SQLAlchemy compiles it once; each time after
    that it would spend longer on it than the driver does (decision 0073).

    Only on a connection of single statements; within a transaction it goes the usual way. So it does where somebody
    listens to what is asked, where a column has a default to be made for each row, and after an error, which the usual
    way tells in the words that everybody expects.
    """

    def __init__(self, statement: sa.Select[*tuple[Any, ...]] | ReturningInsert[*tuple[Any, ...]]) -> None:
        self.statement = statement
        self._compiled: dict[tuple[str, ...], _Compiled | None] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """The rows, each a named tuple. `values` are those of its bound parameters."""
        if connection.get_execution_options().get("askwell_begin") != "" or _heard(connection):
            return list(connection.execute(self.statement, values))
        dialect = connection.dialect
        which = (dialect.name, *values)
        if which not in self._compiled:
            self._compiled[which] = _compile(self.statement, dialect, values)
        made = self._compiled[which]
        if made is not None:
            driver: Any = connection.connection.driver_connection
            with suppress(dialect.loaded_dbapi.Error):
                return [made.read(each) for each in driver.execute(made.words, made.bind(values)).fetchall()]
        return list(connection.execute(self.statement, values))


def _heard(connection: Connection) -> bool:
    return bool(connection.engine.dispatch.before_cursor_execute)


def _compile(statement: Any, dialect: Dialect, values: Mapping[str, Any]) -> _Compiled | None:
    compiled = statement.compile(dialect=dialect, column_keys=list(values))
    if compiled.insert_prefetch:
        return None
    binds = {name: bind for bind, name in compiled.bind_names.items()}
    columns = list(statement.exported_columns)
    there = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in binds.items()}
    back = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    return _Compiled(
        words=str(compiled),
        standing={name: bind.value for name, bind in binds.items()},
        order=tuple(compiled.positiontup) if compiled.positional else None,
        there=tuple((name, convert) for name, convert in there.items() if convert),
        back=tuple((place, convert) for place, convert in enumerate(back) if convert),
        row=namedtuple("Row", [column.key for column in columns])._make,  # type: ignore[attr-defined]
    )
