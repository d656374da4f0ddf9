"""The weekly letter to managers: only what changed, one a week, stopped and started without signing in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

import lms.work
from lms.certificates import service as certificates
from lms.certificates.models import Certificate
from lms.core.site_days import today
from lms.core.unit import Database
from lms.coverage.acting_models import ManagerDigest
from lms.coverage.jobs import tell_managers
from lms.messages.models import Message
from lms.people.models import Organisation
from tests.make import World, actor, buy
from tests.make_acting import by_certificate_alone
from tests.make_certificates import certify

Browser = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
MONDAY = datetime(2027, 3, 1, 7, tzinfo=UTC)


@pytest.fixture
def monday() -> Iterator[time_machine.Traveller]:
    """It is seven in London on Monday 1 March 2027 until the test says otherwise."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def letters(store: Database, world: World) -> list[Message]:
    with store.readers() as db:
        mine = (Message.template == "weekly", Message.person_id == world.manager)
        return list(db.scalars(select(Message).where(*mine).order_by(Message.created_at)))


def holds(store: Database, world: World, days: int) -> None:
    with store.transaction() as db:
        by_certificate_alone(db, world)
        certify(db, world).valid_until = today() + timedelta(days=days)


def withdraw(store: Database, world: World) -> None:
    with store.transaction() as db:
        found = db.scalars(select(Certificate.id)).one()
        certificates.revoke(db, actor(db, world.administrator), found, "It was a mistake.", "password")


def test_the_first_look_writes_nothing_and_the_next_says_what_changed(
    store: Database, world: World, monday: time_machine.Traveller
) -> None:
    tell_managers(store)
    assert letters(store, world) == []
    holds(store, world, 60)
    monday.shift(timedelta(days=7))
    tell_managers(store)
    [letter] = letters(store, world)
    assert letter.subject == "What changed at Harbourside Council this week"
    assert "Covered again, or for the first time:\n- Parks & Depot" in letter.body
    assert "End within 90 days:\n- Amara Osei, Parks & Depot: 30 April 2027" in letter.body
    assert "Lost their last" not in letter.body
    assert letter.organisation_id == world.provider
    withdraw(store, world)
    monday.shift(timedelta(days=7))
    tell_managers(store)
    assert letters(store, world)[-1].subject == "Parks & Depot has lost its cover"


def test_nothing_new_is_no_letter_and_one_goes_out_a_week(
    store: Database, world: World, monday: time_machine.Traveller
) -> None:
    holds(store, world, 60)
    for days in (0, 7, 7):
        monday.shift(timedelta(days=days))
        tell_managers(store)
    assert letters(store, world) == []
    withdraw(store, world)
    for days in (1, 5, 1, 0, 3):  # Tuesday to Sunday it was looked for already; on Monday a letter goes out, once
        monday.shift(timedelta(days=days))
        tell_managers(store)
    assert len(letters(store, world)) == 1


def test_a_letter_that_tells_of_two_providers_lies_in_the_outbox_of_neither(
    store: Database, world: World, monday: time_machine.Traveller
) -> None:
    with store.transaction() as db:
        other = Organisation(name="Tern Facilitation", kind="provider")
        db.add(other)
        db.flush()
        buy(db, other, db.get_one(Organisation, world.council))
    tell_managers(store)
    holds(store, world, 60)
    monday.shift(timedelta(days=7))
    tell_managers(store)
    [letter] = letters(store, world)
    assert letter.organisation_id is None


def test_a_server_that_rested_on_monday_writes_on_tuesday(
    store: Database, world: World, monday: time_machine.Traveller
) -> None:
    tell_managers(store)
    holds(store, world, 400)
    monday.shift(timedelta(days=8))
    tell_managers(store)
    assert len(letters(store, world)) == 1


def test_the_link_stops_the_letters_and_starts_them_without_signing_in(
    store: Database, world: World, monday: time_machine.Traveller, client: FlaskClient, post: Post
) -> None:
    tell_managers(store)
    holds(store, world, 400)
    monday.shift(timedelta(days=7))
    tell_managers(store)
    [letter] = letters(store, world)
    assert letter.stop_link
    path = letter.stop_link.split("example.org", 1)[-1]
    path = path[path.index("/coverage/") :]
    assert "Stop these letters?" in client.get(path).text
    with store.readers() as db:
        assert db.scalars(select(ManagerDigest.wanted).where(ManagerDigest.person_id == world.manager)).one()
    assert post(client, path, do="stop").status_code == 303
    assert "They are stopped" in client.get(path).text
    withdraw(store, world)
    monday.shift(timedelta(days=7))
    tell_managers(store)
    assert len(letters(store, world)) == 1
    assert post(client, path, do="start").status_code == 303
    monday.shift(timedelta(days=7))
    tell_managers(store)
    assert len(letters(store, world)) == 1, "what happened while they were off is no news"
    assert client.get("/coverage/weekly/no-such-code").status_code == 404
    assert post(client, "/coverage/weekly/no-such-code", do="stop").status_code == 404


def test_a_manager_turns_them_off_and_on(store: Database, world: World, sign_in: Browser, post: Post) -> None:
    browser = sign_in(world.manager)
    assert "It is on." in browser.get("/coverage/weekly").text
    assert post(browser, "/coverage/weekly", do="stop", organisation=world.council).status_code == 303
    assert "It is off." in browser.get("/coverage/weekly").text
    tell_managers(store)
    with store.readers() as db:
        kept = db.scalars(select(ManagerDigest).where(ManagerDigest.person_id == world.manager)).one()
    assert (kept.wanted, kept.stood) == (False, {})
    assert post(browser, "/coverage/weekly", do="start", organisation=world.council).status_code == 303
    assert "It is on." in browser.get("/coverage/weekly").text
    assert post(sign_in(world.stranger), "/coverage/weekly", do="stop", organisation=world.council).status_code == 404


def test_it_is_looked_for_every_morning() -> None:
    assert "tell_managers" in lms.work.EVERY_MORNING
