"""Who hosts, who came, and what a circle agreed, on both engines."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.core.unit import Database
from lms.groups import agreements, attendance, service
from lms.groups.models import Agreement, GroupMember, Meeting
from tests.integration.test_at_once import MANY, at_once
from tests.make import World, actor, make_group

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
wall = datetime.fromisoformat  # what the clock on the wall shows


pytestmark = pytest.mark.usefixtures("early_in_2027")


@dataclass
class Circle:
    """A circle with two members, a meeting that was and one to come."""

    id: uuid.UUID
    joan: uuid.UUID
    sefo: uuid.UUID
    was: uuid.UUID
    comes: uuid.UUID

    def at(self, meeting: uuid.UUID, what: str = "") -> str:
        return f"/groups/{self.id}/meetings/{meeting}{what}"


@pytest.fixture
def circle(store: Database, world: World) -> Circle:
    with store.transaction() as db:
        group, who = make_group(db, world), actor(db, world.trainer)
        joan, sefo = (service.add_member(db, who, group, name).id for name in ("Joan", "Sefo"))
        ids = []
        for starts in ("2027-02-23T16:00", "2027-03-09T16:00"):
            row = Meeting(group_id=group, starts_local=wall(starts), zone="Europe/London", minutes=90, place="Hall")
            db.add(row)
            db.flush()
            ids.append(row.id)
        return Circle(group, joan, sefo, *ids)


def came(store: Database, meeting: uuid.UUID) -> set[uuid.UUID]:
    with store.readers() as db:
        return attendance.who_came(db, db.get_one(Meeting, meeting))


def test_who_came_is_noted_and_corrected(
    store: Database, world: World, circle: Circle, sign_in: Browser, post: Post
) -> None:
    amara, address = sign_in(world.trainee), circle.at(circle.was, "/attendance")
    assert post(amara, address, came=[str(circle.joan), str(circle.sefo)]).status_code == 303
    assert came(store, circle.was) == {circle.joan, circle.sefo}
    page = amara.get(circle.at(circle.was)).text
    assert "Noted by Amara Osei on 1 March" in page
    assert page.count("checked") == 2
    assert post(sign_in(world.trainer), address, came=[str(circle.sefo)]).status_code == 303
    assert came(store, circle.was) == {circle.sefo}
    assert post(amara, address).status_code == 303  # nobody came
    assert came(store, circle.was) == set()


def test_nobody_has_come_before_it_begins_nor_who_does_not_sit_there(
    store: Database, world: World, circle: Circle, sign_in: Browser, post: Post
) -> None:
    amara = sign_in(world.trainee)
    assert post(amara, circle.at(circle.comes, "/attendance"), came=str(circle.joan)).status_code == 409
    for wrong in (str(uuid.uuid4()), "Joan"):
        answer = post(amara, circle.at(circle.was, "/attendance"), came=[str(circle.joan), wrong])
        assert (answer.status_code, "Choose among those who sit" in answer.text) == (422, True)
    assert came(store, circle.was) == set()


def test_who_has_left_can_still_have_come(
    store: Database, world: World, circle: Circle, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        service.remove_member(db, actor(db, world.trainer), circle.id, circle.joan)
    amara = sign_in(world.trainee)
    assert "Joan" not in amara.get(circle.at(circle.comes)).text
    with store.transaction() as db:  # there since before that meeting
        db.get_one(GroupMember, circle.joan).joined_on = date(2027, 1, 5)
    assert post(amara, circle.at(circle.was, "/attendance"), came=str(circle.joan)).status_code == 303


def test_a_host_and_a_deputy_stand_on_the_circle_s_page(
    world: World, circle: Circle, sign_in: Browser, post: Post
) -> None:
    amara, address = sign_in(world.trainee), circle.at(circle.comes, "/hosts")
    assert post(amara, address, host=str(circle.joan), deputy=str(circle.sefo)).status_code == 303
    assert "Joan hosts, Sefo if not" in amara.get(f"/groups/{circle.id}").text
    same = post(amara, address, host=str(circle.joan), deputy=str(circle.joan))
    assert (same.status_code, "somebody else as deputy" in same.text) == (422, True)
    assert 'value="9 March 2027"' in same.text  # the other form on the page is as it was
    assert post(amara, address, host=str(uuid.uuid4())).status_code == 422
    assert post(amara, address).status_code == 303
    assert "hosts" not in amara.get(f"/groups/{circle.id}").text


def test_an_agreement_is_recorded_renewed_and_kept(
    store: Database, world: World, circle: Circle, sign_in: Browser, post: Post
) -> None:
    amara, address = sign_in(world.trainee), f"/groups/{circle.id}/agreement"
    assert "No agreement is recorded" in amara.get(address).text
    for _ in range(2):
        assert post(amara, address, agreed_on="1 February 2027", meetings="1").status_code == 303
    page = amara.get(address).text
    assert "Agreed on 1 February, for one meeting." in page
    assert "Ask the circle whether it goes on" in page
    assert post(sign_in(world.trainer), address, agreed_on="1 March 2027", meetings="6").status_code == 303
    page = amara.get(address).text
    assert "Agreed on 1 March, for six meetings." in page
    assert "Recorded by Ruth Tamihana" in page
    assert "1 February, for one meeting" in page
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Agreement)) == 2


def test_an_agreement_that_cannot_be_comes_back_whole(
    world: World, circle: Circle, sign_in: Browser, post: Post
) -> None:
    amara, address = sign_in(world.trainee), f"/groups/{circle.id}/agreement"
    for wrong in ({"agreed_on": "2 March 2027", "meetings": "6"}, {"agreed_on": "soon", "meetings": "-1"}):
        answer = post(amara, address, **wrong)
        assert answer.status_code == 422
        assert all(f'value="{each}"' in answer.text for each in wrong.values())


def test_others_look_or_find_nothing(world: World, circle: Circle, sign_in: Browser, post: Post) -> None:
    forms: dict[str, dict[str, str]] = {circle.at(circle.was, "/attendance"): {}, circle.at(circle.comes, "/hosts"): {}}
    forms[f"/groups/{circle.id}/agreement"] = {"agreed_on": "1 March 2027", "meetings": "6"}
    for person, status in ((world.manager, 403), (world.other_trainer, 403), (world.stranger, 404)):
        assert {post(sign_in(person), path, **form).status_code for path, form in forms.items()} == {status}
    assert "Record it" not in sign_in(world.manager).get(f"/groups/{circle.id}/agreement").text


def test_two_who_note_at_once_who_came_are_both_answered(store: Database, world: World, circle: Circle) -> None:
    def note(db: Session) -> None:
        attendance.note_attendance(db, actor(db, world.trainer), circle.id, circle.was, {circle.joan, circle.sefo})

    assert at_once(store, note) == [None] * MANY
    assert came(store, circle.was) == {circle.joan, circle.sefo}


@pytest.mark.parametrize(("zone", "held"), [("Pacific/Auckland", 1), ("America/Los_Angeles", 0)])
def test_a_meeting_is_held_once_the_clock_of_its_circle_says_so(
    store: Database, world: World, zone: str, held: int
) -> None:
    """Noon of 1 March in UTC is one in the night of 2 March in Auckland and four in the morning in Los Angeles."""
    with store.transaction() as db:
        group = service.get_group(db, actor(db, world.trainer), make_group(db, world))
        group.zone = zone
        starts = wall("2027-03-02T00:30") if held else wall("2027-03-01T11:00")
        db.add(Meeting(group_id=group.id, starts_local=starts, zone=zone, minutes=90, place=""))
        db.flush()
        assert agreements.meetings_since(db, group, date(2027, 2, 1)) == held
