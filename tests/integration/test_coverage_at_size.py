"""The bench of coverage measures an organisation as there could be one: its summary says what its records say."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.core import settings
from lms.core.db import make_engine
from lms.core.unit import Database
from lms.coverage.models import CoverSpan
from lms.people.models import Unit
from tests.bench import many
from tests.conftest import POSTGRES, settings_for
from tests.make_cover import kept, live
from tests.postgres import execute

SHAPE = many.Shape(clients=4, units=20, people=900)


@pytest.fixture(scope="module")
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Four clients on PostgreSQL, which alone is measured, and three hundred sessions."""
    server, name, blank = os.environ[POSTGRES], f"many_{os.getpid()}", request.getfixturevalue("blank_postgres")
    execute(server.format("postgres"), f'CREATE DATABASE "{name}" TEMPLATE "{blank}"')
    chosen = settings.use(settings_for(server.format(name), tmp_path_factory.mktemp("many")))
    database = Database.of(make_engine(chosen.database_url))
    many.fill(database, SHAPE)
    many.grow(database, SHAPE, 0, 100)
    many.grow(database, SHAPE, 100, 300)
    yield database
    database.engine.dispose()


def test_the_summary_of_what_is_measured_says_what_its_records_say(filled: Database) -> None:
    client = many.identity("organisation", SHAPE.usual)
    with filled.readers() as db:
        for days in (0, 150, 400):
            on = SHAPE.today - timedelta(days=days)
            assert kept(db, client, on) == live(db, client, on)


def test_what_is_measured_has_units_of_every_client_and_people_of_every_kind(filled: Database) -> None:
    found = many.count(filled)
    with filled.readers() as db:
        clients = set(db.scalars(select(Unit.organisation_id)))
        kinds = set(db.scalars(select(CoverSpan.kind)))
        peopled = [each for each in db.scalars(select(Unit.headcount)) if each > 1]
    assert (found["sessions"], found["units"], len(clients)) == (300, SHAPE.units, SHAPE.clients)
    assert kinds == {"active", "resting", "training"}
    assert len(peopled) == SHAPE.units
