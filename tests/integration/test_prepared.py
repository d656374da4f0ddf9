"""Prepared statements say and tell the same as SQLAlchemy does, which is the judge here, on both databases."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from lms.core.clock import now
from lms.core.db import Json, UtcDateTime, insert_once, new_id
from lms.core.prepared import Prepared
from lms.core.unit import Database
from lms.editions.models import Edition, EditionReader
from lms.people.models import Organisation
from lms.people.service import find_signed_in
from tests.make import World
from tests.statements import statements

ECHO = sa.select(
    sa.bindparam("word", type_=sa.String()).label("word"),
    sa.bindparam("number", type_=sa.Integer()).label("number"),
    sa.bindparam("yes", type_=sa.Boolean()).label("yes"),
    sa.bindparam("who", type_=sa.Uuid()).label("who"),
    sa.bindparam("at", type_=UtcDateTime()).label("at"),
    sa.bindparam("said", type_=Json).label("said"),
)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-7))])
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
VALUES = st.fixed_dictionaries(
    {
        "word": WORDS | st.none(),
        "number": st.integers(-(2**31), 2**31 - 1) | st.none(),
        "yes": st.booleans() | st.none(),
        "who": st.uuids() | st.none(),
        "at": st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=ZONES) | st.none(),  # noqa: DTZ001
        "said": st.dictionaries(WORDS, WORDS | st.integers(-9, 9) | st.lists(WORDS, max_size=3) | st.none(), max_size=4)
        | st.none(),
    }
)


def asked_the_usual_way(*_: object) -> None:
    raise AssertionError("this goes to the driver")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(VALUES)
def test_values_go_there_and_come_back_as_sqlalchemy_sends_and_reads_them(
    store: Database, values: dict[str, Any]
) -> None:
    with store.pages.connect() as page, pytest.MonkeyPatch.context() as patched:
        judged = page.execute(ECHO, values).all()
        patched.setattr(type(page), "execute", asked_the_usual_way)
        told = Prepared(ECHO).rows(page, values)
    assert [tuple(row) for row in told] == [tuple(row) for row in judged]
    assert [row._asdict() for row in told] == [row._asdict() for row in judged]
    assert [[type(each) for each in row] for row in told] == [[type(each) for each in row] for row in judged]


def begun(world: World, number: int) -> dict[str, Any]:
    return {"id": new_id(), "person_id": world.trainee, "number": number, "since": now()}


@pytest.fixture
def numbers(store: Database) -> tuple[int, int]:
    """Two editions to begin with."""
    with store.transaction() as db:
        db.add_all(
            Edition(number=number, content_hash="", files={}, new="", published_at=now()) for number in (801, 802)
        )
    return 801, 802


def read_by(store: Database, world: World) -> set[int]:
    mine = sa.select(EditionReader.number).where(EditionReader.person_id == world.trainee)
    with store.pages.connect() as page:
        return set(page.execute(mine).scalars())


def test_within_a_transaction_it_is_taken_back_with_it(store: Database, world: World, numbers: tuple[int, int]) -> None:
    with store.writers() as db:
        assert insert_once(db, EditionReader, **begun(world, numbers[0]))
        db.rollback()
    assert numbers[0] not in read_by(store, world)


def test_on_a_connection_of_single_statements_it_stands_at_once_and_once(
    store: Database, world: World, numbers: tuple[int, int]
) -> None:
    with store.pages.connect() as page, Session(page) as db:
        assert insert_once(db, EditionReader, **begun(world, numbers[1]))
        assert not insert_once(db, EditionReader, **begun(world, numbers[1]))
    assert numbers[1] in read_by(store, world)


def test_it_goes_to_the_driver_and_no_second_time_by_the_usual_way(
    store: Database, world: World, numbers: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.pages.connect() as page, Session(page) as db:
        monkeypatch.setattr(type(page), "execute", asked_the_usual_way)
        assert find_signed_in(db, "nobody holds this") is None
        assert insert_once(db, EditionReader, **begun(world, numbers[0]))


def test_a_default_that_is_made_for_each_row_is_made(store: Database, world: World) -> None:
    with store.pages.connect() as page, Session(page) as db:
        assert insert_once(db, Organisation, name="Quayside", kind="client")
        assert insert_once(db, Organisation, name="Tollgate", kind="client")
    found = sa.select(Organisation.id, Organisation.created_at).where(Organisation.name.in_(["Quayside", "Tollgate"]))
    with store.pages.connect() as page:
        rows = page.execute(found).all()
    assert len({row.id for row in rows}) == 2
    assert all(row.created_at for row in rows)


def test_whoever_counts_statements_hears_of_it(store: Database) -> None:
    asked = Prepared(sa.select(sa.bindparam("n", type_=sa.Integer()).label("n")))
    with statements(store) as seen, store.pages.connect() as page:
        assert [tuple(row) for row in asked.rows(page, {"n": 7})] == [(7,)]
    assert len(seen) == 1


def test_what_goes_wrong_is_said_in_the_words_that_everybody_expects(store: Database) -> None:
    nowhere = Prepared(sa.select(sa.column("n")).select_from(sa.table("nowhere", sa.column("n"))))
    with store.pages.connect() as page, pytest.raises(DBAPIError, match="nowhere"):
        nowhere.rows(page, {})


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_lost_server_is_an_error_of_the_connection_and_the_next_page_has_another(store: Database) -> None:
    asked = Prepared(sa.select(sa.func.pg_backend_pid().label("server")))
    with store.pages.connect() as page:
        server = asked.rows(page, {})[0].server
        with store.pages.connect() as other:
            other.execute(sa.select(sa.func.pg_terminate_backend(server))).all()
        with pytest.raises(OperationalError) as lost:
            asked.rows(page, {})
        assert lost.value.connection_invalidated
    with store.pages.connect() as page:
        assert asked.rows(page, {})[0].server != server


def test_its_rows_have_the_names_of_their_columns(store: Database) -> None:
    asked = Prepared(sa.select(sa.literal("a").label("word"), sa.bindparam("who", type_=sa.Uuid()).label("who")))
    who = uuid.uuid4()
    with store.pages.connect() as page:
        row = asked.rows(page, {"who": who})[0]
    assert (row.word, row.who) == ("a", who)
