"""Where all circles of a provider stand, and how often the stool had to come back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from lms.core.actor import Role
from lms.core.unit import Database
from lms.people.models import Organisation
from lms.takeover import moves, overview
from tests.make import World, actor, make_group, person

Browser = Callable[[uuid.UUID], FlaskClient]
JANUARY = datetime(2026, 1, 12, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def configured(app: object) -> None:
    """Services read the settings that the application chose."""


def move(store: Database, world: World, circle: uuid.UUID, stands: str, to: str, at: datetime) -> None:
    with time_machine.travel(at, tick=False), store.transaction() as db:
        who = actor(db, world.trainer)
        moves.move(db, who, circle, stands, to, "Because of what we saw.", "password", uuid.uuid4())


def test_a_step_counts_once_it_is_180_days_old_or_was_taken_back(store: Database, world: World) -> None:
    with store.transaction() as db:
        steady, back, late, young = (make_group(db, world, name=name, key=uuid.uuid4()) for name in "abcd")
    move(store, world, steady, "G1", "G2a", JANUARY)
    move(store, world, back, "G1", "G2a", JANUARY)
    move(store, world, back, "G2a", "G1", JANUARY + timedelta(days=179))
    move(store, world, late, "G1", "G2a", JANUARY)
    move(store, world, late, "G2a", "G1", JANUARY + timedelta(days=181))
    move(store, world, young, "G1", "G2a", JANUARY + timedelta(days=100))
    with store.readers() as db:
        [found] = overview.stepped_back(db, actor(db, world.trainer), JANUARY + timedelta(days=200))
        assert (found.version, found.to.id, found.steps, found.back) == (1, "G2a", 3, 1)
        assert overview.stepped_back(db, actor(db, world.manager), JANUARY + timedelta(days=200)) == []


def test_circles_furthest_on_their_way_come_first_and_only_those_of_the_provider(
    store: Database, world: World, sign_in: Browser
) -> None:
    with store.transaction() as db:
        first, second = (make_group(db, world, name=name, key=uuid.uuid4()) for name in ("Alders", "Birches"))
        elsewhere = Organisation(name="Millrace Circles", kind="provider")
        db.add(elsewhere)
        db.flush()
        stranger = person(db, "Tove Lind", elsewhere, Role.TRAINER)
    move(store, world, second, "G1", "G2a", datetime.now(UTC) - timedelta(days=3))
    with store.readers() as db:
        found = overview.list_circles(db, actor(db, world.administrator))
    assert [(each.id, each.stage.id, each.counted) for each in found] == [(second, "G2a", None), (first, "G1", None)]
    assert "There is no circle yet" in sign_in(stranger).get("/groups/taking-over").text
    page = sign_in(world.trainer).get("/groups/taking-over").text
    assert page.index("Birches") < page.index("Alders")
    assert "No circle runs itself yet" in page
    assert "No step on is 180 days old yet" in page
    for who in (world.trainee, world.manager):
        assert sign_in(who).get("/groups/taking-over").status_code == 404
