"""What one user of a connection leaves to the next: nothing, whether their work went well or not."""

from __future__ import annotations

from contextlib import suppress

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from lms.core.unit import Database

MADE = text("CREATE TABLE left_behind (n INTEGER)")
NOWHERE = text("SELECT n FROM left_behind")
TWICE = text("SELECT 'a' AS word, 1 AS number")


def one_connection(store: Database) -> None:
    """Close what the pool holds: the first to come opens one, and everybody after them has the same."""
    store.engine.dispose()


def test_a_transaction_that_fails_leaves_nothing_to_the_next_user(store: Database) -> None:
    one_connection(store)
    with suppress(DBAPIError), store.transaction() as db:
        db.execute(MADE)
        db.execute(text("SELECT n FROM nowhere"))
    with store.pages.connect() as page, pytest.raises(DBAPIError, match="left_behind"):
        page.execute(NOWHERE)


def test_a_session_given_back_within_its_transaction_leaves_nothing(store: Database) -> None:
    one_connection(store)
    with store.writers() as db:
        db.execute(MADE)
    with store.pages.connect() as page, pytest.raises(DBAPIError, match="left_behind"):
        page.execute(NOWHERE)


def test_a_page_whose_statement_fails_leaves_the_next_page_a_connection_that_answers(store: Database) -> None:
    one_connection(store)
    with store.pages.connect() as page, pytest.raises(DBAPIError):
        page.execute(NOWHERE)
    with store.pages.connect() as page:
        assert page.execute(TWICE).one() == ("a", 1)
    with store.transaction() as db:
        assert db.execute(TWICE).one() == ("a", 1)


def named(page: Connection) -> dict[str, object]:
    return dict(page.execute(TWICE).mappings().one())


def test_columns_have_their_names_the_second_time_too(store: Database) -> None:
    with store.pages.connect() as page:
        assert named(page) == named(page) == {"word": "a", "number": 1}


def test_whoever_asks_the_driver_is_told_of_every_column(store: Database) -> None:
    with store.pages.connect() as page:
        cursor = page.connection.cursor()
        cursor.execute("SELECT 'a' AS word, 1 AS number")
        described = cursor.description
        assert described is not None
        assert (len(described), described[0][0], [each[0] for each in described[1:]]) == (2, "word", ["number"])
        cursor.execute("CREATE TEMPORARY TABLE nothing_to_describe (n INTEGER)")
        assert cursor.description is None
        cursor.close()
