"""A manager follows coverage down to one person, and learns what they count as and never what they wrote."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from lms.core.errors import NotFound
from lms.core.unit import Database
from lms.coverage import person
from lms.people import places
from lms.people.models import Person
from tests.accounts import give_password, post
from tests.make import PASSWORD, World, actor, make_group, make_signed
from tests.make_certificates import certify

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = START.date()
HERS = "I had a solution in my mouth twice and swallowed it both times."


@pytest.fixture
def moving(store: Database, world: World) -> Iterator[time_machine.Traveller]:
    """Amara, of Parks, has led a round two days ago, and it is signed; today she is certified."""
    with time_machine.travel(START, tick=False) as traveller:
        with store.transaction() as db:
            places.arrive(db, db.get_one(Person, world.trainee), world.council, world.parks)
            make_signed(db, world, make_group(db, world), keep=HERS)
            certify(db, world)
        yield traveller


def test_a_manager_reads_what_somebody_counts_as_and_on_what(
    store: Database, world: World, moving: time_machine.Traveller
) -> None:
    with store.readers() as db:
        known = person.get_person(db, actor(db, world.manager), world.trainee, TODAY)
    assert [(stay.unit, stay.kind) for stay in known.now] == [("Parks & Depot", "active")]
    assert (known.led, known.last_led) == (1, TODAY - timedelta(days=2))
    assert [each.status.value for each in known.certificates] == ["Valid"]
    assert [each.trainer for each in known.training] == ["Ruth Tamihana"]


def test_what_somebody_was_before_stays_told(store: Database, world: World, moving: time_machine.Traveller) -> None:
    moving.shift(timedelta(days=400))
    with store.readers() as db:
        known = person.get_person(db, actor(db, world.manager), world.trainee, TODAY + timedelta(days=400))
    assert [stay.kind for stay in known.now] == ["resting"]
    assert next(stay.kind for stay in known.before) == "active"
    assert known.led == 0


def test_whoever_never_counted_here_is_not_found_and_nobody_else_may_look(
    store: Database, world: World, moving: time_machine.Traveller
) -> None:
    asked = [(world.manager, world.trainer), (world.manager, uuid.uuid4()), (world.trainer, world.trainee)]
    with store.readers() as db:
        for who, about in asked:
            with pytest.raises(NotFound):
                person.get_person(db, actor(db, who), about, TODAY)
        with pytest.raises(NotFound):
            person.get_person(db, actor(db, world.manager), world.trainee, TODAY, world.provider)


def test_the_way_goes_from_the_organisation_to_the_unit_to_the_person(
    app: Flask, client: FlaskClient, store: Database, world: World, moving: time_machine.Traveller
) -> None:
    email = give_password(app, store, world.manager)
    assert post(client, "/sign-in", email=email, password=PASSWORD).status_code == 302
    assert f"/coverage/units/{world.parks}" in client.get("/coverage").text
    assert f"/coverage/people/{world.trainee}" in client.get(f"/coverage/units/{world.parks}").text
    page = client.get(f"/coverage/people/{world.trainee}").text
    assert "<h1>Amara Osei: active</h1>" in page
    assert "Last led a round on 28 February 2026, and 1 in the last 180 days." in page
    assert HERS not in page
    assert client.get(f"/coverage/people/{world.trainer}").status_code == 404
