"""When a trainer is away: what can be said, what cannot, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.core.errors import Invalid
from lms.core.unit import Database
from lms.practice import service
from lms.practice.absences import Away
from tests.integration.test_at_once import at_once
from tests.make import World, actor

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
NOW = datetime(2026, 5, 12, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def away(first: int, last: int) -> Away:
    return Away(NOW.date() + timedelta(first), NOW.date() + timedelta(last))


@pytest.mark.parametrize("days", [(3, 2), (-9, -1), (0, 400), (900, 901), (1, 5), (5, 8)])
def test_absences_that_cannot_be_are_refused_with_a_sentence(
    store: Database, world: World, days: tuple[int, int]
) -> None:
    with store.transaction() as db:
        service.be_away(db, actor(db, world.trainer), away(2, 6))
        service.be_away(db, actor(db, world.trainer), away(2, 6))  # sent twice
    with store.transaction() as db, pytest.raises(Invalid):
        service.be_away(db, actor(db, world.trainer), away(*days))
    with store.readers() as db:
        assert len(service.list_absences(db, actor(db, world.trainer))) == 1


def test_an_absence_said_many_times_at_once_is_one(store: Database, world: World) -> None:
    answers = at_once(store, lambda db: service.be_away(db, actor(db, world.trainer), away(0, 3)))
    assert [each for each in answers if not isinstance(each, Invalid)].count(None) >= 1
    with store.readers() as db:
        assert len(service.list_absences(db, actor(db, world.trainer))) == 1


def test_an_absence_ends_early_and_stays_among_the_past(
    store: Database, world: World, sign_in: SignIn, post: Post
) -> None:
    with store.transaction() as db:
        service.be_away(db, actor(db, world.trainer), away(-2, 5))
        service.be_away(db, actor(db, world.trainer), away(9, 9))
    browser = sign_in(world.trainer)
    assert "You are away until 17 May" in browser.get("/sign-off/absences").text
    with store.readers() as db:
        coming, now = service.list_absences(db, actor(db, world.trainer))
    other = sign_in(world.other_trainer)
    assert post(other, f"/sign-off/absences/{now.id}/end").status_code == 404
    for each in (now, coming):
        assert post(browser, f"/sign-off/absences/{each.id}/end").status_code == 303
    page = browser.get("/sign-off/absences").text
    assert "You are there" in page
    assert "10 May to 11 May" in page
    assert "21 May" not in page


def test_a_day_that_is_none_brings_the_page_back_as_it_was_typed(world: World, sign_in: SignIn, post: Post) -> None:
    browser = sign_in(world.trainer)
    refused = post(browser, "/sign-off/absences", starts_on="soon", ends_on="14 May 2026")
    assert refused.status_code == 422
    assert "14 May 2026" in refused.text
    taken = post(browser, "/sign-off/absences", starts_on="13/5/2026", ends_on="14 May 2026")
    assert taken.status_code == 303
    assert "13 May to 14 May" in browser.get("/sign-off/absences").text
