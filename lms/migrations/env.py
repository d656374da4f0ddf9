"""How Alembic reaches our database: through our own engine, in one transaction."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

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


def run() -> None:
    """Run the migrations that were asked for."""
    url = context.config.attributes["database_url"]
    engine = make_engine(url)
    with engine.begin() as connection:
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
