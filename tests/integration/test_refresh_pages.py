"""Pages of spaced practice: a question, its reason, the end of the round."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from assessments.asked_again import Question
from lms.core.errors import Stale
from lms.core.unit import Database
from lms.refresh import service
from lms.refresh.models import RefreshAnswer
from tests.make import World, actor
from tests.make_refresh import fields, question_on

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
Queries = Callable[..., AbstractContextManager[list[str]]]


def choice_on(reader: FlaskClient, post: Post, store: Database, world: World) -> tuple[Question, dict[str, str]]:
    """Answer until a question with choices is there; it, and its form."""
    while True:
        question = question_on(store, world)
        assert question, "no question with choices came"
        form = fields(reader.get("/refresh").text)
        if question.choices:
            return question, form
        post(reader, "/refresh", **form, given="easy")


def test_a_choice_is_told_its_reason_at_once_and_then_how_hard_it_was_decides_the_day(
    reader: FlaskClient, post: Post, store: Database, world: World
) -> None:
    question, form = choice_on(reader, post, store, world)
    right = next(each for each in question.choices if each.right)
    sent = post(reader, "/refresh", **form, given=right.key)
    assert sent.status_code == 303
    page = reader.get(sent.location).text
    assert "You read it as we would" in page
    assert right.why.split("“")[0][:30] in page
    assert page.count("again in") >= 2
    rated = post(reader, sent.location, felt="easy")
    assert rated.location == "/refresh"
    assert re.search(r"That one comes again in \d+ days\.", reader.get("/refresh").text)
    assert "It comes again in" in reader.get(sent.location).text


def test_a_wrong_answer_shows_both_and_comes_tomorrow(
    reader: FlaskClient, post: Post, store: Database, world: World
) -> None:
    question, form = choice_on(reader, post, store, world)
    wrong = next(each for each in question.choices if not each.right)
    page = reader.get(post(reader, "/refresh", **form, given=wrong.key).location).text
    assert "This one is worth another look" in page
    assert "Your answer" in page
    assert "Our answer" in page
    assert "It comes again tomorrow." in page
    assert 'name="felt"' not in page


def test_the_round_ends_with_one_sentence(reader: FlaskClient, post: Post, store: Database, world: World) -> None:
    while question := question_on(store, world):
        form = fields(reader.get("/refresh").text)
        given = next((each.key for each in question.choices if each.right), "thought")
        assert post(reader, "/refresh", **form, given=given).status_code == 303
    page = reader.get("/refresh").text
    assert "That was today’s round" in page
    assert "there is something again tomorrow" in page
    assert "never part of any decision about you" in page
    assert "from what you have read" not in reader.get("/learn").text


def test_without_an_answer_the_page_says_what_is_missing(reader: FlaskClient, post: Post) -> None:
    form = fields(reader.get("/refresh").text)
    again = post(reader, "/refresh", **form)
    assert again.status_code == 422
    assert "Choose one of" in again.text
    assert fields(again.text) == form


def test_a_second_device_gets_the_next_question_and_is_told_why(
    reader: FlaskClient, post: Post, store: Database, world: World, sign_in: SignIn
) -> None:
    question = question_on(store, world)
    assert question
    phone = sign_in(world.trainee)
    here, there = fields(reader.get("/refresh").text), fields(phone.get("/refresh").text)
    given = next((each.key for each in question.choices if each.right), "thought")
    assert post(reader, "/refresh", **here, given=given).status_code == 303
    late = post(phone, "/refresh", **there, given=given)
    assert late.status_code == 409
    assert "in another tab or on another device" in late.text
    assert fields(late.text)["question"] != question.key
    assert post(reader, "/refresh", **here, given=given).status_code == 303  # the same form once more
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(RefreshAnswer)) == 1


def test_two_devices_at_the_same_moment_keep_one_answer(reader: FlaskClient, store: Database, world: World) -> None:
    question = question_on(store, world)
    assert question
    given = next((each.key for each in question.choices if each.right), "thought")
    kept: list[str] = []
    both = threading.Barrier(2)

    def answer() -> None:
        both.wait()
        try:
            with store.transaction() as db:
                who = actor(db, world.trainee)
                service.answer(db, who, uuid.uuid4(), (question.key, question.digest), given)
                kept.append("kept")
        except Stale:
            kept.append("stale")

    threads = [threading.Thread(target=answer) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(kept) == ["kept", "stale"]


def test_learn_has_one_line_and_one_query_for_it(
    reader: FlaskClient, store: Database, world: World, sign_in: SignIn, queries: Queries
) -> None:
    farid = sign_in(world.other_trainee)
    farid.get("/learn"), reader.get("/learn")
    with queries() as without:
        page = farid.get("/learn").text
    assert "from what you have read" not in page
    with queries() as asked:
        page = reader.get("/learn").text
    assert re.search(r"minutes?: 3 questions from what you have read", page)
    assert len(asked) == len(without) + 1


def test_an_answer_of_somebody_else_is_not_there(
    reader: FlaskClient, post: Post, store: Database, world: World, sign_in: SignIn
) -> None:
    question, form = choice_on(reader, post, store, world)
    here = post(reader, "/refresh", **form, given=question.choices[0].key).location
    for person in (world.other_trainee, world.trainer, world.manager):
        browser = sign_in(person)
        assert browser.get(here).status_code == 404
        assert post(browser, here, felt="easy").status_code == 404
