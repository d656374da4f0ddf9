"""Writing up by hand: dates as people write them, Enter that sends nothing, and hours by the circle's own clock."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.unit import Database
from tests.integration.test_practice import sessions, typed
from tests.make import World, make_group

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]


@pytest.fixture
def circle(store: Database, world: World) -> uuid.UUID:
    with store.transaction() as db:
        return make_group(db, world)


def test_a_draft_was_saved_by_the_clock_of_its_circle(
    world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    with time_machine.travel(datetime(2026, 6, 2, 23, 30, tzinfo=UTC), tick=False):
        browser = sign_in(world.trainee)
        post(browser, "/practice/new", **(typed(circle) | {"leave": "leave"}))
        assert "saved 3 June, 00:30, by the clock of Europe/London" in browser.get("/practice").text


def test_enter_saves_the_draft_and_sends_nothing(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    browser, form = sign_in(world.trainee), typed(circle)
    page = browser.get("/practice/new").text
    first = re.search(r"<button[^>]*>", page)  # what a browser presses when Enter is typed in a field
    assert first is not None
    assert 'form="log"' in first[0]
    assert 'name="save"' in first[0]
    answer = post(browser, "/practice/new", **form, save="yes")
    assert (answer.status_code, answer.location) == (303, f"/practice/new?key={form['key']}")
    assert not sessions(store)
    assert "It felt very long" in browser.get(answer.location).text


@pytest.mark.parametrize(
    "written", ["{:%Y-%m-%d}", "{0.day}.{0.month}.{0.year}", "{:%d/%m/%Y}", "{:%d-%m-%Y}", "{:%d %B %Y}"]
)
def test_a_date_may_be_written_in_several_ways(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post, written: str
) -> None:
    met = clock.today() - timedelta(days=2)
    form = typed(circle) | {"held_on": written.format(met)}
    assert post(sign_in(world.trainee), "/practice/new", **form).status_code == 303
    assert [each.held_on for each in sessions(store)] == [met]


def test_what_is_no_date_and_no_number_is_told_what_was_expected(
    world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    form = typed(circle) | {"held_on": "11/30/2025", "advice": "some"}
    page = post(sign_in(world.trainee), "/practice/new", **form).text
    assert "Write the day first, like 30 April 2026 or 30/04/2026." in page
    assert "Enter how many questions were advice in disguise, from 0 to 500." in page
