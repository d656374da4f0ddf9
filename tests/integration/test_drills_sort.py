"""Questions are sorted one at a time by three facets; every answer reads the key's reasons, and all of them a kappa."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from assessments import bank
from assessments.drills import FACETS, SortItem
from lms.core.unit import Database
from lms.exercises import drills
from lms.exercises.models import Attempt
from tests.make import World, actor

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
SORT = "/learn/open-questioning/form-function-fault/sort"
[SHEET] = bank.current().sorts.values()
KEY = {facet: SHEET.items[0].keys[facet][0] for facet in FACETS}


def attempts(store: Database) -> list[Attempt]:
    with store.transaction() as db:
        return list(db.scalars(select(Attempt).order_by(Attempt.created_at, Attempt.id)))


def test_an_answer_is_laid_beside_the_key_facet_by_facet(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    page = post(sign_in(world.trainee), SORT, key="k", **(KEY | {"fault": "X-LEAD"}))
    assert page.status_code == 200
    assert page.text.count("You and the key") == 2
    assert page.text.count('data-c="info"') >= 1
    for reason in SHEET.items[0].reasons.values():
        assert reason in unescape(page.text)
    [kept] = attempts(store)
    assert (kept.kind, kept.item_id, kept.content_hash) == ("sort", SHEET.items[0].id, SHEET.content_hash)
    assert kept.result == {"form": True, "function": True, "fault": False}


def test_where_two_answers_can_be_defended_the_other_fits_as_well(world: World, sign_in: SignIn, post: Post) -> None:
    item = next(each for each in SHEET.items if len(each.fault.key) == 2)
    answer = {facet: item.keys[facet][0] for facet in FACETS} | {"fault": item.fault.key[1]}
    page = post(sign_in(world.trainee), SORT, key="k", problem=item.id, **answer)
    assert page.text.count("You and the key") == 3
    assert "Fits as well" in page.text


@pytest.mark.parametrize("typed", ["", "X-NONE", "🙂", "x" * 4_001, "?" * 10_000, "نعم", "<script>"])
def test_a_facet_without_an_answer_is_named_and_the_others_are_kept(
    world: World, sign_in: SignIn, post: Post, store: Database, typed: str
) -> None:
    page = post(sign_in(world.trainee), SORT, key="k", **(KEY | {"function": typed}))
    assert page.status_code == 422
    assert "Choose what it is for." in page.text
    assert f'value="{KEY["form"]}" selected' in page.text
    assert not attempts(store)


def test_an_older_page_comes_back_with_what_was_chosen(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    page = post(sign_in(world.trainee), SORT, key="k", content="0" * 64, problem="was-taken-out", **KEY)
    assert page.status_code == 409
    assert "This exercise was rewritten while your page was open." in page.text
    assert f'value="{KEY["form"]}" selected' in page.text
    assert not attempts(store)


def test_the_same_form_counts_once_and_takes_no_other_answer(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    browser = sign_in(world.trainee)
    for _ in range(2):
        assert post(browser, SORT, key="same", **KEY).status_code == 200
    assert post(browser, SORT, key="same", **(KEY | {"form": "F-TAG"})).status_code == 422
    assert len(attempts(store)) == 1


def test_a_question_that_is_not_there_is_not_found(world: World, sign_in: SignIn, post: Post) -> None:
    browser = sign_in(world.trainee)
    assert browser.get(f"{SORT}?problem=nope").status_code == 404
    assert post(browser, SORT, key="k", problem="nope", **KEY).status_code == 404


def _sort_all(store: Database, who: object, answer: Callable[[SortItem], dict[str, str]]) -> None:
    with store.transaction() as db:
        for item in SHEET.items:
            drills.submit_sort(db, actor(db, who), "M04-L1-sort", SHEET, item, answer(item), f"all {item.id}")  # type: ignore[arg-type]


def test_when_all_are_sorted_the_page_says_how_far_one_agrees(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    def right_but_for_one_form(item: SortItem) -> dict[str, str]:
        key = {facet: item.keys[facet][0] for facet in FACETS}
        return key | {"form": "F-TAG"} if item is SHEET.items[0] else key

    _sort_all(store, world.trainee, right_but_for_one_form)
    browser = sign_in(world.trainee)
    page = browser.get(SORT)
    assert "On form you and the key agreed in 19 of 20" in page.text
    assert "κ is 0.93" in page.text
    post(browser, SORT, key="again", problem=SHEET.items[0].id, **KEY)
    page = browser.get(SORT)
    assert "19 of 20 at first sight, 20 by your latest answers" in page.text
    assert "Question 1 of 20" in sign_in(world.other_trainee).get(SORT).text


def test_an_answer_asks_the_database_at_most_six_times(
    world: World, sign_in: SignIn, post: Post, queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    browser = sign_in(world.trainee)
    post(browser, SORT, key="first", **KEY)
    with queries() as asked:
        post(browser, SORT, key="second", **KEY)
    assert len(asked) <= 6, asked
