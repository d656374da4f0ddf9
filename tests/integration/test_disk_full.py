"""The disk is full: who sends something is told to send it again later, and has every word of it on the page."""

from __future__ import annotations

import html
import uuid
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, text
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from lms.core.unit import Database
from lms.practice.models import PracticeSession, Signature
from lms.register.models import Leaf
from tests.integration.test_drafts import typed
from tests.make import REVIEW, World, make_group, make_session

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
KEEP = "Joan asked what fine looks like on a Monday, and nobody filled the pause. " * 60
REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON draft FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TRIGGER full_disk BEFORE INSERT ON practice_session FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TRIGGER full_disk BEFORE INSERT ON signature FOR EACH ROW EXECUTE FUNCTION refuse();
"""


@pytest.fixture
def full_disk(app: Flask, store: Database) -> Iterator[Callable[[], None]]:
    """From the call on there is no room: no page more for SQLite, PostgreSQL's own error from its tables."""
    engine: Engine = app.extensions["askwell_database"].engine

    def no_page_more(connection: object, _record: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # type: ignore[attr-defined]  # which is as many as there are

    def fill() -> None:
        if engine.dialect.name == "sqlite":
            whole = engine.raw_connection()
            whole.cursor().execute("VACUUM")  # what other tests took away leaves no room either
            whole.close()
            event.listen(engine, "connect", no_page_more)
            engine.dispose()
            return
        with store.transaction() as db:
            db.execute(text(REFUSE))

    yield fill
    if event.contains(engine, "connect", no_page_more):
        event.remove(engine, "connect", no_page_more)
        engine.dispose()


def test_a_write_up_is_not_taken_and_not_lost(
    store: Database, world: World, sign_in: Browser, post: Post, full_disk: Callable[[], None]
) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
    amara = sign_in(world.trainee)
    full_disk()
    answer = post(amara, "/practice/new", **typed(group, keep=KEEP))
    assert answer.status_code == 503
    assert KEEP.strip() in html.unescape(answer.text)
    assert "Send it again" in answer.text
    assert "extend file" not in answer.text
    assert amara.get("/practice/new").status_code == 200
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(PracticeSession)) == 0


def test_a_signature_is_not_taken_and_the_words_beside_it_are_not_lost(
    store: Database, world: World, sign_in: Browser, post: Post, full_disk: Callable[[], None]
) -> None:
    with store.transaction() as db:
        sent = make_session(db, world, make_group(db, world))
    ruth = sign_in(world.trainer)
    full_disk()
    words = {"comment": KEEP[:1_900], "notes": KEEP.replace("Joan", "Sefo")}
    answer = post(ruth, f"/sign-off/{sent}", **REVIEW | words)
    assert answer.status_code == 503
    assert all(each.strip() in html.unescape(answer.text) for each in words.values())
    with store.readers() as db:
        signed = select(func.count()).select_from(Signature)
        assert (db.scalar(signed), db.scalar(select(func.count()).select_from(Leaf))) == (0, 0)
        assert db.get_one(PracticeSession, sent).state == "waiting"
