"""A silence is measured between two presses; what began too long ago, in the future, or elsewhere is not counted."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from assessments import bank, pauses
from lms.core import clock
from lms.core.unit import Database
from lms.exercises import drills
from lms.exercises.models import Attempt
from lms.exercises.places import CHANGED
from lms.exercises.silence_views import FORGED
from tests.integration.test_at_once import at_once
from tests.make import World, actor

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
SILENCE = "/learn/ambiguity-and-silence/three-seconds-ten-seconds/silence"
ACTIVITY = "M06-L2-silence"
[SHEET] = bank.current().silences.values()
NAMED = re.compile(r'name="start" value="([^"]+)"')


def attempts(store: Database) -> list[Attempt]:
    with store.transaction() as db:
        return list(db.scalars(select(Attempt).order_by(Attempt.created_at, Attempt.id)))


def begin(browser: FlaskClient, post: Post) -> str:
    """What the form of a silence carries that begins now."""
    found = NAMED.search(post(browser, SILENCE, do="begin").text)
    assert found
    return found[1]


def end(browser: FlaskClient, post: Post, start: str, seconds: float) -> TestResponse:
    """Speak so many seconds from now."""
    with clock.at(clock.now() + timedelta(seconds=seconds)):
        return post(browser, SILENCE, start=start)


def test_three_seconds_are_kept_and_bring_the_longer_answer(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    browser, first = sign_in(world.trainee), SHEET.items[0]
    assert first.ask in browser.get(SILENCE).text
    assert end(browser, post, begin(browser, post), 3.4).status_code == 303
    page = browser.get(SILENCE).text
    assert "3.4 seconds" in page
    assert first.slow in page
    assert first.more not in page
    end(browser, post, begin(browser, post), 5)
    assert first.more in browser.get(SILENCE).text
    [question, answer] = attempts(store)
    assert (question.kind, question.item_id, question.content_hash) == ("silence", first.id, SHEET.content_hash)
    assert (question.answer, answer.answer) == ({"pause": 0, "after": "question"}, {"pause": 1, "after": "answer"})
    assert question.result["kept"] is True


def test_a_shorter_pause_gets_the_shorter_answer(world: World, sign_in: SignIn, post: Post, store: Database) -> None:
    browser, first = sign_in(world.trainee), SHEET.items[0]
    for _ in range(2):
        end(browser, post, begin(browser, post), 1.9)
    page = browser.get(SILENCE).text
    assert "Shorter than 3" in page
    assert "Marguerite was about to say more." in page
    assert first.more not in page
    assert [each.result["kept"] for each in attempts(store)] == [False, False]


def test_beginning_keeps_nothing(world: World, sign_in: SignIn, post: Post, store: Database) -> None:
    browser = sign_in(world.trainee)
    begin(browser, post)
    assert not attempts(store)


@pytest.mark.parametrize(
    ("seconds", "sentence"), [(301, pauses.TOO_OLD), (-60, pauses.NOT_YET)], ids=["too old", "future"]
)
def test_a_silence_that_began_too_long_ago_or_in_the_future_is_not_measured(
    world: World, sign_in: SignIn, post: Post, store: Database, seconds: float, sentence: str
) -> None:
    browser = sign_in(world.trainee)
    page = end(browser, post, begin(browser, post), seconds)
    assert page.status_code == 422
    assert sentence in page.text
    assert not attempts(store)


@pytest.mark.parametrize("start", ["", "[0, 1]", "🙂", "x" * 4_001, "?" * 10_000, "متى", "WzAsIm5vdyJd.forged"])
def test_a_beginning_that_was_lost_or_made_up_is_not_measured(
    world: World, sign_in: SignIn, post: Post, store: Database, start: str
) -> None:
    page = post(sign_in(world.trainee), SILENCE, start=start)
    assert page.status_code == 422
    assert FORGED in page.text
    assert not attempts(store)


def test_somebody_else_s_beginning_is_not_measured(world: World, sign_in: SignIn, post: Post, store: Database) -> None:
    theirs = begin(sign_in(world.other_trainee), post)
    page = post(sign_in(world.trainee), SILENCE, start=theirs)
    assert (page.status_code, FORGED in page.text) == (422, True)
    assert not attempts(store)


def test_one_pause_ended_twice_counts_once(world: World, sign_in: SignIn, post: Post, store: Database) -> None:
    browser = sign_in(world.trainee)
    start, beside = begin(browser, post), begin(browser, post)
    for each in (start, start, beside):
        assert end(browser, post, each, 4).status_code == 303
    [kept] = attempts(store)
    assert 3_900 <= kept.result["ms"] <= 6_000


def test_one_pause_ended_many_times_at_once_counts_once(store: Database, world: World) -> None:
    begun = clock.now()
    answers = at_once(
        store, lambda db: drills.submit_pause(db, actor(db, world.trainee), ACTIVITY, SHEET, 0, begun), many=4
    )
    assert answers == [None] * 4
    assert len(attempts(store)) == 1


def test_a_page_of_an_older_text_says_so(world: World, sign_in: SignIn, post: Post, store: Database) -> None:
    browser = sign_in(world.trainee)
    start = begin(browser, post)
    for form in ({"do": "begin"}, {"start": start}):
        page = post(browser, SILENCE, content="0" * 64, **form)
        assert (page.status_code, CHANGED in page.text) == (409, True)
    assert not attempts(store)


def _keep(store: Database, who: object, lengths: list[float]) -> None:
    for number, seconds in enumerate(lengths):
        with store.transaction() as db:
            begun = clock.now() - timedelta(seconds=seconds)
            drills.submit_pause(db, actor(db, who), ACTIVITY, SHEET, number, begun)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kept", "said"), [(8, "You have the length in your body."), (7, "don’t make it a matter of character.")]
)
def test_after_ten_the_page_says_the_share_and_ten_more_begin(
    world: World, sign_in: SignIn, post: Post, store: Database, kept: int, said: str
) -> None:
    _keep(store, world.trainee, [3.5] * kept + [1.0] * (10 - kept))
    browser = sign_in(world.trainee)
    page = browser.get(SILENCE).text
    assert f"That is {kept}0 %" in page
    assert said in page
    assert page.count("3.5 seconds") == kept
    assert "Pause 1 of 10" in browser.get(f"{SILENCE}?again=1").text
    end(browser, post, begin(browser, post), 4)
    assert "Pause 2 of 10" in browser.get(SILENCE).text


def test_for_the_last_three_the_circle_is_gone(world: World, sign_in: SignIn, post: Post, store: Database) -> None:
    browser = sign_in(world.trainee)
    _keep(store, world.trainee, [3.5] * 6)
    assert 'class="calm"' in post(browser, SILENCE, do="begin").text
    end(browser, post, begin(browser, post), 4)
    assert 'class="calm"' not in post(browser, SILENCE, do="begin").text


def test_nobody_sees_another_s_silences(world: World, sign_in: SignIn, store: Database) -> None:
    _keep(store, world.trainee, [3.5] * 10)
    assert "Pause 1 of 10" in sign_in(world.other_trainee).get(SILENCE).text
