"""The knowledge test on its pages: saved answer by answer, handed in once, and read with its reasons."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from assessments import bank
from assessments.items import ChoiceItem, MatchItem, OrderItem, ShortItem
from lms.core import clock
from lms.core.unit import Database
from lms.exercises import knowledge
from lms.exercises.knowledge_models import KnowledgeAnswer, KnowledgeTest
from tests.make import World, actor

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
INDEX = "/knowledge-test"


def begin(browser: FlaskClient, post: Post, key: str = "one") -> str:
    """Begins a test and gives its address."""
    sent = post(browser, INDEX, key=key)
    assert sent.status_code == 303, sent.text
    return str(sent.location).removesuffix("/1")


def the_test(store: Database) -> KnowledgeTest:
    with store.readers() as db:
        return db.scalars(select(KnowledgeTest).order_by(KnowledgeTest.started_at.desc())).first() or pytest.fail(
            "none"
        )


def shown(store: Database) -> list[knowledge.Shown]:
    with store.readers() as db:
        return knowledge.questions(db, the_test(store))


def right(each: knowledge.Shown) -> dict[str, str]:
    """The form with the right answer."""
    item = each.item
    match item:
        case ChoiceItem():
            if item.kind == "multiple":
                return {f"answer-{key}": "yes" for key in item.keys}
            return {"answer": item.keys[0], "sure": "sure"}
        case OrderItem():
            return {f"place-{n}": str(item.steps.index(step) + 1) for n, step in enumerate(each.choices)}
        case MatchItem():
            return {f"beside-{n}": str(each.choices.index(pair.right)) for n, pair in enumerate(item.pairs)}
        case ShortItem():
            return {"text": item.accepted[0]}


def a_choice(store: Database, *, wrong: bool = False) -> tuple[int, dict[str, str]]:
    """The number of a question with one right answer, and a form that answers it."""
    each = next(q for q in shown(store) if q.item.kind == "single" and not q.item.safety)
    assert isinstance(each.item, ChoiceItem)
    key = next(key for key in each.item.choices if (key in each.item.keys) is not wrong)
    return each.number, {"answer": key}


def test_every_answer_is_saved_and_all_right_is_passed(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    browser = sign_in(world.trainee)
    here = begin(browser, post)
    for each in shown(store):
        sent = post(browser, f"{here}/{each.number}", version="0", do="next", **right(each))
        assert sent.status_code == 303, (each.item.id, sent.text)
        assert sent.location == (f"{here}/{each.number + 1}" if each.number < 40 else here)
    assert "40 of 40 answered" in browser.get(here).text
    assert post(browser, f"{here}/hand-in", finished="yes").status_code == 303
    page = browser.get(here).text
    assert all(each in page for each in ("You have passed", "40 of 40 points", "All safety questions were right."))
    kept = the_test(store)
    assert kept.passed
    assert set((kept.points or {}).values()) == {"1"}
    assert post(browser, INDEX, key="two").status_code == 409
    assert "It need not be taken again" in browser.get(INDEX).text


def test_another_device_shows_what_was_saved(world: World, sign_in: SignIn, post: Post, store: Database) -> None:
    here = begin(sign_in(world.trainee), post)
    for each in shown(store):
        post(sign_in(world.trainee), f"{here}/{each.number}", version="0", do="list", **right(each))
        page = sign_in(world.trainee).get(f"{here}/{each.number}").text
        assert "Your answer is saved" in page
        for name, value in right(each).items():
            if name.startswith(("place", "beside")):
                assert re.search(rf'id="{name}".*?value="{value}" selected', page, re.DOTALL)
            elif name == "text":
                assert f'value="{value}"' in page
            elif name != "sure" or each.item.kind == "sure":
                assert re.search(rf'name="{name}"\s+value="{value}"[^>]*checked', page), (each.item.id, name)


def test_the_page_saves_by_itself_and_says_the_version(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    browser = sign_in(world.trainee)
    here = begin(browser, post)
    number, form = a_choice(store)
    assert post(browser, f"{here}/{number}/draft", version="0", **form).json == {"version": 1}
    assert post(browser, f"{here}/{number}/draft", version="0", **form).json == {"version": 1}  # once more is the same
    _, other = a_choice(store, wrong=True)
    stale = post(browser, f"{here}/{number}/draft", version="0", **other)
    assert (stale.status_code, "another browser" in stale.text) == (409, True)


def test_an_older_page_shows_both_answers_and_saving_again_decides(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    browser = sign_in(world.trainee)
    here = begin(browser, post)
    number, form = a_choice(store)
    _, other = a_choice(store, wrong=True)
    post(browser, f"{here}/{number}", version="0", do="next", **form)
    stale = post(browser, f"{here}/{number}", version="0", do="next", **other)
    assert stale.status_code == 409
    assert "You answered this in another browser" in stale.text
    assert 'name="version" value="1"' in stale.text
    assert post(browser, f"{here}/{number}", version="1", do="next", **other).status_code == 303
    assert shown(store)[number - 1].answer.keys == (other["answer"],)


def test_the_same_form_sent_twice_and_two_forms_at_once_begin_one_test(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    browser = sign_in(world.trainee)
    assert begin(browser, post) == begin(browser, post) == begin(browser, post, key="another")
    with store.readers() as db:
        assert len(db.scalars(select(KnowledgeTest)).all()) == 1


def test_two_who_begin_at_the_very_same_time_get_one_test(world: World, store: Database) -> None:
    with store.readers() as db:
        who = actor(db, world.trainee)
    found: list[uuid.UUID] = []

    def start(key: str) -> None:
        with store.transaction() as db:
            found.append(knowledge.begin(db, who, key).id)

    threads = [threading.Thread(target=start, args=(key,)) for key in ("a", "b", "c")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 3
    assert len(set(found)) == 1


def test_what_is_handed_in_is_closed(world: World, sign_in: SignIn, post: Post, store: Database) -> None:
    browser = sign_in(world.trainee)
    here = begin(browser, post)
    number, form = a_choice(store)
    assert "Tick that you have finished" in post(browser, f"{here}/hand-in").text
    for _ in range(2):
        assert post(browser, f"{here}/hand-in", finished="yes").status_code == 303
    late = post(browser, f"{here}/{number}", version="0", do="next", **form)
    assert (late.status_code, "You have handed this test in" in late.text) == (409, True)
    assert post(browser, f"{here}/{number}/draft", version="0", **form).status_code == 409
    with store.readers() as db:
        assert not db.scalars(select(KnowledgeAnswer)).all()


def test_somebody_elses_test_is_not_there(world: World, sign_in: SignIn, post: Post, store: Database) -> None:
    here = begin(sign_in(world.trainee), post)
    number, form = a_choice(store)
    for person in (world.other_trainee, world.trainer, world.administrator):
        other = sign_in(person)
        assert [other.get(each).status_code for each in (here, f"{here}/1")] == [404, 404]
        assert post(other, f"{here}/{number}", version="0", do="next", **form).status_code == 404
        assert post(other, f"{here}/{number}/draft", version="0", **form).status_code == 404
        assert post(other, f"{here}/hand-in", finished="yes").status_code == 404
    assert the_test(store).handed_in_at is None


def test_a_question_that_there_is_not_is_not_there(world: World, sign_in: SignIn, post: Post) -> None:
    browser = sign_in(world.trainee)
    here = begin(browser, post)
    for number in (0, 41, 10**9):
        assert browser.get(f"{here}/{number}").status_code == 404


def test_only_trainees_take_it(world: World, sign_in: SignIn, post: Post) -> None:
    browser = sign_in(world.manager)
    assert "taken by trainee facilitators" in browser.get(INDEX).text
    assert post(browser, INDEX, key="one").status_code == 403


def test_a_timed_test_ends_with_its_extra_time_and_can_still_be_handed_in(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    browser = sign_in(world.trainee)
    here = begin(browser, post)
    number, form = a_choice(store)

    def timed(ago: timedelta) -> None:
        with store.transaction() as db:
            db.execute(update(KnowledgeTest).values(minutes=60, extra_minutes=15, started_at=clock.now() - ago))

    timed(timedelta(minutes=74))
    assert post(browser, f"{here}/{number}", version="0", do="next", **form).status_code == 303
    timed(timedelta(minutes=76))
    _, other = a_choice(store, wrong=True)
    late = post(browser, f"{here}/{number}", version="1", do="next", **other)
    assert (late.status_code, "The time for this test is over" in late.text) == (409, True)
    assert "The time for this test is over" in browser.get(here).text
    assert post(browser, f"{here}/hand-in", finished="yes").status_code == 303
    assert (the_test(store).points or {})[shown(store)[number - 1].item.id] == "1"


def test_not_passed_names_lessons_and_waits_seven_days_for_other_questions(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    browser = sign_in(world.trainee)
    here = begin(browser, post)
    first = {each.item.id for each in shown(store)}
    number, form = a_choice(store, wrong=True)
    post(browser, f"{here}/{number}", version="0", do="next", **form)
    post(browser, f"{here}/hand-in", finished="yes")
    page = browser.get(here).text
    assert "Not passed yet" in page
    assert "0 of 40 points" in page
    assert "A safety question went wrong here" in page
    assert "/learn/support-and-safety/" in page
    early = post(browser, INDEX, key="two")
    assert (early.status_code, "You can begin again on" in early.text) == (409, True)
    with store.transaction() as db:
        db.execute(update(KnowledgeTest).values(handed_in_at=clock.now() - timedelta(days=7, minutes=1)))
    begin(browser, post, "three")
    assert not first & {each.item.id for each in shown(store)}


def test_what_was_left_open_shows_no_answer(world: World, sign_in: SignIn, post: Post, store: Database) -> None:
    browser = sign_in(world.trainee)
    here = begin(browser, post)
    post(browser, f"{here}/hand-in", finished="yes")
    page = browser.get(here).text
    assert page.count("You left this one open") == 40
    for each in shown(store):
        if isinstance(each.item, ChoiceItem):
            assert all(option.text not in page for option in each.item.options if len(option.text) > 30)


def test_a_result_is_read_under_the_text_that_was_answered(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    browser = sign_in(world.trainee)
    here = begin(browser, post)
    with store.transaction() as db:  # as if the bank had said something else on that day
        test = db.scalars(select(KnowledgeTest)).one()
        drawn = {**test.drawn, "items": [dict(each) for each in test.drawn["items"]]}
        drawn["items"][0]["item"] = {**drawn["items"][0]["item"], "prompt": "What did the heron say?"}
        test.drawn = drawn
    assert "What did the heron say?" in browser.get(f"{here}/1").text
    post(browser, f"{here}/hand-in", finished="yes")
    assert "What did the heron say?" in browser.get(here).text


@pytest.mark.parametrize("kind", ["order", "match", "sure", "short", "single"])
def test_an_answer_that_is_none_comes_back_with_what_was_chosen(
    world: World, sign_in: SignIn, post: Post, store: Database, kind: str
) -> None:
    browser = sign_in(world.trainee)
    here = _with_kind(browser, post, store, kind)
    bad = {
        "order": {"place-0": "1", "place-1": "1"},
        "match": {"beside-0": "99"},
        "sure": {"answer": "a"},
        "short": {"text": "x" * 250},
        "single": {"answer": "z"},
    }[kind]
    sent = post(browser, f"{here}/1", version="0", do="next", **bad)
    assert sent.status_code == 422
    assert "What you chose is still here." in sent.text
    with store.readers() as db:
        assert not db.scalars(select(KnowledgeAnswer)).all()


def _with_kind(browser: FlaskClient, post: Post, store: Database, kind: str) -> str:
    """A test whose first question is of this kind."""
    here = begin(browser, post)
    item = next(each for each in bank.current().items.values() if each.kind == kind)
    with store.transaction() as db:
        test = db.scalars(select(KnowledgeTest)).one()
        first = {"item": item.model_dump(mode="json"), "shown": list(item.choices), "hash": item.content_hash}
        test.drawn = {**test.drawn, "items": [first, *test.drawn["items"][1:]]}
    return here
