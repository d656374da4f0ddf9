"""Units come in by a file, and how they were before stays written down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from lms.core.unit import Database
from lms.coverage import service as coverage
from lms.people import places
from lms.people.models import Unit
from lms.people.place_models import Post, StaffMember, UnitPeriod
from tests import make_import as make
from tests.make import World, actor


@pytest.fixture(autouse=True)
def may() -> Iterator[time_machine.Traveller]:
    """It is noon on 4 May 2026 until a test says otherwise."""
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False) as clock:
        yield clock


def test_a_unit_that_moved_and_was_renamed_is_still_right_on_a_past_day(
    store: Database, world: World, may: time_machine.Traveller
) -> None:
    with store.transaction() as db:
        made = make.units(db, world, ("OPS", "Operations"), ("RD", "Roads", "OPS", "58"), ("WS", "Waste"))
        make.apply(db, world, made)
        may.shift(timedelta(days=30))
        moved = make.units(db, world, ("RD", "Streets", "WS", "60"))
        [row] = make.said(db, moved).values()
        assert row.changes == [
            ["Unit", "Roads", "Streets"], ["Part of", "Operations", "Waste"], ["People", "58", "60"],
        ]  # fmt: skip
        make.apply(db, world, moved)

        def on(day: date) -> set[tuple[str, int]]:
            return {(each.name, each.headcount) for each in places.units_on(db, world.council, day)}

        assert on(date(2026, 5, 20)) >= {("Operations", 0), ("Roads", 58)}
        assert on(date(2026, 6, 3)) >= {("Operations", 0), ("Streets", 60)}
        assert ("Roads", 58) not in on(date(2026, 6, 3))


def test_a_unit_closes_and_is_counted_until_its_last_day(store: Database, world: World) -> None:
    with store.transaction() as db:
        make.apply(db, world, make.units(db, world, ("Libraries", "Libraries", "", "96", "", "2026-05-31")))
        manager = actor(db, world.manager)
        assert {each.name for each in coverage.report(db, manager, date(2026, 5, 31)).cover.units} == {
            "Libraries", "Parks & Depot",
        }  # fmt: skip
        assert [each.name for each in coverage.report(db, manager, date(2026, 6, 1)).cover.units] == ["Parks & Depot"]
        late = make.people(db, world, ("sam@example.org", "Sam Okafor", "Libraries"))
        assert make.said(db, late)[2].reason.startswith("Libraries closes on 1 June 2026.")


def test_a_unit_that_had_no_code_takes_the_one_the_file_gives_it(store: Database, world: World) -> None:
    with store.transaction() as db:
        run = make.units(db, world, ("LIB", "Libraries", "", "96"))
        assert make.said(db, run)[2].changes == [["Code", "Libraries", "LIB"]]
        make.apply(db, world, run)
        assert db.get_one(Unit, world.libraries).code == "LIB"


def test_a_workbook_of_both_sheets_brings_units_and_the_people_in_them(store: Database, world: World) -> None:
    data = make.book(
        Staff=[("e-mail", "First name", "Last name", "unit code", "start date"),
               ("sam@example.org", "Sam", "Okafor", "RD", date(2026, 3, 2))],
        Tree=[("Code", "Name", "Parent", "Headcount"), ("RD", "Roads", "Parks & Depot", 58)],
        Notes=[("Anything",), ("goes",)],
    )  # fmt: skip
    with store.transaction() as db:
        run = make.bring(db, world, data)
        assert run.notes == ["The sheet “Notes” has no headings that we know, so nothing is read from it."]
        make.apply(db, world, run)
        period = db.scalars(select(UnitPeriod).join(Unit, Unit.id == UnitPeriod.unit_id).where(Unit.code == "RD")).one()
        assert (period.parent_id, period.headcount) == (world.parks, 58)
        asked = select(StaffMember.name, Post.started_on).join(Post, Post.staff_id == StaffMember.id)
        assert [tuple(row) for row in db.execute(asked)] == [("Sam Okafor", date(2026, 3, 2))]
