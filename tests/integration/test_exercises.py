"""Exercises: tried as often as one likes, looked at in words, kept with the text that judged them."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from assessments import bank
from lms.core.unit import Database
from lms.exercises.models import Attempt
from tests.make import World

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
DRILL = "/learn/open-questioning/advice-with-a-question-mark/drill"
QUIZ = "/learn/open-questioning/open-and-closed/label"
QUIZZES = [QUIZ, "/learn/values/from-value-to-behaviour/breach"]


def attempts(store: Database) -> list[Attempt]:
    with store.transaction() as db:
        return list(db.scalars(select(Attempt).order_by(Attempt.id)))


def test_a_question_is_looked_at_in_words_and_kept(world: World, sign_in: SignIn, post: Post, store: Database) -> None:
    browser = sign_in(world.trainee)
    page = post(browser, DRILL, question="Have you tried talking to both of them?", key="one")
    assert page.status_code == 200
    assert "You asked" in page.text
    assert "Advice in disguise" in page.text
    [kept] = attempts(store)
    drill = bank.current().get_drill("m04-l3-advice-swap")
    assert (kept.content_hash, kept.item_id) == (drill.content_hash, drill.items[0].id)
    assert kept.rules_version


def test_the_same_form_sent_twice_is_one_attempt(world: World, sign_in: SignIn, post: Post, store: Database) -> None:
    browser = sign_in(world.trainee)
    for _ in range(2):
        assert post(browser, DRILL, question="What happens then?", key="same").status_code == 200
    assert len(attempts(store)) == 1


@pytest.mark.parametrize("question", ["", "   ", "x" * 501, "what " * 4000])
def test_nothing_or_far_too_much_comes_back_with_what_was_typed(
    world: World, sign_in: SignIn, post: Post, store: Database, question: str
) -> None:
    page = post(sign_in(world.trainee), DRILL, question=question, key="k")
    assert page.status_code == (400 if len(question) > 4_000 else 422)
    assert "Error: " in page.text
    assert question.strip() in page.text
    assert not attempts(store)


def test_hostile_words_are_shown_and_never_run(world: World, sign_in: SignIn, post: Post) -> None:
    page = post(sign_in(world.trainee), DRILL, question="<script>alert(1)</script> what? \x00", key="k")
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_where_the_coach_cannot_tell_the_learner_decides(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    browser = sign_in(world.trainee)
    page = post(browser, DRILL, question="Where did that begin?", key="k")
    assert "You decide" in page.text
    [kept] = attempts(store)
    assert post(browser, f"{DRILL}/decide", attempt=str(kept.id), label="open", problem=kept.item_id).status_code == 302
    assert attempts(store)[0].own_label == "open"
    other = post(sign_in(world.other_trainee), f"{DRILL}/decide", attempt=str(kept.id), label="closed", problem="x")
    assert other.status_code == 404
    assert attempts(store)[0].own_label == "open"


@pytest.mark.parametrize("address", QUIZZES)
def test_a_quiz_is_marked_with_a_reason_for_each_answer(
    world: World, sign_in: SignIn, post: Post, store: Database, address: str
) -> None:
    browser = sign_in(world.trainee)
    opened = browser.get(address)
    assert opened.status_code == 200
    quiz = next(each for each in bank.current().quizzes.values() if each.title in opened.text)
    page = post(browser, address, key="k", **{item.id: item.options[0].key for item in quiz.items})
    assert page.status_code == 200
    for item in quiz.items:
        assert any(option.right for option in item.options)
    [kept] = attempts(store)
    assert kept.result["asked"] == len(quiz.items)


def test_an_unanswered_question_is_named_and_the_others_are_kept(world: World, sign_in: SignIn, post: Post) -> None:
    items = bank.current().get_quiz("m04-l2-open-closed").items
    page = post(sign_in(world.trainee), QUIZ, key="k", **{items[0].id: "a"})
    assert page.status_code == 422
    assert page.text.count("Choose an answer") >= len(items) - 1
    assert page.text.count("checked") == 1


def test_a_problem_or_an_exercise_that_is_not_there_is_not_found(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.trainee)
    for address in (f"{DRILL}?problem=nope", "/learn/open-questioning/form-function-fault/nope", "/learn/x/y/z"):
        assert browser.get(address).status_code == 404


def test_a_drill_submit_asks_the_database_at_most_six_times(
    world: World, sign_in: SignIn, post: Post, queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    browser = sign_in(world.trainee)
    post(browser, DRILL, question="What happens then?", key="first")
    with queries() as asked:
        post(browser, DRILL, question="What happens then?", key="second")
    assert len(asked) <= 6, asked


def test_the_tally_says_why_a_question_has_no_kind(world: World, sign_in: SignIn, post: Post) -> None:
    browser = sign_in(world.trainee)
    for number, said in enumerate(("What happened? What did you want? What now?", "I see.")):
        page = post(browser, DRILL, question=said, key=str(number))
    assert "1 more with several questions at once." in page.text
    assert "1 more with no question in it." in page.text
    assert "where we could not tell" not in page.text
