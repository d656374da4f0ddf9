"""Lists that grow for years: a page at a time, the same few questions to the database, and every number still right."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from lms.core import clock
from lms.core.db import new_id
from lms.core.unit import Database
from lms.practice import rules, service
from lms.practice.models import PracticeSession
from lms.practice.waiting import PAGE
from tests.make import World, actor, make_group

MANY = 2 * PAGE + 7
SignIn = Callable[..., FlaskClient]
Queries = Callable[..., AbstractContextManager[list[str]]]


@pytest.fixture
def sent(store: Database, world: World) -> list[uuid.UUID]:
    """Sessions Amara has sent to Ruth, one a day, the latest first."""
    return send(store, world, MANY)


def send(store: Database, world: World, many: int) -> list[uuid.UUID]:
    now, ids = clock.now(), [new_id() for _ in range(many)]
    with store.transaction() as db:
        group = make_group(db, world)
        rows = [
            {
                "id": session_id, "person_id": world.trainee, "group_id": group, "trainer_id": world.trainer,
                "held_on": clock.today() - timedelta(days=ago), "minutes": 60, "role": "beside", "phases": {},
                "open": 3, "closed": 1, "leading": 0, "advice": 0, "own_ratings": {}, "keep": "I waited.",
                "submitted_at": now - timedelta(minutes=ago),
            }
            for ago, session_id in enumerate(ids, 1)
        ]  # fmt: skip
        db.execute(insert(PracticeSession), rows)
    return ids


def test_every_waiting_session_stands_on_one_page_with_its_number(
    store: Database, world: World, sent: list[uuid.UUID]
) -> None:
    with store.readers() as db:
        who = actor(db, world.trainer)
        pages = [service.queue(db, who, "waiting", clock.now(), page) for page in (1, 2, 3)]
        numbers = rules.ordinals((row.id, row.held_on) for row in service.sessions_of(db, world.trainee))
    assert [len(each.rows) for each in pages] == [PAGE, PAGE, 7]
    assert {each.waiting for each in pages} == {MANY}
    listed = [row for each in pages for row in each.rows]
    assert [row.id for row in listed] == sent[::-1]  # oldest first
    assert {row.id: row.number for row in listed} == numbers
    assert [row.flag is not None and row.flag.word == "Oldest" for row in listed].count(True) <= 1


@pytest.mark.usefixtures("sent")
def test_a_long_list_asks_no_more_than_a_short_one(world: World, sign_in: SignIn, queries: Queries) -> None:
    trainer, trainee = sign_in(world.trainer), sign_in(world.trainee)
    for browser, path in ((trainer, "/sign-off"), (trainee, "/practice")):
        with queries() as asked:
            page = browser.get(path)
        assert page.text.count("<li") < PAGE + 20
        assert "After" in page.text
        assert len(asked) <= 6
        last = browser.get(f"{path}?page=3").text
        assert last == browser.get(f"{path}?page=4").text
        assert "Before" in last
        assert ">After" not in last


@pytest.mark.usefixtures("sent")
@pytest.mark.parametrize("page", ["0", "-4", "seven", "999999999", "٣"])
def test_a_page_that_is_none_still_opens(world: World, sign_in: SignIn, page: str) -> None:
    assert sign_in(world.trainer).get(f"/sign-off?page={page}").status_code == 200
    assert "Sent" in sign_in(world.trainee).get(f"/practice?page={page}").text


@pytest.mark.parametrize("page", [2, 9])
def test_a_page_behind_the_last_is_the_last(store: Database, world: World, sign_in: SignIn, page: int) -> None:
    send(store, world, PAGE)
    for browser, path in ((sign_in(world.trainer), "/sign-off"), (sign_in(world.trainee), "/practice")):
        text = browser.get(f"{path}?page={page}").text
        assert text == browser.get(path).text
        assert text.count("<li") >= PAGE
