"""The drills in which one writes: a ladder of six questions, and returns in ten words. Nothing typed is ever lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape

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
REPAIR = "/learn/open-questioning/advice-with-a-question-mark/drill"
LADDER = "/learn/open-questioning/deep-questions/ladder"
RETURN = "/learn/open-questioning/facilitating-questions/return"
FIELDS = {REPAIR: "question", LADDER: "probe", RETURN: "say"}
WRITING = [LADDER, RETURN]
[RUNGS] = bank.current().ladders.values()
[RETURNS] = bank.current().returns.values()


def attempts(store: Database) -> list[Attempt]:
    with store.transaction() as db:
        return list(db.scalars(select(Attempt).order_by(Attempt.created_at, Attempt.id)))


def test_each_question_of_a_ladder_is_looked_at_and_they_are_kept_together(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    browser = sign_in(world.trainee)
    assert "How to tell, and two examples" not in browser.get(LADDER).text
    typed = {"clarify": "What comes back?", "viewpoint": "Don’t you think the children are fussy?"}
    page = post(browser, LADDER, key="k", **typed)
    assert page.status_code == 200
    assert page.text.count('class="look') == 2
    assert "Leading" in page.text
    assert page.text.count("How to tell, and two examples") == 6
    for rung in RUNGS.rungs:
        assert rung.tell in page.text
    [kept] = attempts(store)
    assert (kept.kind, kept.item_id, kept.content_hash) == ("ladder", RUNGS.items[0].id, RUNGS.content_hash)
    assert kept.answer == typed
    assert kept.result["viewpoint"]["faults"] == ["X-LEAD"]
    assert kept.rules_version == bank.current().rules.version


def test_what_was_written_on_a_ladder_is_there_when_one_comes_back_and_only_for_oneself(
    world: World, sign_in: SignIn, post: Post
) -> None:
    browser = sign_in(world.trainee)
    post(browser, LADDER, key="k", feeling="What is it like to pass the bins?")
    statement = RUNGS.items[0].id
    again = browser.get(f"{LADDER}?problem={statement}")
    assert "What is it like to pass the bins?" in again.text
    assert "Statement 2 of 4" in browser.get(LADDER).text
    others = sign_in(world.other_trainee).get(f"{LADDER}?problem={statement}")
    assert "What is it like to pass the bins?</textarea>" not in others.text


def test_a_return_is_counted_looked_at_and_kept(world: World, sign_in: SignIn, post: Post, store: Database) -> None:
    browser = sign_in(world.trainee)
    page = post(browser, RETURN, key="one", say="That’s advice, Bram.")
    assert "You said, in 3 words" in page.text
    assert "Names the fault" in page.text
    better = post(browser, RETURN, key="two", say="Which question is under that?")
    assert "Nothing marked" in better.text
    for example in RETURNS.items[0].examples:
        assert example in better.text
    [first, second] = attempts(store)
    assert (first.kind, first.content_hash, first.result["kind"]) == ("return", RETURNS.content_hash, "leading")
    assert second.result["kind"] == "open"
    assert "Round 2 of 8" in browser.get(RETURN).text


def test_eleven_words_come_back_with_their_count(world: World, sign_in: SignIn, post: Post, store: Database) -> None:
    said = "Could you please find the question that may be under that?"
    page = post(sign_in(world.trainee), RETURN, key="k", say=said)
    assert page.status_code == 422
    assert "This is 11 words long. A return has 10 at most, so one has to go." in page.text
    assert said in page.text
    assert not attempts(store)


@pytest.mark.parametrize("address", WRITING)
@pytest.mark.parametrize(
    ("typed", "status"), [("", 422), ("   ", 422), ("x" * 501, 422), ("x" * 4_001, 400), ("?" * 10_000, 400)]
)
def test_nothing_or_far_too_much_comes_back_with_what_was_typed(
    world: World, sign_in: SignIn, post: Post, store: Database, address: str, typed: str, status: int
) -> None:
    page = post(sign_in(world.trainee), address, key="k", **{FIELDS[address]: typed})
    assert page.status_code == status
    assert "Error: " in page.text
    assert typed.strip() in page.text
    assert not attempts(store)


@pytest.mark.parametrize("address", WRITING)
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("أي سؤال تحت هذا؟", "This does not look like English"),
        ("Was hast du bisher schon alles versucht, mein Lieber?", "This does not look like English"),
        ("<script>alert(1)</script> what is it?", "You "),
        ("🙂 What is it like? 🙂", "You "),
    ],
)
def test_whatever_is_written_is_shown_as_it_is_and_met_with_a_sentence(
    world: World, sign_in: SignIn, post: Post, store: Database, address: str, typed: str, sentence: str
) -> None:
    page = post(sign_in(world.trainee), address, key="k", **{FIELDS[address]: typed})
    assert page.status_code == 200
    assert sentence in page.text
    assert typed in unescape(page.text)
    assert "<script>alert" not in page.text
    [kept] = attempts(store)
    assert typed in kept.answer.values()


def test_signs_without_a_word_are_no_return_and_no_question(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    browser = sign_in(world.trainee)
    page = post(browser, RETURN, key="one", say="🙂🙂 …?")
    assert (page.status_code, "There is no word in this yet." in page.text) == (422, True)
    assert not attempts(store)
    assert "No question yet" in post(browser, LADDER, key="two", probe="🙂🙂").text


@pytest.mark.parametrize("address", [REPAIR, *WRITING])
def test_a_page_of_an_older_text_comes_back_with_what_was_typed(
    world: World, sign_in: SignIn, post: Post, store: Database, address: str
) -> None:
    typed = {FIELDS[address]: "What happens then?", "key": "k"}
    for problem in ("", "was-taken-out"):
        page = post(sign_in(world.trainee), address, content="0" * 64, problem=problem, **typed)
        assert page.status_code == 409
        assert "This exercise was rewritten while your page was open." in page.text
        assert "What happens then?" in page.text
    assert not attempts(store)


@pytest.mark.parametrize("address", WRITING)
def test_the_same_form_counts_once_and_takes_no_other_answer(
    world: World, sign_in: SignIn, post: Post, store: Database, address: str
) -> None:
    browser, field = sign_in(world.trainee), FIELDS[address]
    for _ in range(2):
        assert post(browser, address, key="same", **{field: "What happens then?"}).status_code == 200
    other = post(browser, address, key="same", **{field: "What else happens?"})
    assert other.status_code == 422
    assert "What else happens?" in other.text
    assert len(attempts(store)) == 1


@pytest.mark.parametrize("address", WRITING)
def test_a_piece_that_is_not_there_is_not_found(world: World, sign_in: SignIn, post: Post, address: str) -> None:
    browser = sign_in(world.trainee)
    assert browser.get(f"{address}?problem=nope").status_code == 404
    assert post(browser, address, key="k", problem="nope", **{FIELDS[address]: "What?"}).status_code == 404


@pytest.mark.parametrize("address", WRITING)
def test_only_advice_asks_for_a_label(world: World, sign_in: SignIn, post: Post, store: Database, address: str) -> None:
    browser = sign_in(world.trainee)
    post(browser, address, key="k", **{FIELDS[address]: "Where did that begin?"})
    [kept] = attempts(store)
    for door in ("decide", "differ"):
        assert post(browser, f"{address}/{door}", attempt=str(kept.id), label="open").status_code == 404


@pytest.mark.parametrize("address", WRITING)
def test_a_try_asks_the_database_at_most_six_times(
    world: World,
    sign_in: SignIn,
    post: Post,
    queries: Callable[[], AbstractContextManager[list[str]]],
    address: str,
) -> None:
    browser, field = sign_in(world.trainee), FIELDS[address]
    post(browser, address, key="first", **{field: "What happens then?"})
    with queries() as asked:
        post(browser, address, key="second", **{field: "What happens then?"})
    assert len(asked) <= 6, asked
