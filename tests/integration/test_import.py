"""People and units come in by a file: shown row by row, applied as shown, and the same again changes nothing."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from lms.core.errors import Invalid, NotFound, Stale
from lms.core.unit import Database
from lms.organisations import service
from lms.organisations.models import Import
from lms.people import places
from lms.people.models import Membership, Person, Unit
from lms.people.place_models import Post, StaffMember
from tests import make_import as make
from tests.make import World, actor, person

DAG = ("dag@example.org", "Dag Nilsen", "Parks & Depot", "Head", "", "5")
NO_RIGHTS = "Nobody gains a right or another organisation by a file."
MELE = ("mele@example.org", "Mele Tupou", "Libraries", "Crew lead", "DAG@example.org", "3")


@pytest.fixture(autouse=True)
def may() -> Iterator[time_machine.Traveller]:
    """It is noon on 4 May 2026 until a test says otherwise."""
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False) as clock:
        yield clock


def posts(store: Database) -> list[tuple[str, str, str, date, date | None]]:
    with store.readers() as db:
        rows = db.execute(
            select(StaffMember.name, Unit.name, Post.title, Post.started_on, Post.ended_on)
            .join(Post, Post.staff_id == StaffMember.id)
            .join(Unit, Unit.id == Post.unit_id)
            .order_by(StaffMember.name, Post.started_on, Unit.name)
        )
        return [tuple(row) for row in rows]  # type: ignore[misc]


def test_every_row_has_one_outcome_and_they_add_up_to_the_file(store: Database, world: World) -> None:
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, DAG, MELE))
        run = make.people(
            db, world, DAG, (*MELE[:3], "Librarian", *MELE[4:]), ("sam@example.org", "Sam Okafor", "Libraries"),
            ("ana@example.org", "Ana Duarte", "Library"),
        )  # fmt: skip
        assert service.totals(run) == {"created": 1, "changed": 1, "unchanged": 1, "refused": 1}
        rows = make.said(db, run)
        assert rows[3].changes == [["Post", "Crew lead", "Librarian"]]
        assert (rows[5].field, rows[5].reason) == ("unit", "There is no unit “Library”. Did you mean Libraries?")
        assert service.heading(run, rows[5]) == "Unit"


def test_a_check_alone_changes_nothing(store: Database, world: World) -> None:
    with store.transaction() as db:
        make.people(db, world, DAG, MELE)
    assert posts(store) == []


def test_applying_writes_what_was_shown_and_the_same_file_again_changes_nothing(
    store: Database, world: World, may: time_machine.Traveller
) -> None:
    rows = (DAG, MELE, ("mele@example.org", "Mele Tupou", "Parks & Depot", "Trainer", "", "3"))
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, *rows))
    first = posts(store)
    assert [each[:4] for each in first] == [
        ("Dag Nilsen", "Parks & Depot", "Head", date(2026, 5, 4)),
        ("Mele Tupou", "Libraries", "Crew lead", date(2026, 5, 4)),
        ("Mele Tupou", "Parks & Depot", "Trainer", date(2026, 5, 4)),
    ]
    may.shift(timedelta(days=3))
    with store.transaction() as db:
        again = make.people(db, world, *rows)
        assert service.totals(again) == {"created": 0, "changed": 0, "unchanged": 3, "refused": 0}
        make.apply(db, world, again)
    assert posts(store) == first


def test_a_move_ends_the_post_and_begins_another_so_the_past_stays(
    store: Database, world: World, may: time_machine.Traveller
) -> None:
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, MELE[:4]))
        may.shift(timedelta(days=10))
        make.apply(db, world, make.people(db, world, (*MELE[:2], "Parks & Depot", "Crew lead")))
    assert [each[1:] for each in posts(store)] == [
        ("Libraries", "Crew lead", date(2026, 5, 4), date(2026, 5, 14)),
        ("Parks & Depot", "Crew lead", date(2026, 5, 14), None),
    ]


def test_who_moved_by_the_file_is_counted_where_they_work_now(store: Database, world: World) -> None:
    email = "amara.osei@example.org"
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, (email, "Amara Osei", "Libraries")))
        [(_, place)] = [
            (who, at) for (_, who), at in places.workplaces(db, [world.council], date(2026, 5, 4)).items()
            if who == world.trainee
        ]  # fmt: skip
        assert place.unit_id == world.libraries
        before = places.workplaces(db, [world.council], date(2026, 5, 3))
        assert before[world.council, world.trainee].unit_id == world.parks


def test_nobody_gains_a_role_an_account_or_another_organisation(store: Database, world: World) -> None:
    with store.transaction() as db:
        counted = select(func.count())
        before = db.scalar(counted.select_from(Membership)), db.scalar(counted.select_from(Person))
        data = make.text([
            ("E-mail", "Name", "Unit", "Role", "Organisation"),
            ("sam@example.org", "Sam Okafor", "Libraries", "administrator", "Elsewhere District"),
        ])  # fmt: skip
        run = make.bring(db, world, data)
        nothing = "We do not know the column “{}”, so nothing is read from it. " + NO_RIGHTS
        assert run.notes == [nothing.format("Role"), nothing.format("Organisation")]
        make.apply(db, world, run)
        assert (db.scalar(counted.select_from(Membership)), db.scalar(counted.select_from(Person))) == before
        assert {row.organisation_id for row in db.scalars(select(StaffMember))} == {world.council}


def test_of_somebody_elsewhere_the_file_learns_nothing(store: Database, world: World) -> None:
    rows = [("odd.stranger@example.org", "Odd Fellow", "Libraries"), ("new@example.org", "New Fellow", "Libraries")]
    with store.transaction() as db:
        run = make.people(db, world, *rows)
        known, new = make.said(db, run).values()
        told = ("outcome", "field", "reason", "changes", "target_id")
        assert [getattr(known, each) for each in told] == [getattr(new, each) for each in told]
        make.apply(db, world, run)
        listed = db.scalars(select(StaffMember).order_by(StaffMember.email)).all()
        assert [(each.name, each.person_id) for each in listed] == [("New Fellow", None), ("Odd Fellow", None)]
        assert db.get_one(Person, world.stranger).name == "Odd Stranger"


def test_who_is_not_in_the_file_is_named_and_left_alone(store: Database, world: World) -> None:
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, DAG, MELE[:4]))
        run = make.people(db, world, DAG)
        assert service.count_missing(db, run) == 1
        assert [each.name for each in service.list_missing(db, run, 1)[0]] == ["Mele Tupou"]
        make.apply(db, world, run)
    assert posts(store)[-1][-1] is None


def test_who_is_missing_has_left_only_when_it_is_said(
    store: Database, world: World, may: time_machine.Traveller
) -> None:
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, DAG, MELE[:4]))
        may.shift(timedelta(days=30))
        run = make.people(db, world, DAG)
        with pytest.raises(Invalid, match="after today"):
            make.apply(db, world, run, left_on=date(2027, 1, 1))
        make.apply(db, world, run, left_on=date(2026, 5, 31))
        assert run.ended == 1
    assert [each[-1] for each in posts(store)] == [None, date(2026, 6, 1)]


def test_a_refused_row_is_nobody_missing(store: Database, world: World) -> None:
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, MELE[:4]))
        assert service.count_missing(db, make.people(db, world, ("mele@example.org", "Mele Tupou", "Nowhere"))) == 0


def test_refused_rows_stay_out_only_when_that_is_said(store: Database, world: World) -> None:
    with store.transaction() as db:
        run = make.people(db, world, DAG, ("sam@example.org", "", "Libraries"))
        with pytest.raises(Invalid, match="go on without"):
            make.apply(db, world, run, without=False)
        make.apply(db, world, run)
    assert [each[0] for each in posts(store)] == ["Dag Nilsen"]


def test_what_changed_since_the_check_stops_it_and_is_named(store: Database, world: World) -> None:
    with store.transaction() as db:
        run = make.people(db, world, MELE[:4])
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, (*MELE[:2], "Parks & Depot", "Crew lead")))
    with pytest.raises(service.Moved), store.transaction() as db:
        make.apply(db, world, db.get_one(Import, run.id))
    with store.transaction() as db:
        changes = service.check_again(db, actor(db, world.manager), run.id)
        assert changes == [service.MOVED, "Row 2, Mele Tupou: created, now changed."]
        current = db.get_one(Import, run.id)
        with pytest.raises(Stale):
            service.apply(db, actor(db, world.manager), run.id, 1, without=True, left_on=None)
        make.apply(db, world, current)
        assert current.state == "applied"


def test_the_same_form_twice_is_one_import_and_one_application(store: Database, world: World) -> None:
    with store.transaction() as db:
        manager, key, data = (
            actor(db, world.manager),
            uuid.uuid4(),
            make.text([make.PEOPLE, make.filled(DAG, make.PEOPLE)]),
        )
        for _ in range(2):
            run = service.bring(db, manager, key, world.council, "a.csv", io.BytesIO(data))
        make.apply(db, world, run)
        make.apply(db, world, run)
        assert db.scalar(select(func.count()).select_from(Import)) == 1
    assert len(posts(store)) == 1


def test_only_whoever_looks_after_the_organisation_brings_and_sees(store: Database, world: World) -> None:
    with store.transaction() as db:
        run = make.people(db, world, DAG)
        data = io.BytesIO(b"x")
        for nobody in (world.stranger, world.trainer, world.trainee):
            with pytest.raises(NotFound):
                service.get_import(db, actor(db, nobody), run.id)
            with pytest.raises(NotFound):
                service.bring(db, actor(db, nobody), uuid.uuid4(), world.council, "a.csv", data)
            with pytest.raises(NotFound):
                service.apply(db, actor(db, nobody), run.id, 1, without=True, left_on=None)
            assert not service.list_imports(db, actor(db, nobody))
        assert service.get_import(db, actor(db, world.administrator), run.id).id == run.id
        with pytest.raises(NotFound):
            service.bring(db, actor(db, world.stranger), run.id, world.council, "a.csv", data)


def test_managers_stand_in_the_file_in_any_order_and_must_be_taken(store: Database, world: World) -> None:
    with store.transaction() as db:
        run = make.people(
            db, world, MELE, DAG,
            ("sam@example.org", "Sam Okafor", "Libraries", "", "lea@example.org"),
            ("lea@example.org", "Lea Moss", "Libraries", "", "ghost@example.org"),
        )  # fmt: skip
        rows = make.said(db, run)
        assert [rows[number].outcome for number in (2, 3, 4, 5)] == ["created", "created", "refused", "refused"]
        assert {rows[number].field for number in (4, 5)} == {"manager"}
        make.apply(db, world, run)
        above = db.scalar(select(Post.manager_id).where(Post.title == "Crew lead"))
        assert db.get_one(StaffMember, above).name == "Dag Nilsen"


def test_who_takes_an_invitation_is_on_the_list_with_their_posts(store: Database, world: World) -> None:
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, ("new.one@example.org", "New One", "Libraries")))
        from lms.people.models import Organisation

        council = db.get_one(Organisation, world.council)
        own = person(db, "New One", council, "trainee", db.get_one(Unit, world.parks))  # type: ignore[arg-type]
        places.arrive(db, db.get_one(Person, own), world.council, world.parks)
        assert places.workplaces(db, [world.council], date(2026, 5, 4))[world.council, own].unit_id == world.libraries
