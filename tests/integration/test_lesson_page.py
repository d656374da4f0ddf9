"""The lesson page: what one writes in it, where one was, what the browser may keep, and what it weighs."""

from __future__ import annotations

import gzip
import re
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from courses import catalogue
from courses.pieces import headings
from lms.core.unit import Database
from lms.journal import rules
from lms.journal import service as journal
from lms.learning import service as learning
from tests.make import World, actor

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
Queries = Callable[[], AbstractContextManager[list[str]]]
LESSON = "/learn/open-questioning/open-and-closed"
PARTS = headings(catalogue.current().lesson_by_id("M04-L2").body)
WORDS = "She asked what happened on Monday, and he told her about Sunday."


def note(person_id: uuid.UUID, kind: str = "say") -> uuid.UUID:
    return rules.note_id(person_id, "M04-L2", kind)


def test_what_one_writes_in_a_lesson_is_an_entry_of_ones_journal_and_stands_there_again(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    browser = sign_in(world.trainee)
    form = {"version": "0", "lesson": "M04-L2#say", "text": WORDS, "back": "lesson"}
    answer = post(browser, f"/journal/{note(world.trainee)}", **form)
    assert answer.location == "/learn/M04-L2#note-say"
    page = browser.get(LESSON).text
    assert WORDS in page
    assert "Show it to your trainer" in page
    assert "in your own words" in browser.get("/journal").text
    assert "Say it in your own words" in browser.get(f"/journal/{note(world.trainee)}").text
    assert WORDS not in sign_in(world.trainer).get(LESSON).text


def test_what_a_trainer_answers_to_an_activity_stands_below_it_in_the_lesson_and_in_the_journal(
    world: World, sign_in: SignIn, post: Post, store: Database, queries: Queries
) -> None:
    amara, ruth, entry = sign_in(world.trainee), sign_in(world.trainer), f"/journal/{note(world.trainee, 'alone')}"
    post(amara, entry, version="0", lesson="M04-L2#alone", text=WORDS, back="lesson")
    assert ruth.get(entry).status_code == 404  # until she shows it
    post(amara, f"{entry}/show", trainer=str(world.trainer))
    for said in ("What did you hear then?", "And what did he leave out?"):
        assert post(ruth, f"{entry}/answer", answer=said, key=str(uuid.uuid4())).status_code == 303
    with queries() as asked:
        page = amara.get(LESSON).text
    assert len(asked) <= 3, asked
    below = page.split(WORDS)[1].split("</article>")[0]
    assert below.index("What did you hear then?") < below.index("And what did he leave out?")
    assert "Ruth Tamihana, " in below
    assert page.count(WORDS) == 1
    assert "And what did he leave out?" in amara.get(entry).text
    assert "What did you hear then?" not in ruth.get(LESSON).text  # hers is another page
    assert "What did you hear then?" not in amara.get("/learn/M04-L1", follow_redirects=True).text


def test_the_same_entry_begun_on_two_devices_is_one(world: World, sign_in: SignIn, post: Post, store: Database) -> None:
    phone, tablet = sign_in(world.trainee), sign_in(world.trainee)
    draft = f"/journal/{note(world.trainee)}/draft"
    form = {"version": "0", "lesson": "M04-L2#say"}
    assert post(phone, draft, text="On the phone.", **form).json == {"version": 1}
    assert post(phone, draft, text="On the phone.", **form).json == {"version": 1}  # sent twice
    answer = post(tablet, draft, text="On the tablet.", **form)
    assert answer.status_code == 409
    assert "You wrote on in another tab or on another device" in (answer.json or {})["message"]
    with store.readers() as db:
        assert journal.notes_in(db, actor(db, world.trainee), "M04-L2")["say"].text == "On the phone."


@pytest.mark.parametrize("lesson", ["M04-L2#nowhere", "M99-L9#say", "#say", "M04-L2#say#say"])
def test_an_entry_about_no_place_there_is_is_about_nothing(
    world: World, sign_in: SignIn, post: Post, lesson: str
) -> None:
    browser, entry = sign_in(world.trainee), uuid.uuid4()
    assert post(browser, f"/journal/{entry}", version="0", lesson=lesson, text="x").location == f"/journal/{entry}"
    assert "Lesson" not in browser.get("/journal").text.split("<h1")[1].split("</ul>")[0]


def test_the_place_is_remembered_and_offered_and_never_jumped_to(world: World, sign_in: SignIn, post: Post) -> None:
    browser, (anchor, words) = sign_in(world.trainee), PARTS[2]
    assert "Go on at" not in browser.get(LESSON).text
    assert post(browser, f"{LESSON}/place", part=anchor).status_code == 204
    again = sign_in(world.trainee)
    assert f"Go on at “{words}”" in again.get(LESSON).text
    assert f"You had read as far as “{words}”" in again.get("/learn").text
    assert "Go on at" not in sign_in(world.trainer).get(LESSON).text


@pytest.mark.parametrize("part", ["", "on-nothing", "<script>", "x" * 5_000])
def test_a_place_that_is_none_is_left_out(world: World, sign_in: SignIn, post: Post, part: str) -> None:
    browser = sign_in(world.trainee)
    assert post(browser, f"{LESSON}/place", part=part).status_code == 204
    assert "Go on at" not in browser.get(LESSON).text
    assert post(browser, "/learn/open-questioning/never-there/place", part=part).status_code == 404


def test_the_place_of_a_lesson_that_is_done_is_not_offered(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    browser = sign_in(world.trainee)
    post(browser, f"{LESSON}/place", part=PARTS[2][0])
    with store.transaction() as db:
        learning.finish_lesson(db, actor(db, world.trainee), "M04-L2", "0" * 64)
    assert "Go on at" not in browser.get(LESSON).text
    assert "You had read as far" not in browser.get("/learn").text


def test_a_lesson_asks_the_database_three_times_whatever_was_written(
    world: World, sign_in: SignIn, post: Post, queries: Queries
) -> None:
    browser = sign_in(world.trainee)
    post(browser, f"/journal/{note(world.trainee)}", version="0", lesson="M04-L2#say", text=WORDS)
    post(browser, f"{LESSON}/place", part=PARTS[2][0])
    with queries() as asked:
        browser.get(LESSON)
    assert len(asked) <= 3, asked


def test_only_lessons_may_be_kept_and_every_page_says_whose_it_is(world: World, sign_in: SignIn) -> None:
    amara, ruth = sign_in(world.trainee), sign_in(world.trainer)
    mine, hers = amara.get(LESSON), ruth.get(LESSON)
    assert mine.headers["X-Offline"] == hers.headers["X-Offline"] == "keep"
    assert mine.headers["X-Reader"] != hers.headers["X-Reader"]
    assert str(world.trainee) not in mine.headers["X-Reader"]
    for path in ("/learn", "/record", "/journal"):
        answer = amara.get(path)
        assert "X-Offline" not in answer.headers
        assert answer.headers["X-Reader"] == mine.headers["X-Reader"]
    assert "X-Reader" not in amara.get("/verify").headers


def test_the_keeper_of_lessons_stands_at_the_top_and_the_page_for_no_connection_asks_nobody(
    client: FlaskClient,
) -> None:
    worker = client.get("/worker.js")
    assert worker.mimetype in ("text/javascript", "application/javascript")
    assert client.get("/sign-in").headers["X-Reader"] == "nobody"
    page = client.get("/offline")
    assert page.status_code == 200
    assert "X-Reader" not in page.headers


def test_a_lesson_weighs_no_more_than_sixty_kilobytes_when_opened_first(world: World, sign_in: SignIn) -> None:
    """The page and everything a browser loads for it, compressed; of the fonts those whose letters are on the page."""
    browser = sign_in(world.trainee)
    heaviest = max(catalogue.current().lessons, key=lambda each: len(each.body))
    page = browser.get(f"/learn/{catalogue.current().module_of(heaviest).slug}/{heaviest.slug}").text
    static = Path(browser.application.static_folder or "")
    css = (static / "app.css").read_text("utf-8")
    linked = set(re.findall(r"/static/([\w./-]+\.(?:css|js|svg|ico))", page))
    fonts = set(re.findall(r"fonts/([\w-]+-latin\.woff2)", css))
    weight = len(gzip.compress(page.encode())) + sum(
        len(gzip.compress((static / each).read_bytes())) for each in linked
    )
    weight += sum((static / "fonts" / each).stat().st_size for each in fonts)
    assert fonts
    assert weight <= 60_000, (weight, linked, fonts)
