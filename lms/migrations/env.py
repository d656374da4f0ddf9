"""How Alembic reaches our database: through our own engine, in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from lms import models  # noqa: F401 - every table
from lms.core.db import Base, Json, UtcDateTime, make_engine


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write column types in Alembic's own words, so that old migrations never depend on today's code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and repr(item) == repr(Json):
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    if kind == "type" and type(item).__name__ == "AsaList":
        return "sa.UnicodeText()"
    return False


@contextmanager
def _tables_made_anew(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew; until that is done, what refers to it must not be checked.

    As its authors advise (https://www.sqlite.org/lang_altertable.html#otheralter). Everything is checked afterwards.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection
    raw.execute("PRAGMA foreign_keys=OFF")
    yield
    lost = raw.execute("PRAGMA foreign_key_check").fetchone()
    if lost:
        raise RuntimeError(f"after the migration a row of {lost[0]} refers to nothing")


def run() -> None:
    """Run the migrations that were asked for."""
    url = context.config.attributes["database_url"]
    engine = make_engine(url)
    with engine.connect() as connection, _tables_made_anew(connection), connection.begin():
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            compare_type=True,
            render_item=render_item,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
