"""The circles of an organisation, as its managers see them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, time, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from lms.advising import cases
from lms.advising.rules import Advice
from lms.aftercare import letters, service
from lms.aftercare.models import DriftSign
from lms.core import clock
from lms.core.unit import Database
from lms.coverage import circles
from lms.coverage.circle_rules import KEPT, needs
from lms.coverage.circles import Circles
from lms.groups.models import Meeting, PeerGroup
from lms.people.managed import managed
from lms.people.models import Membership
from tests.evidence import make_meeting
from tests.make import World, actor, make_group
from tests.make_aftercare import make_handed_over
from tests.make_hand_over import draft, make_near

Browser = Callable[..., FlaskClient]


def look(store: Database, world: World) -> Circles:
    with store.readers() as db:
        return circles.look(db, managed(actor(db, world.manager)), clock.today())


def sentences(store: Database, world: World) -> str:
    found = look(store, world)
    return " ".join(need.sentence for each in found.rows for need in needs(each, found.today))


def test_a_circle_is_told_from_outside(store: Database, world: World, sign_in: Browser) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
        make_meeting(db, group, datetime.combine(clock.today() - timedelta(days=9), time(9)))
        make_meeting(db, group, datetime.combine(clock.today() + timedelta(days=5), time(9)))
    [row] = look(store, world).rows
    assert (row.name, row.unit, row.stage, row.facilitator) == ("Parks & Depot", "Parks & Depot", "G1", "Amara Osei")
    assert ((clock.today() - row.met_on).days if row.met_on else 0, row.runs_itself) == (9, False)
    page = sign_in(world.manager).get("/coverage/circles").text
    assert "Your one circle needs nobody today" in page
    assert "9 days ago" in page


def test_a_meeting_to_which_nobody_came_was_none(store: Database, world: World) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
        met = make_meeting(db, group, datetime.combine(clock.today() - timedelta(days=9), time(9)))
        db.execute(update(Meeting).where(Meeting.id == met).values(attendance_at=clock.now()))
    [row] = look(store, world).rows
    assert row.met_on is None
    assert "No date is set for its next meeting." in sentences(store, world)


def test_a_hand_over_says_whom_it_waits_for_and_never_who_said_no(store: Database, world: World) -> None:
    with store.transaction() as db:
        draft(db, world, make_near(db, world))
    [row] = look(store, world).rows
    assert row.under_way
    assert set(row.waits_for) == {"trainer", "facilitator", "sponsor", "circle"}
    said = sentences(store, world)
    assert "waits for Ruth Tamihana, whoever facilitates it, a manager here and the circle’s own yes" in said


def test_signs_are_told_by_title_and_what_is_the_circle_s_own_only_as_such(store: Database, world: World) -> None:
    with store.transaction() as db:
        group = db.get_one(PeerGroup, make_handed_over(db, world, 100))
        letters.tell_signs(db, service.look_at(group))
        about = {"group_id": group.id, "handed_over_at": group.handed_over_at, "on_day": clock.today()}
        db.add(DriftSign(**about, kind="harm", told_at=clock.now()))
        db.add(DriftSign(**about, kind="safety-fell", told_at=clock.now()))
    said = sentences(store, world)
    assert "A check after the hand-over was not answered" in said
    assert said.count(KEPT) == 1
    assert "harm" not in said.casefold()
    assert "safe" not in said.casefold()


def test_a_sign_that_stands_no_more_is_told_no_more(store: Database, world: World) -> None:
    with store.transaction() as db:
        group = db.get_one(PeerGroup, make_handed_over(db, world, 100))
        about = {"group_id": group.id, "handed_over_at": group.handed_over_at, "on_day": clock.today()}
        db.add(DriftSign(**about, kind="balance", told_at=clock.now()))
    assert KEPT in sentences(store, world)
    with store.transaction() as db:
        letters.tell_signs(db, service.look_at(db.get_one(PeerGroup, group.id)))
    assert KEPT not in sentences(store, world)


def test_who_facilitates_and_has_left_stands_first(store: Database, world: World) -> None:
    with store.transaction() as db:
        make_group(db, world, name="Aardvark")
        make_group(db, world, name="Zebra", facilitator_id=world.other_trainee)
        left = update(Membership).where(Membership.person_id == world.other_trainee)
        db.execute(left.values(ended_on=clock.today()))
    found = look(store, world)
    assert [each.name for each in found.rows] == ["Zebra", "Aardvark"]
    assert "Farid Rahimi facilitates it, and has no part here any more." in sentences(store, world)


def open_case(store: Database, world: World, theme: str, group_id: uuid.UUID | None, *, shared: bool) -> None:
    place = f"{world.council} {group_id or 'whole'}"
    with store.transaction() as db:
        advice = Advice(theme, "The rota eats the hour every week.", shared=shared)
        cases.open_case(db, actor(db, world.trainer), uuid.uuid4(), place, advice)


@pytest.mark.parametrize("many", [1, 3])
def test_cases_are_titles_only_and_with_few_circles_not_even_that(
    store: Database, world: World, sign_in: Browser, many: int
) -> None:
    with store.transaction() as db:
        groups = [make_group(db, world, name=f"Circle {place}") for place in range(many)]
    open_case(store, world, "power", groups[0], shared=False)
    open_case(store, world, "time", None, shared=True)
    page = sign_in(world.manager).get("/coverage/circles").text
    assert ("Power in the circle" in page) == (many >= 3)
    assert "Protected time" in page
    assert "rota" not in page


def test_nobody_sees_across_organisations(store: Database, world: World, sign_in: Browser) -> None:
    with store.transaction() as db:
        make_group(db, world)
    assert "No circle meets here yet" in sign_in(world.stranger).get("/coverage/circles").text
    assert sign_in(world.stranger).get(f"/coverage/circles?organisation={world.council}").status_code == 404
    assert sign_in(world.trainer).get("/coverage/circles").status_code == 404


def test_the_page_asks_as_often_for_forty_circles_as_for_one(
    store: Database, world: World, sign_in: Browser, queries: Callable[..., AbstractContextManager[list[str]]]
) -> None:
    browser, asked = sign_in(world.manager), []
    for many in (1, 40):
        with store.transaction() as db:
            for place in range(many):
                group = make_group(db, world, name=f"Circle {many}-{place}")
                make_meeting(db, group, datetime.combine(clock.today() - timedelta(days=9), time(9)))
        with queries() as seen:
            page = browser.get("/coverage/circles")
        asked.append(len(seen))
    assert asked[0] == asked[1] <= 6
    assert "After" in page.text
