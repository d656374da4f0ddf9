"""One’s own record says what one practised, when, what came of it and under which text; nobody else reads it."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from assessments import transcripts
from lms.core.unit import Database
from lms.exercises import knowledge
from lms.record.verify import verify
from tests.make import World, actor
from tests.make_raters import OTHERS, code_round, rate_evenings

Browser = Callable[[uuid.UUID], FlaskClient]
PAGE = "/record/practised"


@pytest.fixture
def done(store: Database, world: World) -> World:
    """Amara has coded a round, rated six evenings and handed a test in; a second round is begun."""
    with store.transaction() as db:
        code_round(db, world.trainee, OTHERS[0], days_ago=3)
        rate_evenings(db, world.trainee, days_ago=2)
        amara = actor(db, world.trainee)
        knowledge.hand_in(db, amara, knowledge.begin(db, amara, "k").id)
        knowledge.begin(db, actor(db, world.other_trainee), "k")
    return world


def test_it_says_what_when_what_came_of_it_and_under_which_text(done: World, sign_in: Browser) -> None:
    page = unescape(sign_in(done.trainee).get(PAGE).text)
    sheet = transcripts.current()[OTHERS[0]]
    assert sheet.title in page
    assert "κ\u00a01.00 on 23 turns" in page
    assert f"Version {sheet.content_hash[:8]}." in page
    assert page.count("Evening rated") == 6
    assert page.index("Knowledge test") < page.index("Evening rated") < page.index("Round coded"), "newest first"
    assert "Not yet." in page
    assert 'href="/record/practised"' in sign_in(done.trainee).get("/record").text


def test_every_line_leads_to_what_it_is_about(done: World, sign_in: Browser) -> None:
    import re

    browser = sign_in(done.trainee)
    links = re.findall(r'href="(/(?:rounds|evenings|knowledge)[^"]+)"', browser.get(PAGE).text)
    assert len(links) == 8
    assert all(browser.get(each).status_code == 200 for each in links)


def test_nobody_else_reads_it_and_the_archive_of_its_owner_has_it(done: World, sign_in: Browser) -> None:
    for who in (done.trainer, done.other_trainee, done.manager, done.administrator):
        browser = sign_in(who)
        assert "What you practise goes here" in browser.get(PAGE).text
        with zipfile.ZipFile(io.BytesIO(browser.get("/record/record.zip").data)) as other:
            assert "practised.json" not in other.namelist()
    given = sign_in(done.trainee).get("/record/record.zip").data
    with zipfile.ZipFile(io.BytesIO(given)) as mine:
        kept = json.loads(mine.read("practised.json"))
        assert "What Amara Osei practised" in mine.read("index.html").decode()
    assert [each["kind"] for each in kept].count("Evening rated") == 6
    assert all(each["version"] for each in kept)
    assert verify(io.BytesIO(given))[0] == []


def test_what_was_revised_since_still_says_what_it_was_judged_under(
    done: World, sign_in: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = transcripts.current()[OTHERS[0]].content_hash[:8]
    monkeypatch.setattr(transcripts, "current", dict)
    page = unescape(sign_in(done.trainee).get(PAGE).text)
    assert "A text that is no longer here" in page
    assert f"Version {old}." in page
