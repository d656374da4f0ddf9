"""The database: column vocabulary and an engine that keeps its promises on SQLite and on PostgreSQL."""

from __future__ import annotations

import importlib
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from uuid_utils.compat import uuid7

# SQLite 3.7.0 to 3.51.2 can corrupt a WAL database with several connections (sqlite.org/wal.html, “WAL-reset bug”).
SAFE_SQLITE = (3, 51, 3)
LOCK_TIMEOUT_MS = 4_000
STATEMENT_TIMEOUT_MS = 15_000
TURN_TIMEOUT_SECONDS = 15.0  # behind the pool's fourteen others at most, who each take milliseconds
RESTED_SECONDS = 2.0
# How a connection begins: on SQLite the lock to write is taken at once unless its user says what it needs instead. The
# drivers begin nothing by themselves, so a page of single statements costs nobody a word about how it begins.
BEGIN_TO_WRITE = "BEGIN IMMEDIATE"
SNAPSHOT = {"askwell_begin": "BEGIN"}
STATEMENT = {"askwell_begin": ""}

Json = sa.JSON().with_variant(JSONB(), "postgresql")
_Items = sa.JSON().with_variant(JSONB(), "postgresql")  # another than Json, which the accounts make a dictionary


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware instant. SQLite forgets the zone, so it is put back; a naive value is a mistake and refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone: use clock.now()")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table. Constraint names follow one pattern, so migrations can name them too."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: Json, list[Any]: _Items, uuid.UUID: sa.Uuid()}


def new_id() -> uuid.UUID:
    """A new record's id: UUIDv7, so ids sort by age and never tell how many there are."""
    return uuid7()


def add_once(db: Session, row: Base) -> bool:
    """Insert `row`; False when a unique constraint says it is there already. The transaction goes on either way."""
    try:
        with db.begin_nested():
            db.add(row)
    except IntegrityError:
        return False
    return True


def insert_once(db: Session, table: type[Base], **values: Any) -> bool:
    """Insert one row by a single statement; False when a unique constraint says it is there already."""
    return insert_and_ask(db, table, None, values) is not None


def insert_and_ask(
    db: Session, table: type[Base], question: sa.ColumnElement[Any] | None, values: Mapping[str, Any]
) -> sa.Row[tuple[Any, ...]] | None:
    """`insert_once`, and the answer to a question beside the new row's id: one statement for both. None for False.

    The question's own bound parameters stand among `values`. It has to leave the new row out: one engine sees it
    already, the other does not.
    """
    connection = db.connection()
    return connection.execute(_insert_once(table, connection.dialect.name, question), values).first()


@cache
def _insert_once(table: type[Base], engine: str, question: sa.ColumnElement[Any] | None) -> Any:
    dialect = postgresql if engine == "postgresql" else sqlite
    columns = table.__table__
    key = next(iter(columns.primary_key.columns))  # type: ignore[attr-defined]
    told = [key] if question is None else [key, question]
    return dialect.insert(columns).on_conflict_do_nothing().returning(*told)


class UnsafeSqlite(Exception):
    """The linked SQLite may lose data with several connections."""


@cache
def sqlite_driver() -> Any:
    """The module that speaks to SQLite. Loaded by those who use it: with PostgreSQL it would be 3 MB a worker."""
    try:
        return importlib.import_module("pysqlite3")
    except ImportError:  # other platforms ship a recent SQLite with Python
        return importlib.import_module("sqlite3")


def make_engine(url: str) -> Engine:
    """An engine for `url`. Raises UnsafeSqlite rather than run on a SQLite that can corrupt its file.

    Its errors never repeat what was to be stored: they are logged, and it may be what somebody said in a circle.
    """
    if not url.startswith("sqlite"):
        # Compiling a statement takes PostgreSQL longer than any of ours, of which it thinks that they go through a lot.
        options = (
            f"-c lock_timeout={LOCK_TIMEOUT_MS} -c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC -c jit=off"
        )
        engine = sa.create_engine(url, hide_parameters=True, pool_size=8, connect_args={"options": options})
        event.listen(engine, "connect", _postgres_connect)
        event.listen(engine, "begin", _postgres_begin)
        event.listen(engine, "checkin", _note_rest)
        event.listen(engine, "checkout", _ask_if_rested)
        return engine
    driver = sqlite_driver()
    if driver.sqlite_version_info < SAFE_SQLITE:
        raise UnsafeSqlite(
            f"SQLite {driver.sqlite_version} can corrupt a database that several processes use. "
            f"Install pysqlite3 (it carries its own SQLite) or SQLite {'.'.join(map(str, SAFE_SQLITE))} or newer."
        )
    engine = sa.create_engine(url, module=driver, hide_parameters=True)
    event.listen(engine, "connect", _sqlite_connect)
    turns = _Turns()
    turns.keep(engine)
    engine.update_execution_options(askwell_turns=turns)
    return engine


