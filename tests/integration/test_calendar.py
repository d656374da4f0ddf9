"""A person’s private calendar, on both engines: when and where they meet, and nothing else."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.core.unit import Database
from lms.groups import meetings, service
from lms.groups.models import CalendarFeed, Meeting
from lms.groups.rhythm import Plan
from lms.people.models import Membership
from tests.make import World, actor, make_group

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
wall = datetime.fromisoformat  # what the clock on the wall shows


pytestmark = pytest.mark.usefixtures("early_in_2027")


def address(browser: FlaskClient, post: Post) -> str:
    found = re.search(r"/calendar/[\w-]+\.ics", post(browser, "/calendar").text)
    assert found
    return found.group()


@pytest.fixture
def group(store: Database, world: World) -> uuid.UUID:
    with store.transaction() as db:
        made = make_group(db, world)
        who = actor(db, world.trainer)
        service.add_member(db, who, made, "Kestrel")
        meetings.plan(db, who, made, Plan(wall("2027-03-21T00:30"), 90, "Hall; back, door", 1, date(2027, 3, 28)))
        return made


def test_it_says_when_and_where_in_the_circle_s_own_zone(
    group: uuid.UUID, world: World, client: FlaskClient, sign_in: Browser, post: Post
) -> None:
    answer = client.get(address(sign_in(world.trainee), post))
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Cache-Control"] == "no-store"
    calendar = Calendar.from_ical(answer.data)
    assert [str(each["TZID"]) for each in calendar.walk("VTIMEZONE")] == ["Europe/London"]
    first, night = calendar.walk("VEVENT")
    assert str(first["LOCATION"]) == "Hall; back, door"
    assert f"{first.decoded('DTSTART'):%m-%d %H:%M %Z}" == "03-21 00:30 GMT"
    assert night.decoded("DURATION") == timedelta(minutes=90)  # true minutes, in the night the clock jumps
    assert first["UID"] != night["UID"]
    assert "Kestrel" not in answer.text


def test_a_moved_meeting_keeps_its_name_there_and_one_called_off_goes(
    store: Database, group: uuid.UUID, world: World, client: FlaskClient, sign_in: Browser, post: Post
) -> None:
    path = address(sign_in(world.trainer), post)
    before = Calendar.from_ical(client.get(path).data).walk("VEVENT")
    with store.transaction() as db:
        ids = db.scalars(select(Meeting.id).order_by(Meeting.starts_local)).all()
        meetings.move(db, actor(db, world.trainer), group, ids[0], Plan(wall("2027-03-22T16:00"), 60))
        meetings.call_off(db, actor(db, world.trainer), group, ids[1])
    (after,) = Calendar.from_ical(client.get(path).data).walk("VEVENT")
    assert after["UID"] == before[0]["UID"]
    assert (before[0]["SEQUENCE"], after["SEQUENCE"]) == (0, 1)


def test_a_new_address_closes_the_one_before_and_closing_closes_it(
    store: Database, group: uuid.UUID, world: World, client: FlaskClient, sign_in: Browser, post: Post
) -> None:
    browser = sign_in(world.trainee)
    first = address(browser, post)
    second = address(browser, post)
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    assert "since 1 March" in browser.get("/calendar").text
    assert second not in browser.get("/calendar").text
    with store.readers() as db:
        kept = db.scalars(select(CalendarFeed.secret_digest)).one()
    assert kept not in second
    assert post(browser, "/calendar/end").status_code == 303
    assert client.get(second).status_code == 404


def test_only_one_s_own_circles_and_only_while_one_belongs_there(
    store: Database, group: uuid.UUID, world: World, client: FlaskClient, sign_in: Browser, post: Post
) -> None:
    paths = {each: address(sign_in(each), post) for each in (world.trainee, world.manager, world.stranger)}
    seen = {each: client.get(path).text.count("BEGIN:VEVENT") for each, path in paths.items()}
    assert seen == {world.trainee: 2, world.manager: 0, world.stranger: 0}
    with store.transaction() as db:
        db.scalars(select(Membership).where(Membership.person_id == world.trainee)).one().ended_on = date(2027, 2, 1)
    assert "BEGIN:VEVENT" not in client.get(paths[world.trainee]).text


def test_the_secret_is_in_no_log(
    group: uuid.UUID, world: World, sign_in: Browser, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = sign_in(world.trainee)
    path = address(browser, post)
    browser.get(path)
    assert path.removeprefix("/calendar/").removesuffix(".ics") not in caplog.text
