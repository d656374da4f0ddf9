"""Planning a circle’s meetings in one step, and moving one, on both engines."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.core.errors import Forbidden, Invalid
from lms.core.unit import Database
from lms.groups import meetings, service
from lms.groups.calendar import coming_meetings
from lms.groups.models import Meeting
from lms.groups.rhythm import Plan
from tests.integration.test_at_once import MANY, at_once
from tests.make import World, actor, make_group

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
wall = datetime.fromisoformat  # what the clock on the wall shows
NIGHTS = {"day": "14 March 2027", "time": "01:30", "minutes": "90", "every": "1", "until": "11 April 2027"}


pytestmark = pytest.mark.usefixtures("early_in_2027")


def starts(store: Database) -> list[str]:
    with store.readers() as db:
        return [
            f"{each:%m-%d %H:%M}" for each in db.scalars(select(Meeting.starts_local).order_by(Meeting.starts_local))
        ]


def test_one_step_plans_every_second_tuesday_and_a_second_press_plans_no_more(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
    browser = sign_in(world.trainee)
    form = {"day": "16 March 2027", "time": "16:00", "minutes": "90", "every": "2", "until": "30 April 2027"}
    for _ in range(2):
        assert post(browser, f"/groups/{group}/meetings", **form).status_code == 303
    assert starts(store) == ["03-16 16:00", "03-30 16:00", "04-13 16:00", "04-27 16:00"]
    assert "Tuesday 27 April, 16:00" in browser.get(f"/groups/{group}").text


def test_the_night_the_clock_jumps_is_moved_and_said(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
    browser = sign_in(world.trainee)
    assert post(browser, f"/groups/{group}/meetings", **NIGHTS).status_code == 303
    assert starts(store) == ["03-14 01:30", "03-21 01:30", "03-28 02:30", "04-04 01:30", "04-11 01:30"]
    assert "jumps over 01:30, so that meeting begins at 02:30" in browser.get(f"/groups/{group}").text
    with store.readers() as db:
        coming = coming_meetings(db, [world.trainee], date(2027, 3, 28))
    assert f"{coming[0].ends_local:%H:%M}" == "04:00"


def test_too_many_or_backwards_is_refused_with_everything_typed(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
    browser = sign_in(world.trainee)
    many = post(browser, f"/groups/{group}/meetings", **NIGHTS | {"until": "12 September 2027"})
    assert (many.status_code, "Plan up to 26 meetings at a time" in many.text) == (422, True)
    assert 'value="12 September 2027"' in many.text
    assert post(browser, f"/groups/{group}/meetings", **NIGHTS | {"until": "5 September 2027"}).status_code == 303
    assert len(starts(store)) == 26
    assert browser.get(f"/groups/{group}").text.count("Call off<") == 26
    for every in ("soon", "9" * 40, "-1"):
        assert post(browser, f"/groups/{group}/meetings", **NIGHTS | {"every": every}).status_code == 422
    for until in ("1 March 2027", "", "soon"):
        assert post(browser, f"/groups/{group}/meetings", **NIGHTS | {"until": until}).status_code == 422


def test_one_meeting_is_moved_and_the_others_stay(store: Database, world: World, sign_in: Browser, post: Post) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
        rhythm = Plan(wall("2027-03-16T16:00"), 90, "", 1, date(2027, 3, 30))
        meetings.plan(db, actor(db, world.trainee), group, rhythm)
        second = db.scalars(select(Meeting.id).order_by(Meeting.starts_local).offset(1).limit(1)).one()
    ruth, address = sign_in(world.trainer), f"/groups/{group}/meetings/{second}"
    assert 'value="23 March 2027"' in ruth.get(address).text
    to = {"day": "24 March 2027", "time": "17:15", "minutes": "75", "meeting_place": "Hall"}
    assert post(ruth, address, **to).status_code == 303
    assert starts(store) == ["03-16 16:00", "03-24 17:15", "03-30 16:00"]
    clash = post(ruth, address, **to | {"day": "30 March 2027", "time": "16:00"})
    assert (clash.status_code, "already meets then" in clash.text) == (422, True)
    assert "jumps over 01:30" in post(ruth, address, **to | {"day": "28 March 2027", "time": "01:30"}).text
    assert post(sign_in(world.stranger), address, **to).status_code == 404


def test_what_has_begun_is_not_moved(store: Database, world: World) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
        row = Meeting(group_id=group, starts_local=wall("2027-03-01T11:00"), zone="Europe/London", minutes=90, place="")
        db.add(row)
        db.flush()
        with pytest.raises(Forbidden):
            meetings.move(db, actor(db, world.trainer), group, row.id, Plan(wall("2027-04-01T11:00"), 90))


def test_a_time_that_comes_twice_is_taken_the_first_time_and_said(store: Database, world: World) -> None:
    with store.transaction() as db:
        group, who = make_group(db, world), actor(db, world.trainer)
        notes = meetings.plan(db, who, group, Plan(wall("2027-10-31T01:30"), 60))
        assert "begins the first time" in notes[0]
        with pytest.raises(Invalid):
            meetings.plan(db, who, group, Plan(wall("2027-03-28T01:30"), 60))


def test_a_meeting_moved_without_a_place_is_at_the_usual_one(store: Database, world: World) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
        who = actor(db, world.trainer)
        service.get_group(db, who, group).place = "Depot kitchen"
        meetings.plan(db, who, group, Plan(wall("2027-03-16T16:00"), 90, "Hall"))
        row = db.scalars(select(Meeting)).one()
        meetings.move(db, who, group, row.id, Plan(wall("2027-03-17T16:00"), 90))
        assert row.place == "Depot kitchen"


def test_two_meetings_moved_to_one_time_at_once_do_not_meet_there(store: Database, world: World) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
        meetings.plan(db, actor(db, world.trainer), group, Plan(wall("2027-03-16T16:00"), 90, "", 1, date(2027, 5, 4)))
        ids = iter(db.scalars(select(Meeting.id)).all())

    def move(db: Session) -> list[str]:
        return meetings.move(db, actor(db, world.trainer), group, next(ids), Plan(wall("2027-06-01T16:00"), 90))

    answers = at_once(store, move)
    assert answers.count([]) == 1
    assert [type(each) for each in answers if each != []] == [Invalid] * (MANY - 1)