@contextmanager
def in_turn(connection: Connection) -> Iterator[None]:
    """On a connection of single statements, the one that writes: SQLite’s writers take turns for it."""
    turns: _Turns | None = connection.get_execution_options().get("askwell_turns")
    if turns is None:
        yield
        return
    with turns.taken(connection):
        yield


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


def _postgres_connect(connection: Any, _record: object) -> None:
    connection.autocommit = True


def _postgres_begin(connection: Connection) -> None:
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


def _sqlite_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={LOCK_TIMEOUT_MS}", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


class _Turns:
    """Whose turn it is to write to SQLite: one thread of this process at a time, first come, first served.

    Left to itself, SQLite lets waiting writers sleep, ever longer, while others go past: under load one waits for
    seconds. Its own lock is still what counts, for other processes hold it too.
    """

    def __init__(self) -> None:
        self.turn = threading.Lock()

    def keep(self, engine: Engine) -> None:
        """Wait for a turn where a transaction begins; it is over when the connection goes back to rest."""
        event.listen(engine, "begin", self._begin)
        event.listen(engine, "checkin", self._end)

    @contextmanager
    def taken(self, connection: Connection) -> Iterator[None]:
        """A transaction of its own for one statement."""
        with _as_ours(BEGIN_TO_WRITE):
            self._wait(connection.info)
        driver: Any = connection.connection
        try:
            with _as_ours(BEGIN_TO_WRITE):
                self._lock(driver)
            try:
                yield
                with _as_ours("COMMIT"):
                    driver.execute("COMMIT")
            except BaseException:
                driver.rollback()
                raise
        finally:
            del connection.info["turn"]
            self.turn.release()

    def _begin(self, connection: Connection) -> None:
        begin = connection.get_execution_options().get("askwell_begin", BEGIN_TO_WRITE)
        if not begin:
            return
        with _as_ours(begin):
            if begin == BEGIN_TO_WRITE:
                self._wait(connection.info)
                self._lock(connection.connection)
            else:
                connection.connection.execute(begin)

    def _wait(self, info: dict[Any, Any]) -> None:
        if "turn" in info:
            return
        if not self.turn.acquire(timeout=TURN_TIMEOUT_SECONDS):
            raise sqlite_driver().OperationalError("database is locked")
        info["turn"] = True

    def _lock(self, connection: Any) -> None:
        """Take SQLite’s own lock, asking often: left to wait, SQLite sleeps up to a tenth of a second."""
        until = time.monotonic() + LOCK_TIMEOUT_MS / 1000
        connection.execute("PRAGMA busy_timeout=0")
        try:
            while not _began(connection, last=time.monotonic() > until):
                time.sleep(0.0001)
        finally:
            connection.execute(f"PRAGMA busy_timeout={LOCK_TIMEOUT_MS}")

    def _end(self, _connection: object, record: ConnectionPoolEntry) -> None:
        if record.info.pop("turn", False):
            self.turn.release()


@contextmanager
def _as_ours(statement: str) -> Iterator[None]:
    """What the driver says went wrong, as everybody above knows it."""
    try:
        yield
    except sqlite_driver().OperationalError as error:
        raise sa.exc.OperationalError(statement, None, error, hide_parameters=True) from error


def _began(connection: Any, *, last: bool) -> bool:
    """Whether the lock was free. Raises the driver's error when it was not at the last attempt, and any other."""
    try:
        connection.execute(BEGIN_TO_WRITE)
    except sqlite_driver().OperationalError as error:
        if last or "locked" not in str(error):
            raise
        return False
    return True
