"""The pages a trainer signs on: what they show, what they keep, how they ask for proof."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.unit import Database
from lms.people.models import SignIn
from lms.practice import rules, service
from lms.practice.models import PracticeSession, Signature
from tests.make import REVIEW, World, actor, make_log, make_session
from tests.statements import statements

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]


def sign(store: Database, world: World, session_id: uuid.UUID) -> None:
    with store.transaction() as db:
        rated = {"asking": 2, "silence": 3}
        service.sign_off(db, actor(db, world.trainer), session_id, 1, rated, 2, "You waited.", "password")


def forget_verification(store: Database) -> None:
    with store.transaction() as db:
        db.execute(update(SignIn).values(verified_at=clock.now() - timedelta(hours=1)))


def test_the_page_shows_what_is_signed_and_signs_it(
    store: Database, world: World, sent: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    trainer = sign_in(world.trainer)
    assert "One session is waiting for you" in trainer.get("/sign-off").text
    page = trainer.get(f"/sign-off/{sent}").text
    for words in ("Amara Osei, session 1", "It felt very long", "own view", "where should you sit?", rules.MEANING):
        assert words in page
    answer = post(trainer, f"/sign-off/{sent}", **REVIEW)
    assert (answer.status_code, answer.location) == (303, "/sign-off")
    after = trainer.get("/sign-off").text
    assert "Session 1 of Amara Osei is signed." in after
    assert "Nothing is waiting for you" in after
    assert "Amara Osei" in trainer.get("/sign-off?show=signed").text
    page = sign_in(world.trainee).get(f"/practice/{sent}").text
    assert "Ruth signed session 1" in page
    assert "You waited." in page
    assert "Entry 1 in the register" in page


def test_who_is_not_fresh_types_their_password_and_loses_nothing(
    store: Database, world: World, sent: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    trainer = sign_in(world.trainer)
    assert 'name="password"' not in trainer.get(f"/sign-off/{sent}").text
    forget_verification(store)
    assert 'name="password"' in trainer.get(f"/sign-off/{sent}").text
    for password in ("", "wrong password"):
        answer = post(trainer, f"/sign-off/{sent}", **REVIEW, password=password)
        assert answer.status_code == 422
        said = re.search(r'<a href="#password">([^<]+)</a>', answer.text)
        assert said is not None
        assert answer.text.count(said[1]) == 2
        assert "You waited." in answer.text
        assert "wrong password" not in answer.text
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Signature)) == 0


def test_what_is_missing_is_said_and_everything_is_kept(
    world: World, sent: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    trainer = sign_in(world.trainer)
    page = post(trainer, f"/sign-off/{sent}", version="1", comment="Stay.").text
    for sentence in ("Rate at least one thing", "Choose where you should sit", "tick that you were in the room"):
        assert page.count(sentence) == 2
    assert "Stay." in page
    for hostile in ({"level": "9"}, {"rate-asking": "-1"}, {"comment": "🪑" * 5_001}, {"comment": "x" * 1_000_000}):
        answer = post(trainer, f"/sign-off/{sent}", **(REVIEW | hostile))
        assert answer.status_code == 422
        assert REVIEW["comment"] in answer.text or hostile.get("comment", "") in answer.text


def test_who_was_not_there_says_so_and_it_proves_nothing(
    store: Database, world: World, sent: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    trainer = sign_in(world.trainer)
    assert post(trainer, f"/sign-off/{sent}", **(REVIEW | {"seen": "unseen"})).status_code == 422
    assert post(trainer, f"/sign-off/{sent}", **(REVIEW | {"level": "4"})).status_code == 303
    with store.transaction() as db:
        group = db.get_one(PracticeSession, sent).group_id
        alone = make_session(db, world, group, held_on=clock.today(), role="alone")
    assert rules.UNSEEN in trainer.get(f"/sign-off/{alone}").text
    assert "choose whether you were in the room" in post(trainer, f"/sign-off/{alone}", version="1").text
    assert post(trainer, f"/sign-off/{alone}", **(REVIEW | {"seen": "unseen"})).status_code == 303
    amara = sign_in(world.trainee)
    page = amara.get(f"/practice/{alone}").text
    assert rules.UNSEEN in page
    assert "What Ruth heard" in page
    assert "Ruth was not in the room, so the view is not independent." in amara.get("/readiness").text


def test_a_change_while_the_trainer_reads_keeps_both_texts(
    store: Database, world: World, sent: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    trainer = sign_in(world.trainer)
    with store.transaction() as db:
        group = db.get_one(PracticeSession, sent).group_id
        service.change_practice(db, actor(db, world.trainee), sent, 1, 0, make_log(group, keep="Other words."))
    answer = post(trainer, f"/sign-off/{sent}", **REVIEW)
    assert answer.status_code == 409
    assert "changed this session after you opened it" in answer.text
    assert "Other words." in answer.text
    assert "You waited." in answer.text
    assert post(trainer, f"/sign-off/{sent}", **(REVIEW | {"version": "2"})).status_code == 303


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements a request runs, but for those that begin and end its transaction."""
    with statements(app.extensions["askwell_database"]) as seen:
        yield seen


def test_the_queue_takes_six_queries_and_the_review_seven(
    app: Flask, store: Database, world: World, sent: uuid.UUID, sign_in: Browser
) -> None:
    with store.transaction() as db:
        group = db.get_one(PracticeSession, sent).group_id
        service.return_session(db, actor(db, world.trainer), sent, 1, "More.")
        service.change_practice(db, actor(db, world.trainee), sent, 1, 0, make_log(group, keep="More."))
        for days in range(3, 12):
            make_session(db, world, group, held_on=clock.today() - timedelta(days=days))
    trainer = sign_in(world.trainer)
    for path, most in (("/sign-off", 6), ("/sign-off?show=signed", 6), (f"/sign-off/{sent}", 7)):
        with counted(app) as statements:
            assert trainer.get(path).status_code == 200
        assert len(statements) <= most, "\n".join(statements)


def test_the_queue_counts_working_days_by_the_sites_calendar(
    store: Database, world: World, sent: uuid.UUID, sign_in: Browser
) -> None:
    with store.transaction() as db:  # 00:30 on 3 June in London
        db.get_one(PracticeSession, sent).submitted_at = datetime(2026, 6, 2, 23, 30, tzinfo=UTC)
    for now, said in (("03T21", "None has waited for a whole"), ("04T01", "The oldest has waited 1 working day.")):
        with time_machine.travel(datetime.fromisoformat(f"2026-06-{now}:00+00:00"), tick=False):
            assert said in sign_in(world.trainer).get("/sign-off").text


def test_the_queue_says_only_what_is_so(store: Database, world: World, sent: uuid.UUID, sign_in: Browser) -> None:
    trainer = sign_in(world.trainer)
    page = trainer.get("/sign-off").text
    assert ">New<" in page
    assert not any(flag in page for flag in ("Oldest", "Sent again", "Views differ"))
    sign(store, world, sent)
    with store.transaction() as db:
        group = db.get_one(PracticeSession, sent).group_id
        later = make_session(db, world, group, held_on=clock.today(), own_ratings={"asking": 4})
    page = trainer.get("/sign-off").text
    assert "Views differ" in page
    assert "on question care" in page
    assert "Agreed before: Direct" in page
    with store.transaction() as db:
        db.get_one(PracticeSession, later).submitted_at = clock.now() - timedelta(days=14)
    page = trainer.get("/sign-off").text
    assert "Oldest" in page
    assert "10 working days" in page
