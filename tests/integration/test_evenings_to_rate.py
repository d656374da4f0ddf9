"""An invented evening is rated row by row, once, and laid beside the key; nobody else sees it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from assessments import cases
from lms.core.unit import Database
from lms.exercises.models import CaseRating
from tests.make import World

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
CASE = cases.current()["hospice-volunteers"]
PATH = f"/evenings-to-rate/{CASE.id}"
LESSON = "/learn/reflection-and-feedback/calibration"


def kept(store: Database) -> list[CaseRating]:
    with store.readers() as db:
        return list(db.scalars(select(CaseRating).order_by(CaseRating.rated_at, CaseRating.id)))


def hidden(page: str) -> dict[str, str]:
    return {name: re.findall(rf'name="{name}" value="([^"]*)"', page)[0] for name in ("key", "text")}


def levels(**changed: object) -> dict[str, object]:
    return {f"row-{row}": changed.get(row, level) for row, level in CASE.levels.items()}


def test_the_lesson_leads_to_the_evenings_and_no_key_shows_before(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.trainer)
    assert "Choose an evening" in browser.get(LESSON).text
    assert browser.get(f"{LESSON}/evenings").location == "/evenings-to-rate"
    page = browser.get("/evenings-to-rate").text
    assert all(f'href="/evenings-to-rate/{each}"' in page for each in cases.current())
    page = browser.get(PATH).text
    assert all(scene.saw in page for scene in CASE.scenes)
    assert not any(each.why in page for each in CASE.key)
    assert "checked" not in page


def test_a_rating_is_kept_once_and_shown_with_reasons(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    browser = sign_in(world.trainee)
    page = hidden(browser.get(PATH).text)
    sent = [post(browser, PATH, **page, **levels(safety=level)) for level in (4, 5)]
    assert [each.status_code for each in sent] == [303, 303]
    assert sent[0].location == sent[1].location
    [row] = kept(store)
    assert (row.levels["safety"], row.key["safety"], row.content_hash) == (4, 1, CASE.content_hash)
    result = browser.get(sent[0].location).text
    assert "You use the anchors as we do" in result
    assert "9 of 10 rows within one anchor, 9 of them the same" in result
    assert all(each.why in result for each in CASE.key)
    assert result.index('id="row-safety"') < result.index('id="row-contract"')
    assert "9 of 10 rows" in browser.get("/evenings-to-rate").text


def test_below_four_in_five_another_evening_is_offered(world: World, sign_in: SignIn, post: Post) -> None:
    browser = sign_in(world.trainee)
    form = levels(safety="none", time="none", stance="none")
    page = browser.get(post(browser, PATH, **hidden(browser.get(PATH).text), **form).location).text
    assert "You use some anchors differently" in page
    assert "Not to be seen" in page
    assert "Rate this one" in page
    assert f'href="{PATH}"' not in page


@pytest.mark.parametrize("wrong", ["", "6", "0", "three", "<b>"])
def test_a_row_without_a_level_is_named_and_the_others_are_kept(
    world: World, sign_in: SignIn, post: Post, store: Database, wrong: str
) -> None:
    browser = sign_in(world.trainee)
    page = post(browser, PATH, **hidden(browser.get(PATH).text), **levels(time=wrong))
    assert page.status_code == 422
    assert page.text.count("Choose what you saw") == 2  # in the summary and at the row
    assert page.text.count("checked") == len(CASE.key) - 1
    assert not kept(store)


def test_an_evening_that_was_revised_meanwhile_says_so_and_keeps_the_levels(
    world: World, sign_in: SignIn, post: Post, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in(world.trainee)
    page = hidden(browser.get(PATH).text)
    revised = CASE.model_copy(update={"title": "A pleasure"})
    revised.__dict__.pop("content_hash", None)
    monkeypatch.setattr(cases, "current", lambda: {CASE.id: revised})
    told = post(browser, PATH, **page, **levels())
    assert told.status_code == 409
    assert "was revised since you opened it" in told.text
    assert told.text.count("checked") == len(CASE.key)
    assert not kept(store)
    sent = post(browser, PATH, **hidden(told.text), **levels())
    monkeypatch.setattr(cases, "current", dict)
    page_then = browser.get(sent.location)
    assert page_then.status_code == 200
    assert "has been revised since" in page_then.text
    assert browser.get("/evenings-to-rate").status_code == 200


def test_nobody_else_sees_or_takes_over_a_rating(world: World, sign_in: SignIn, post: Post, store: Database) -> None:
    mine, theirs = sign_in(world.trainee), sign_in(world.other_trainee)
    page = hidden(mine.get(PATH).text)
    sent = post(mine, PATH, **page, **levels()).location
    assert post(theirs, PATH, **page, **levels(time=1)).status_code == 404
    for who in (world.other_trainee, world.trainer, world.administrator, world.stranger):
        assert sign_in(who).get(sent).status_code == 404
    assert mine.get(f"/evenings-to-rate/rated/{uuid.uuid4()}").status_code == 404
    assert mine.get("/evenings-to-rate/nowhere").status_code == 404
    assert [row.levels["time"] for row in kept(store)] == [CASE.levels["time"]]
