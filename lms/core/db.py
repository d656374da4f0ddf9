"""The database: column vocabulary and an engine that keeps its promises on SQLite and on PostgreSQL."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
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

from lms.core.sqlite import BEGIN_TO_WRITE, LOCK_TIMEOUT_MS, begins_by, make_sqlite_engine

STATEMENT_TIMEOUT_MS = 15_000
RESTED_SECONDS = 2.0
# What a connection's user says instead of beginning to write: a snapshot to read, or nothing around single statements.
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


def make_engine(url: str) -> Engine:
    """An engine for `url`. Raises UnsafeSqlite rather than run on a SQLite that can corrupt its file.

    Its errors never repeat what was to be stored: they are logged, and it may be what somebody said in a circle.
    """
    if url.startswith("sqlite"):
        return make_sqlite_engine(url)
    # Compiling a statement takes PostgreSQL longer than any of ours, of which it thinks that they go through a lot; and
    # it takes finding a few rows by an index for as slow as on a turning disk, so that it reads whole tables instead.
    options = (
        f"-c lock_timeout={LOCK_TIMEOUT_MS} -c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC -c jit=off "
        "-c random_page_cost=1.1"
    )
    engine = sa.create_engine(url, hide_parameters=True, pool_size=8, connect_args={"options": options})
    event.listen(engine, "connect", _postgres_connect)
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", _ask_if_rested)
    return begins_by(engine, _postgres_begin)


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
