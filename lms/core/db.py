"""The database: column vocabulary and an engine that keeps its promises on SQLite and on PostgreSQL."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Engine
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session
from uuid_utils.compat import uuid7

from lms.core.postgres import make_postgres_engine
from lms.core.prepared import Prepared
from lms.core.sqlite import make_sqlite_engine

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
) -> Any:
    """`insert_once`, and the answer to a question beside the new row's id, as a named tuple: one statement for both.
    None for False.

    The question's own bound parameters stand among `values`. It has to leave the new row out: one engine sees it
    already, the other does not.
    """
    connection = db.connection()
    found = _insert_once(table, connection.dialect.name, question).rows(connection, values)
    return found[0] if found else None


@cache
def _insert_once(table: type[Base], engine: str, question: sa.ColumnElement[Any] | None) -> Prepared:
    dialect = postgresql if engine == "postgresql" else sqlite
    columns = table.__table__
    key = next(iter(columns.primary_key.columns))  # type: ignore[attr-defined]
    told = [key] if question is None else [key, question]
    return Prepared(dialect.insert(columns).on_conflict_do_nothing().returning(*told))


def make_engine(url: str) -> Engine:
    """An engine for `url`. Raises UnsafeSqlite rather than run on a SQLite that can corrupt its file.

    Its errors never repeat what was to be stored: they are logged, and it may be what somebody said in a circle.
    """
    if url.startswith("sqlite"):
        return make_sqlite_engine(url)
    return make_postgres_engine(url)
