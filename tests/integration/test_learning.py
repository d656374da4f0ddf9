"""Learning: a lesson opens, is finished once, and remembers the text that was read."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from courses import catalogue
from lms.core import clock
from lms.core.unit import Database
from lms.learning import service
from lms.learning.models import LessonDone
from tests.make import World, actor

SignIn = Callable[..., FlaskClient]
Queries = Callable[[], AbstractContextManager[list[str]]]
LESSON = "/learn/open-questioning/form-function-fault"


def test_a_visitor_is_sent_to_sign_in_and_back(client: FlaskClient) -> None:
    answer = client.get(LESSON)
    assert answer.status_code == 302
    assert answer.location == f"/sign-in?next={LESSON}"


def test_every_lesson_opens_and_belongs_to_its_module(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.trainee)
    known = catalogue.current()
    for lesson in known.lessons:
        page = browser.get(f"/learn/{known.module_of(lesson).slug}/{lesson.slug}")
        assert page.status_code == 200
        assert lesson.title in page.text
    assert browser.get("/learn/values/form-function-fault").status_code == 404
    assert browser.get("/learn").status_code == 200


def test_a_lesson_is_finished_once_and_leads_on(
    world: World, sign_in: SignIn, store: Database, post: Callable[..., TestResponse]
) -> None:
    browser = sign_in(world.trainee)
    first = post(browser, f"{LESSON}/finish")
    assert first.location == "/learn/open-questioning/open-and-closed"
    post(browser, f"{LESSON}/finish")
    with store.transaction() as db:
        done = db.scalars(select(LessonDone)).all()
    assert [each.lesson_id for each in done] == ["M04-L1"]
    assert done[0].content_hash == catalogue.current().lesson_by_id("M04-L1").content_hash
    assert "is done" in browser.get("/learn").text


def test_a_lesson_page_asks_the_database_twice(world: World, sign_in: SignIn, queries: Queries) -> None:
    browser = sign_in(world.trainee)
    browser.get(LESSON)
    with queries() as asked:
        browser.get(LESSON)
    assert len(asked) <= 3, asked


def test_a_lesson_is_found_by_the_id_it_keeps(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.trainee)
    assert browser.get("/learn/M04-L1").location == LESSON
    assert browser.get("/learn/M99-L1").status_code == 404


def test_a_picture_of_a_lesson_is_for_whoever_is_signed_in_and_stays_in_their_browser(
    world: World, sign_in: SignIn, client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "CONTENT", tmp_path)
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "kettles.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", "utf-8")
    (tmp_path / "secret.txt").write_text("no", "utf-8")
    assert client.get("/learn/media/kettles.svg").status_code == 302
    browser = sign_in(world.trainee)
    answer = browser.get("/learn/media/kettles.svg")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert answer.headers["Cache-Control"] == "private, max-age=3600"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    for name in ("other.svg", "..%2Fsecret.txt", "secret.txt/", "kettles"):
        assert browser.get(f"/learn/media/{name}").status_code == 404
        assert browser.get(f"/learn/media/{name}").headers["Cache-Control"] == "no-store"


def test_a_lesson_done_again_keeps_both_days(world: World, store: Database) -> None:
    first = clock.now() - timedelta(days=400)
    with store.transaction() as db:
        for at in (first, first + timedelta(hours=1)):  # twice on one day is once
            with clock.at(at):
                service.finish_lesson(db, actor(db, world.trainee), "M08-L4", "0" * 64)
        done = db.scalars(select(LessonDone)).one()
        assert (done.done_at, done.again_at) == (first, None)
        service.finish_lesson(db, actor(db, world.trainee), "M08-L4", "1" * 64)
        db.refresh(done)
        assert (done.done_at, done.content_hash, done.again_hash) == (first, "0" * 64, "1" * 64)
        assert service.done_lessons(db, world.trainee) == {"M08-L4": done.again_at}
