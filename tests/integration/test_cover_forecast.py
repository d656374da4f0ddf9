"""What a page of coverage foretells: from everybody the same providers trained, as they stood when the day began."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import insert

from lms.certificates.service import today
from lms.core.actor import Role
from lms.core.unit import Database
from lms.coverage import pace
from lms.learning.models import Enrolment
from lms.people.models import Organisation, Person
from tests.make import STARTED, World, person

Queries = Callable[..., AbstractContextManager[list[str]]]
Browser = Callable[..., FlaskClient]
ENDED = STARTED + timedelta(days=1)


def trained(store: Database, world: World, many: int, ended_on: date | None = ENDED) -> None:
    """So many whom the provider trained for another client, and who left on that day."""
    with store.transaction() as db:
        elsewhere = db.get_one(Person, world.stranger).id
        client = db.query(Organisation.id).filter(Organisation.name == "Elsewhere District").scalar()
        people = [Person(name=f"Past {uuid.uuid4()}", email=f"{uuid.uuid4()}@example.org") for _ in range(many)]
        db.add_all(people)
        db.flush()
        same = {"organisation_id": client, "provider_id": world.provider, "trainer_id": elsewhere}
        same |= {"unit_id": world.libraries, "started_on": STARTED, "ended_on": ended_on}
        db.execute(insert(Enrolment), [{"person_id": each.id, **same} for each in people])


def test_eight_past_trainees_of_the_provider_make_a_forecast(store: Database, world: World, sign_in: Browser) -> None:
    hana = sign_in(world.manager)
    trained(store, world, 7)
    assert "A forecast needs at least eight past trainees" in hana.get("/coverage").text
    trained(store, world, 1)
    assert "8 past trainees of your providers" in hana.get("/coverage").text


def test_whoever_ended_today_is_a_past_trainee_from_tomorrow_on(
    store: Database, world: World, sign_in: Browser
) -> None:
    trained(store, world, 8)
    trained(store, world, 1, ended_on=today())
    assert "8 past trainees" in sign_in(world.manager).get("/coverage").text
    with time_machine.travel(datetime.now().astimezone() + timedelta(days=1)):
        assert "9 past trainees" in sign_in(world.manager).get("/coverage").text


def test_many_past_trainees_are_read_once_a_day_and_ones_own_people_each_time(
    store: Database, world: World, sign_in: Browser, queries: Queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "KEPT_FROM", 9)
    hana = sign_in(world.manager)
    trained(store, world, 8)
    with queries() as first:
        hana.get("/coverage")
    with queries() as second:
        assert "8 past trainees" in hana.get("/coverage").text
    assert len(first) == len(second) == 6
    assert sum("enrolment.provider_id IN" in each for each in first) == 1
    assert not any("enrolment.provider_id IN" in each for each in second)
    with store.transaction() as db:
        council = db.get_one(Organisation, world.council)
        new = person(db, "New Learner", council, Role.TRAINEE)
        own = {"organisation_id": council.id, "unit_id": world.parks, "provider_id": world.provider}
        db.add(Enrolment(person_id=new, trainer_id=world.trainer, started_on=today(), **own))
    told: list[int] = []
    monkeypatch.setattr(pace, "forecast", lambda _holding, training, *_: told.append(len(training)))
    hana.get("/coverage")
    assert told == [3]
    monkeypatch.undo()
    monkeypatch.setattr(pace, "KEPT_FROM", 9)
    trained(store, world, 1)
    assert "8 past trainees" in hana.get("/coverage").text
    with time_machine.travel(datetime.now().astimezone() + timedelta(days=1)):
        assert "9 past trainees" in sign_in(world.manager).get("/coverage").text


def test_what_is_kept_for_one_provider_is_not_told_of_two(
    store: Database, world: World, sign_in: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "KEPT_FROM", 9)
    hana = sign_in(world.manager)
    trained(store, world, 8)
    assert "8 past trainees" in hana.get("/coverage").text
    with store.transaction() as db:
        second = Organisation(name="Second Provider", kind="provider")
        db.add(second)
        db.flush()
        council = db.get_one(Organisation, world.council)
        for number in range(2):
            who = person(db, f"Elsewhere Trained {number}", council, Role.TRAINEE)
            own = {"organisation_id": council.id, "unit_id": world.parks, "provider_id": second.id}
            days = {"started_on": STARTED, "ended_on": ENDED}
            db.add(Enrolment(person_id=who, trainer_id=world.trainer, **own, **days))
    assert "10 past trainees" in hana.get("/coverage").text
