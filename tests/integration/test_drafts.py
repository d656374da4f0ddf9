"""Drafts: what is typed is kept to the letter, in two tabs, without script, after signing in again."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.unit import Database
from lms.practice.models import Draft, PracticeSession
from tests.make import World, make_group, make_session

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]


@pytest.fixture
def group(store: Database, world: World) -> uuid.UUID:
    with store.transaction() as db:
        return make_group(db, world)


def typed(group: uuid.UUID, **changes: str) -> dict[str, str]:
    """The six fields a write-up needs, and a few more."""
    return {
        "key": str(uuid.uuid4()),
        "version": "0",
        "held_on": f"{clock.today() - timedelta(days=2):%d/%m/%Y}",
        "group": str(group),
        "minutes": "78",
        "role": "beside",
        "keep": "I waited. It felt very long.",
        "left_out": "yes",
        "open": "14",
        "advice": "2",
        "phase-ask": "31",
        "own-silence": "3",
    } | changes


def sessions(store: Database) -> list[PracticeSession]:
    with store.readers() as db:
        return list(db.scalars(select(PracticeSession)))


def all_drafts(store: Database) -> list[Draft]:
    with store.readers() as db:
        return list(db.scalars(select(Draft)))


def value_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page)
    assert found, name
    return html.unescape(found[1])


def test_without_script_a_tally_is_a_submit_that_keeps_everything(
    store: Database, world: World, group: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    browser = sign_in(world.trainee)
    form = typed(group, keep="a\r\nb  ")
    answer = post(browser, "/practice/new", **form, step="open+1")
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert (value_of(page, "open"), value_of(page, "version"), value_of(page, "key")) == ("15", "1", form["key"])
    answer = post(browser, "/practice/new", **(form | {"open": "0", "version": "1"}), step="open-1")
    assert value_of(browser.get(answer.location).text, "open") == "0"
    assert post(browser, "/practice/new", **(form | {"version": "2"}), leave="yes").location == "/practice"
    assert all_drafts(store)[0].body["keep"] == "a\r\nb  "
    assert not sessions(store)
    assert "Not sent yet" in browser.get("/practice").text


def test_signed_in_again_the_draft_is_the_same_to_the_letter(
    store: Database, world: World, group: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    words = "  “fine, really” <b>&amp;\n\n\tשלום 🪑\n "
    form = typed(group, keep=words)
    answer = post(sign_in(world.trainee), "/practice/draft", **form)
    assert answer.json is not None
    assert answer.json["version"] == 1
    page = sign_in(world.trainee).get("/practice/new").text
    shown = re.search(r'<textarea[^>]*name="keep"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert shown is not None
    assert html.unescape(shown[1]) == words
    assert value_of(page, "version") == "1"


def test_a_stale_draft_is_refused_and_both_texts_are_kept(
    store: Database, world: World, group: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    browser = sign_in(world.trainee)
    form = typed(group, keep="From the phone.")
    assert post(browser, "/practice/draft", **form).json == {"saved_at": all_saved(store), "version": 1}
    other = form | {"keep": "From the laptop.", "version": "0"}
    refused = post(browser, "/practice/draft", **other)
    assert refused.status_code == 409
    assert refused.json is not None
    assert refused.json["kept"]["keep"] == "From the phone."
    for button in ({"step": "open+1"}, {"leave": "yes"}, {}):
        page = post(browser, "/practice/new", **other, **button)
        assert page.status_code == 409
        assert "From the laptop." in page.text
        assert "From the phone." in page.text
    assert all_drafts(store)[0].body["keep"] == "From the phone."
    assert not sessions(store)
    again = other | {"version": value_of(page.text, "version")}
    assert post(browser, "/practice/new", **again).status_code == 303
    assert sessions(store)[0].keep == "From the laptop."


def all_saved(store: Database) -> str:
    return all_drafts(store)[0].updated_at.isoformat()


def test_sending_uses_the_draft_up_and_a_late_autosave_leaves_no_ghost(
    store: Database, world: World, group: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    browser = sign_in(world.trainee)
    form = typed(group)
    post(browser, "/practice/draft", **form)
    assert post(browser, "/practice/new", **(form | {"version": "1"})).status_code == 303
    for version in ("0", "1"):
        assert post(browser, "/practice/draft", **(form | {"version": version})).status_code == 409
    assert not all_drafts(store)


def test_the_edit_page_keeps_a_draft_of_its_own(
    store: Database, world: World, group: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        sent = make_session(db, world, group)
    browser = sign_in(world.trainee)
    path = f"/practice/{sent}/edit"
    page = browser.get(path).text
    form = typed(group, key=value_of(page, "key"), session_version=value_of(page, "session_version"))
    answer = post(browser, path, **form, step="advice+1")
    page = browser.get(answer.location).text
    assert (value_of(page, "advice"), value_of(page, "version")) == ("3", "1")
    done = post(browser, path, **(form | {"version": "1", "advice": "3"}))
    assert done.status_code == 303
    assert (sessions(store)[0].advice, sessions(store)[0].version) == (3, 2)
    assert not all_drafts(store)
    stale = post(browser, path, **(form | {"version": "0", "keep": "Typed in the other tab."}))
    assert stale.status_code == 409
    assert "Typed in the other tab." in stale.text
