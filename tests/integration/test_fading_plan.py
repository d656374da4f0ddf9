"""The plan of fading: who makes it, in which order, and who reads it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from assessments.group_standards import get_group_standard
from lms.core import clock
from lms.core.unit import Database
from lms.takeover import moves, planning
from tests.make import World, actor, make_group

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
ORDER = [each.id for each in get_group_standard().stages[1:]]
DAYS = st.dictionaries(st.sampled_from(ORDER), st.dates(date(2026, 1, 1), date(2027, 1, 1)))


@pytest.fixture
def circle(store: Database, world: World) -> uuid.UUID:
    with store.transaction() as db:
        return make_group(db, world)


def test_the_trainer_plans_the_circle_reads_and_what_is_past_is_said(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    ruth, path = sign_in(world.trainer), f"/groups/{circle}/taking-over/plan"
    today = clock.today("Europe/London")
    gone, soon = today - timedelta(days=3), today + timedelta(days=40)
    form = {"day-G2a": f"{gone:%d/%m/%Y}", "day-G2b": f"{soon:%d/%m/%Y}"}
    assert post(ruth, path, **form).status_code == 303
    page = " ".join(sign_in(world.trainee).get(f"/groups/{circle}/taking-over").text.split())
    assert "<b>Run together</b>, was planned for" in page
    assert "<b>Run by members</b>, by" in page
    with store.transaction() as db:
        moves.move(db, actor(db, world.trainer), circle, "G1", "G2a", "They ask.", "password", uuid.uuid4())
    assert "was planned for" not in sign_in(world.trainee).get(f"/groups/{circle}/taking-over").text
    assert post(ruth, path, **{"day-G2b": ""}).status_code == 303
    with store.readers() as db:
        assert planning.find_plan(db, circle) == {}


def test_days_that_are_none_or_out_of_order_come_back(
    world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    ruth, path = sign_in(world.trainer), f"/groups/{circle}/taking-over/plan"
    late = post(ruth, path, **{"day-G2a": "1 May 2027", "day-G2b": "3 April 2027"})
    assert late.status_code == 422
    assert "Choose this day or a later one: 1 May 2027." in late.text
    assert 'value="3 April 2027"' in late.text
    assert post(ruth, path, **{"day-G2a": "spring"}).status_code == 422
    for who in (world.trainee, world.other_trainer):
        assert post(sign_in(who), path, **{"day-G2a": "1 May 2027"}).status_code == 403
    assert sign_in(world.manager).get(path).status_code == 404


@given(DAYS)
def test_a_plan_is_in_order_exactly_when_no_later_stage_comes_before(days: dict[str, date]) -> None:
    planned = [days[each] for each in ORDER if each in days]
    assert (planning.out_of_order(days, ORDER) == {}) == (planned == sorted(planned))
