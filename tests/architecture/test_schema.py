"""The migrations and the models say the same, on both engines."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from lms import models
from lms.core import schema
from lms.core.db import Base
from lms.core.settings import Settings
from lms.core.unit import Database


def test_migrations_make_exactly_the_tables_of_the_models(store: Database) -> None:
    assert models
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing(settings: Settings) -> None:
    schema.upgrade(settings.database_url)
