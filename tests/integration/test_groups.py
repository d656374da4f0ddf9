"""Groups: who may start and see one, who sits in it, when it meets, on both engines."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.errors import Forbidden, Invalid, NotFound
from lms.core.unit import Database
from lms.groups import rules, service
from lms.groups.models import GroupMember, Meeting, PeerGroup
from lms.groups.rules import NewGroup
from tests.make import World, actor, make_group

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]


def new_group(world: World, **changes: object) -> NewGroup:
    given = {
        "name": "Parks & Depot",
        "unit_id": world.parks,
        "facilitator_id": world.trainee,
        "trainer_id": world.trainer,
        "zone": "Europe/London",
        "place": "Depot kitchen",
    }
    return NewGroup(**(given | changes))  # type: ignore[arg-type]


def typed(world: World, **changes: str) -> dict[str, str]:
    return {
        "key": str(uuid.uuid4()),
        "name": "Parks & Depot",
        "unit": str(world.parks),
        "facilitator": str(world.trainee),
        "trainer": str(world.trainer),
        "zone": "Europe/London",
        "place": "Depot kitchen",
    } | changes


def test_a_trainer_starts_a_circle_and_a_second_press_starts_no_second_one(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    browser = sign_in(world.trainer)
    assert b"Start a circle" in browser.get("/groups/new").data
    form = typed(world)
    first, second = post(browser, "/groups/new", **form), post(browser, "/groups/new", **form)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    page = browser.get(first.location).text
    assert "Parks &amp; Depot" in page
    assert "Amara Osei facilitates, Ruth Tamihana supervises" in page
    assert "This one has 1" in page


def test_a_trainee_and_a_manager_cannot_start_one(world: World, sign_in: Browser, post: Post) -> None:
    for person in (world.trainee, world.manager):
        assert sign_in(person).get("/groups/new").status_code == 404
        assert post(sign_in(person), "/groups/new", **typed(world)).status_code == 404


def test_what_does_not_go_together_is_refused_in_sentences(store: Database, world: World) -> None:
    cases = [
        ({"trainer_id": world.trainee}, "trainer"),
        ({"facilitator_id": world.manager}, "facilitator"),
        ({"unit_id": uuid.uuid4()}, "unit"),
    ]
    for changes, field in cases:
        with store.transaction() as db, pytest.raises(Invalid) as refused:
            service.create_group(db, actor(db, world.trainer), uuid.uuid4(), new_group(world, **changes))
        assert field in refused.value.fields


def test_the_database_refuses_a_circle_whose_facilitator_supervises(store: Database, world: World) -> None:
    with store.transaction() as db:
        group = db.get_one(PeerGroup, make_group(db, world))
        group.trainer_id = group.facilitator_id
        with pytest.raises(IntegrityError), db.begin_nested():
            db.flush()
        db.expunge_all()
        db.rollback()


def test_a_wrong_form_comes_back_whole(world: World, sign_in: Browser, post: Post) -> None:
    form = typed(world, name="", zone="Mars/Olympus", place="Depot \u200fمطبخ 🪑")
    answer = post(sign_in(world.trainer), "/groups/new", **form)
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    for sentence in ("Write a name for the circle.", "Choose a time zone from the list"):
        assert answer.text.count(sentence) == 2  # in the summary and at the field
    assert "Depot \u200fمطبخ 🪑" in answer.text
    assert f'value="{world.parks}" selected' in answer.text


def test_a_foreign_circle_and_one_that_never_was_are_the_same_page(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
    for person in (world.stranger, world.other_trainee):
        browser = sign_in(person)
        foreign, never = browser.get(f"/groups/{group}"), browser.get(f"/groups/{uuid.uuid4()}")
        assert (foreign.status_code, foreign.data) == (404, never.data)
        assert b"Parks" not in browser.get("/groups").data


def test_its_people_see_it(store: Database, world: World, sign_in: Browser, post: Post) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
        service.add_member(db, actor(db, world.trainer), group, "", world.other_trainee)
    for person in (
        world.trainee, world.trainer, world.other_trainer, world.administrator, world.manager, world.other_trainee
    ):  # fmt: skip
        browser = sign_in(person)
        assert browser.get(f"/groups/{group}").status_code == 200
        assert b"Parks" in browser.get("/groups").data


def test_only_its_facilitator_and_provider_arrange_it(store: Database, world: World) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
        service.add_member(db, actor(db, world.trainee), group, "Joan")
        with pytest.raises(Forbidden):
            service.add_member(db, actor(db, world.manager), group, "Sefo")
        with pytest.raises(NotFound):
            service.add_member(db, actor(db, world.stranger), group, "Sefo")


def test_somebody_comes_once_leaves_and_may_come_again(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
    browser = sign_in(world.trainee)
    for _ in range(2):
        assert post(browser, f"/groups/{group}/members", pseudonym="Joan").status_code == 303
    with store.readers() as db:
        members = list(service.list_members(db, group))
    assert [member.pseudonym for member in members] == ["Joan"]
    assert post(browser, f"/groups/{group}/members/{members[0].id}/remove").status_code == 303
    assert "Joan has left the circle" in browser.get(f"/groups/{group}").text
    assert "Joan" not in browser.get(f"/groups/{group}").text
    assert post(browser, f"/groups/{group}/members", pseudonym="Joan").status_code == 303
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(GroupMember)) == 2
    assert post(browser, f"/groups/{group}/members").status_code == 422
    elsewhere = post(browser, f"/groups/{group}/members/{uuid.uuid4()}/remove")
    assert elsewhere.status_code == 404


def test_a_meeting_keeps_the_time_on_the_wall(store: Database, world: World, sign_in: Browser, post: Post) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
    browser = sign_in(world.trainer)
    coming = clock.today() + timedelta(days=9)
    form = {"day": f"{coming}", "time": "14:30", "minutes": "75"}
    for _ in range(2):
        assert post(browser, f"/groups/{group}/meetings", **form).status_code == 303
    with store.readers() as db:
        meeting = db.scalars(select(Meeting)).one()
    assert (meeting.starts_local.isoformat(), meeting.zone) == (f"{coming}T14:30:00", "Europe/London")
    assert "14:30" in browser.get(f"/groups/{group}").text
    assert post(browser, f"/groups/{group}/meetings/{meeting.id}/call-off").status_code == 303
    assert "No meeting is planned" in browser.get(f"/groups/{group}").text


def test_a_meeting_that_cannot_be_is_refused(store: Database, world: World, sign_in: Browser, post: Post) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
    browser = sign_in(world.trainer)
    wrong = {"day": "31 April 2027", "time": "half past", "minutes": "-5"}
    answer = post(browser, f"/groups/{group}/meetings", **wrong)
    assert answer.status_code == 422
    assert all(each in answer.text for each in ("31 April 2027", "half past", "-5"))
    skipped = {"day": "28 March 2027", "time": "01:30", "minutes": "75"}
    assert "jumps over 01:30" in post(browser, f"/groups/{group}/meetings", **skipped).text


def test_times_of_day_are_read_as_people_write_them() -> None:
    assert {str(rules.read_time(typed)) for typed in ("14:30", "14.30", "1430", "2:30 pm")} == {"14:30:00"}
    assert rules.read_time("soon") is None
