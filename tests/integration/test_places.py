"""Where people work follows the organisation's list; where it says nothing, the unit they were invited to last."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.unit import Database
from lms.people import founding, places
from lms.people.models import Organisation, Person, Unit
from lms.people.place_models import Post, StaffMember
from tests import make_import as make
from tests.make import World

EARLY, LATER = date(2026, 5, 4), date(2026, 6, 1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """It is noon on 4 May 2026 until a test says otherwise."""
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def arrive(store: Database, world: World, unit: uuid.UUID) -> None:
    with store.transaction() as db:
        places.arrive(db, db.get_one(Person, world.trainee), world.council, unit)


def works_in(store: Database, world: World, on: date) -> object:
    with store.readers() as db:
        return places.workplaces(db, [world.council], on)[world.council, world.trainee].unit_id


def headcounts(db: Session, world: World, on: date) -> dict[uuid.UUID, int]:
    return {each.id: each.headcount for each in places.units_on(db, world.council, on)}


def test_who_is_invited_to_another_unit_works_there_from_that_day(
    store: Database, world: World, clock: time_machine.Traveller
) -> None:
    arrive(store, world, world.parks)
    clock.move_to(datetime(2026, 6, 1, 12, tzinfo=UTC))
    arrive(store, world, world.libraries)
    assert works_in(store, world, LATER) == world.libraries
    assert works_in(store, world, date(2026, 5, 31)) == world.parks


def test_two_invitations_on_one_day_leave_one_post(store: Database, world: World) -> None:
    arrive(store, world, world.parks)
    arrive(store, world, world.libraries)
    assert works_in(store, world, EARLY) == world.libraries
    with store.readers() as db:
        theirs = (
            select(Post.unit_id)
            .join(StaffMember, StaffMember.id == Post.staff_id)
            .where(StaffMember.person_id == world.trainee)
        )
        assert db.scalars(theirs).all() == [world.libraries]


def test_what_the_list_says_of_somebody_stands_when_they_are_invited_elsewhere(store: Database, world: World) -> None:
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, ("amara.osei@example.org", "Amara Osei", "Libraries")))
    arrive(store, world, world.parks)
    assert works_in(store, world, EARLY) == world.libraries


def test_a_headcount_that_is_set_at_the_terminal_is_counted_from_that_day(
    store: Database, world: World, clock: time_machine.Traveller
) -> None:
    with store.transaction() as db:
        council = db.get_one(Organisation, world.council)
        provider = db.get_one(Organisation, world.provider).name
        before = headcounts(db, world, EARLY)
        make.apply(
            db, world, make.units(db, world, ("Parks & Depot", "Parks & Depot", "", str(before[world.parks] + 1)))
        )
        clock.move_to(datetime(2026, 6, 1, 12, tzinfo=UTC))
        founding.add_client(db, name=council.name, provider=provider, units=["Parks & Depot=90"])
    with store.readers() as db:
        on = {
            day: {each.id: each.headcount for each in places.units_on(db, world.council, day)} for day in (EARLY, LATER)
        }
        assert (on[EARLY][world.parks], on[LATER][world.parks]) == (before[world.parks] + 1, 90)
        assert len(db.scalars(select(Unit).where(Unit.name == "Parks & Depot")).all()) == 1
