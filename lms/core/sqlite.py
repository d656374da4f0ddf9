"""SQLite: the module that speaks to it, how a connection starts, and whose turn it is to write."""

from __future__ import annotations

import importlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, cached_property
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import ConnectionPoolEntry

try:
    import fcntl
except ImportError:  # a system without file locks: processes there wait as SQLite lets them
    fcntl = None  # type: ignore[assignment]

# SQLite 3.7.0 to 3.51.2 can corrupt a WAL database with several connections (sqlite.org/wal.html, “WAL-reset bug”).
SAFE_SQLITE = (3, 51, 3)
LOCK_TIMEOUT_MS = 4_000
TURN_TIMEOUT_SECONDS = 15.0  # behind the pool's fourteen others at most, who each take milliseconds
# A small change holds its turn for about a millisecond: ask often for as long as that, and seldom after it.
SOON, LATER, OFTEN = 0.00002, 0.001, 60
# How a connection begins: on SQLite the lock to write is taken at once unless its user says what it needs instead. The
# drivers begin nothing by themselves, so a page of single statements costs nobody a word about how it begins.
BEGIN_TO_WRITE = "BEGIN IMMEDIATE"


class UnsafeSqlite(Exception):
    """The linked SQLite may lose data with several connections."""


@cache
def sqlite_driver() -> Any:
    """The module that speaks to SQLite. Loaded by those who use it: with PostgreSQL it would be 3 MB a worker."""
    try:
        return importlib.import_module("pysqlite3")
    except ImportError:  # other platforms ship a recent SQLite with Python
        return importlib.import_module("sqlite3")


def make_sqlite_engine(url: str) -> Engine:
    """An engine for `url`. Raises UnsafeSqlite rather than run on a SQLite that can corrupt its file."""
    driver = sqlite_driver()
    if driver.sqlite_version_info < SAFE_SQLITE:
        raise UnsafeSqlite(
            f"SQLite {driver.sqlite_version} can corrupt a database that several processes use. "
            f"Install pysqlite3 (it carries its own SQLite) or SQLite {'.'.join(map(str, SAFE_SQLITE))} or newer."
        )
    engine = sa.create_engine(url, module=driver, hide_parameters=True)
    event.listen(engine, "connect", _connect)
    turns = _Turns(engine.url.database or "")
    event.listen(engine, "checkin", turns.end)
    engine.update_execution_options(askwell_turns=turns)
    return begins_by(engine, turns.begin)


def begins_by(plain: Engine, begin: Callable[[Connection], None]) -> Engine:
    """The same engine, whose transactions begin so. Pages of single statements use the plain one, which costs a page
    nothing for listening: nobody listens to it.
    """
    engine = plain.execution_options(askwell_plain=plain)
    event.listen(engine, "begin", begin)
    return engine


@contextmanager
def in_turn(connection: Connection) -> Iterator[None]:
    """On a connection of single statements, the one that writes: SQLite’s writers take turns for it.

    What it returns has to be read to its end: only then is it committed.
    """
    turns: _Turns | None = connection.get_execution_options().get("askwell_turns")
    if turns is None:
        yield
        return
    with turns.taken(connection):
        yield


def _connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={LOCK_TIMEOUT_MS}", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


class _Turns:
    """Whose turn it is to write to SQLite: one thread of a process at a time, and one process.

    Left to itself, SQLite lets waiting writers sleep, ever longer, while others go past: under load one waits for
    seconds. So threads queue for a lock of theirs, and processes for one on a file beside the database, which the
    system takes from a process that dies. Both only say who asks next: SQLite's own lock is still what counts.
    """

    def __init__(self, database: str) -> None:
        self.thread = threading.Lock()
        self.path = f"{database}-turn" if database and database != ":memory:" and fcntl else ""

    @cached_property
    def file(self) -> int | None:
        """The file that processes lock, whoever they run as. None where there is none, or it cannot be opened."""
        with suppress(OSError):
            return os.open(self.path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644) if self.path else None
        return None

    @contextmanager
    def taken(self, connection: Connection) -> Iterator[None]:
        """For one statement, which begins and commits by itself."""
        with _as_ours(BEGIN_TO_WRITE):
            self._wait(connection.info)
        try:
            yield
        finally:
            del connection.info["turn"]
            self._give_back()

    def begin(self, connection: Connection) -> None:
        """Wait for a turn where a transaction begins to write."""
        begin = connection.get_execution_options().get("askwell_begin", BEGIN_TO_WRITE)
        if not begin:
            return
        with _as_ours(begin):
            if begin == BEGIN_TO_WRITE:
                self._wait(connection.info)
            connection.connection.execute(begin)

    def _wait(self, info: dict[Any, Any]) -> None:
        if "turn" in info:
            return
        if not self.thread.acquire(timeout=TURN_TIMEOUT_SECONDS):
            raise sqlite_driver().OperationalError("database is locked")
        try:
            self._wait_for_processes()
        except BaseException:
            self.thread.release()
            raise
        info["turn"] = True

    def _wait_for_processes(self) -> None:
        if self.file is None:
            return
        until = time.monotonic() + LOCK_TIMEOUT_MS / 1000
        for asked in count():
            with suppress(BlockingIOError):
                fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            if time.monotonic() > until:
                raise sqlite_driver().OperationalError("database is locked")
            time.sleep(SOON if asked < OFTEN else LATER)

    def end(self, _connection: object, record: ConnectionPoolEntry) -> None:
        """It is over when the connection goes back to rest."""
        if record.info.pop("turn", False):
            self._give_back()

    def _give_back(self) -> None:
        try:
            if self.file is not None:
                fcntl.flock(self.file, fcntl.LOCK_UN)
        finally:
            self.thread.release()


@contextmanager
def _as_ours(statement: str) -> Iterator[None]:
    """What the driver says went wrong, as everybody above knows it."""
    try:
        yield
    except sqlite_driver().OperationalError as error:
        raise sa.exc.OperationalError(statement, None, error, hide_parameters=True) from error
