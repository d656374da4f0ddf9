"""PostgreSQL: how a connection starts and begins, and what of each statement it need not say or ask."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cache, cached_property
from typing import Any, overload

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import ConnectionPoolEntry

from lms.core.sqlite import BEGIN_TO_WRITE, LOCK_TIMEOUT_MS, begins_by

STATEMENT_TIMEOUT_MS = 15_000
RESTED_SECONDS = 2.0
NOTHING_BEGUN = 0  # of libpq’s transaction states: idle


def make_postgres_engine(url: str) -> Engine:
    """An engine for `url`."""
    # Compiling a statement takes PostgreSQL longer than any of ours, of which it thinks that they go through a lot; and
    # it takes finding a few rows by an index for as slow as on a turning disk, so that it reads whole tables instead.
    options = (
        f"-c lock_timeout={LOCK_TIMEOUT_MS} -c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC -c jit=off "
        "-c random_page_cost=1.1"
    )
    engine = sa.create_engine(url, hide_parameters=True, pool_size=8, connect_args={"options": options})
    engine.dialect.do_rollback = _roll_back  # type: ignore[assignment]
    event.listen(engine, "connect", _connect)
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", _ask_if_rested)
    return begins_by(engine, _begin)


def _connect(connection: Any, _record: object) -> None:
    connection.autocommit = True
    connection.cursor_factory = _describing_when_asked(connection.cursor_factory)


def _roll_back(connection: Any) -> None:
    """Where nothing was begun there is nothing to roll back: a page of single statements ends without asking."""
    if connection.driver_connection.pgconn.transaction_status != NOTHING_BEGUN:
        connection.rollback()


def _begin(connection: Connection) -> None:
    if not connection.get_execution_options().get("askwell_begin", BEGIN_TO_WRITE):
        return
    driver: Any = connection.connection
    try:
        driver.execute("BEGIN")
    except driver.OperationalError as error:
        connection.invalidate(error)
        raise sa.exc.OperationalError(
            "BEGIN", None, error, hide_parameters=True, connection_invalidated=True
        ) from error


def _note_rest(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["rests_since"] = time.monotonic()


def _ask_if_rested(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """A connection that has rested may have lost its server: ask before it is used. A busy one needs no question."""
    if time.monotonic() - record.info.get("rests_since", time.monotonic()) < RESTED_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except Exception as error:
        raise sa.exc.DisconnectionError from error


class _Columns(Sequence[Any]):
    """The columns of an answer, described once somebody asks. Whoever ran the statement before knows them."""

    def __init__(self, cursor: Any, describe: Any) -> None:
        self._cursor, self._describe = cursor, describe

    @cached_property
    def _all(self) -> list[Any]:
        return list(self._describe(self._cursor))

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        return self._all[index]

    def __len__(self) -> int:
        return len(self._all)


@cache
def _describing_when_asked(kind: type[Any]) -> type[Any]:
    """A cursor that does not describe its columns to SQLAlchemy, which looks at none of them the second time
    (decision 0073).
    """
    describe: Any = kind.description.fget

    class Cursor(kind):  # type: ignore[misc]
        @property
        def description(self) -> Sequence[Any] | None:
            return _Columns(self, describe) if self.pgresult and self.pgresult.nfields else describe(self)

    return Cursor
