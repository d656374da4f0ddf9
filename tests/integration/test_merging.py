"""Two entries of a list are made one: posts and lines go on, the past stays, and the other address brings nobody in."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.core.actor import Role
from lms.core.errors import Conflict, Invalid, NotFound, Stale
from lms.core.unit import Database
from lms.organisations import merging, service
from lms.people import places
from lms.people.models import Membership, Organisation, Person, Unit
from lms.people.place_models import Post, StaffAlias, StaffMember
from tests import make_import as make
from tests.make import World, actor, person

DAG = ("dag@example.org", "Dag Nilsen", "Parks & Depot", "Head", "", "5")
JONAH = ("jonah.price@example.org", "Jonah Price", "Libraries", "Driver", "dag@example.org", "2")
AGAIN = ("j.price@example.org", "Jonah Pryce", "Libraries", "Driver", "dag@example.org", "2")
BELOW = ("sam@example.org", "Sam Okafor", "Libraries", "", "j.price@example.org", "1")
ALL = (DAG, JONAH, AGAIN, BELOW)


@pytest.fixture(autouse=True)
def may() -> Iterator[time_machine.Traveller]:
    """It is noon on 4 May 2026 until a test says otherwise."""
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False) as clock:
        yield clock


def entry(db: Session, row: tuple[str, ...]) -> StaffMember:
    return db.scalars(select(StaffMember).where(StaffMember.email == row[0])).one()


def merge(
    db: Session, world: World, kept: StaffMember, gone: StaffMember, who: uuid.UUID | None = None, **more: str
) -> StaffMember:
    manager = actor(db, who or world.manager)
    shown = more.get("shown") or merging.look(db, manager, kept.id, gone.id).shown
    return merging.merge(db, manager, uuid.uuid4(), kept.id, gone.id, more.get("stays", str(kept.id)), shown)


def posts(db: Session) -> list[tuple[str, str, str, date, date | None, str | None]]:
    above = StaffMember.__table__.alias("above")
    rows = db.execute(
        select(StaffMember.email, Unit.name, Post.title, Post.started_on, Post.ended_on, above.c.email)
        .join(Post, Post.staff_id == StaffMember.id)
        .join(Unit, Unit.id == Post.unit_id)
        .outerjoin(above, above.c.id == Post.manager_id)
        .order_by(StaffMember.email, Post.started_on, Post.title)
    )
    return [tuple(row) for row in rows]


def test_the_other_entry_is_gone_and_whoever_was_below_it_is_below_the_one_that_stays(
    store: Database, world: World
) -> None:
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, *ALL))
        merge(db, world, entry(db, JONAH), entry(db, AGAIN))
        assert [(each[0], each[5]) for each in posts(db)] == [
            ("dag@example.org", None),
            ("jonah.price@example.org", "dag@example.org"),
            ("sam@example.org", "jonah.price@example.org"),
        ]
        [told] = merging.list_merged(db, world.council)
        assert (told.name, told.was.email, told.was.merged_by) == ("Jonah Price", AGAIN[0], world.manager)


def test_the_same_file_with_both_addresses_or_either_changes_nothing_and_brings_nobody_in(
    store: Database, world: World, may: time_machine.Traveller
) -> None:
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, *ALL))
        merge(db, world, entry(db, JONAH), entry(db, AGAIN))
        before = posts(db)
        may.shift(timedelta(days=30))
        for rows in (ALL, (DAG, AGAIN, BELOW), (DAG, JONAH, BELOW)):
            run = make.people(db, world, *rows)
            assert service.totals(run)["unchanged"] == len(rows), rows
            assert service.count_missing(db, run) == 0
            make.apply(db, world, run)
        assert posts(db) == before
        assert entry(db, JONAH).name == "Jonah Price"


def test_a_row_by_the_other_address_moves_the_same_person_and_does_not_rename_them(
    store: Database, world: World
) -> None:
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, *ALL))
        merge(db, world, entry(db, JONAH), entry(db, AGAIN))
        run = make.people(db, world, (*AGAIN[:3], "Lead driver", *AGAIN[4:]))
        [row] = make.said(db, run).values()
        assert row.changes == [["Post", "Driver", "Lead driver"]]
        make.apply(db, world, run)
        assert entry(db, JONAH).name == "Jonah Price"
        own = (*AGAIN[:4], JONAH[0])
        assert make.said(db, make.people(db, world, own))[2].field == "manager"  # below themselves


def test_days_that_only_the_other_entry_had_stay_and_the_same_post_twice_is_one(store: Database, world: World) -> None:
    with store.transaction() as db:
        make.apply(db, world, make.people(
            db, world, (*JONAH[:4], "", "2", "2025-09-01"), (*AGAIN[:4], "", "1", "2024-01-01"),
            (*AGAIN[:2], "Parks & Depot", "Trainer", "", "", "2025-01-01", "2025-06-30"),
        ))  # fmt: skip
        was = len(places.units_on(db, world.council, date(2025, 1, 1)))
        merge(db, world, entry(db, JONAH), entry(db, AGAIN))
        assert [each[1:5] for each in posts(db)] == [
            ("Libraries", "Driver", date(2024, 1, 1), date(2025, 9, 1)),
            ("Parks & Depot", "Trainer", date(2025, 1, 1), date(2025, 7, 1)),
            ("Libraries", "Driver", date(2025, 9, 1), None),
        ]
        assert len(places.units_on(db, world.council, date(2025, 1, 1))) == was


def test_an_account_stays_with_the_entry_whichever_address_is_chosen(store: Database, world: World) -> None:
    with store.transaction() as db:
        amara = db.get_one(Person, world.trainee)
        places.arrive(db, amara, world.council, world.parks)
        make.apply(db, world, make.people(db, world, ("a.osei@example.org", "Amara Osei", "Libraries", "Clerk")))
        [other] = db.scalars(select(StaffMember).where(StaffMember.email == "a.osei@example.org"))
        own = db.scalars(select(StaffMember).where(StaffMember.person_id == amara.id)).one()
        kept = merge(db, world, other, own)
        assert (kept.person_id, kept.email) == (amara.id, "a.osei@example.org")
        assert amara.email == "amara.osei@example.org"
        places.arrive(
            db, amara, world.council, world.parks
        )  # a further part of hers finds the entry by its other address
        assert len(db.scalars(select(StaffMember)).all()) == 1


def test_two_accounts_are_not_made_one_from_a_list(store: Database, world: World) -> None:
    with store.transaction() as db:
        for each in (world.trainee, world.other_trainee):
            places.arrive(db, db.get_one(Person, each), world.council, None)
        one, other = db.scalars(select(StaffMember).order_by(StaffMember.name))
        with pytest.raises(Conflict, match="Amara Osei and Farid Rahimi each have an account of their own"):
            merge(db, world, one, other)
        assert not db.scalars(select(StaffAlias)).all()


def test_two_who_are_above_each_other_through_somebody_are_not_made_one(store: Database, world: World) -> None:
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, *ALL))
        for one, other in ((DAG, BELOW), (BELOW, DAG), (JONAH, DAG)):
            with pytest.raises(Conflict, match="one above the other"):
                merge(db, world, entry(db, one), entry(db, other))


def test_an_address_that_gets_an_account_of_its_own_is_remembered_of_nobody_else(store: Database, world: World) -> None:
    with store.transaction() as db:
        places.arrive(db, db.get_one(Person, world.trainee), world.council, None)
        make.apply(db, world, make.people(db, world, AGAIN[:4]))
        own = db.scalars(select(StaffMember).where(StaffMember.person_id == world.trainee)).one()
        merge(db, world, own, entry(db, AGAIN))
        council = db.get_one(Organisation, world.council)
        jonah = person(db, "Jonah Pryce", council, Role.TRAINEE)
        db.get_one(Person, jonah).email = AGAIN[0]
        db.flush()
        places.arrive(db, db.get_one(Person, jonah), world.council, world.parks)
        assert (entry(db, AGAIN).person_id, own.person_id) == (jonah, world.trainee)
        assert not db.scalars(select(StaffAlias)).all()


def test_a_page_that_is_old_says_who_changed_and_the_same_form_twice_is_once(store: Database, world: World) -> None:
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, *ALL))
        one, other, manager = entry(db, JONAH), entry(db, AGAIN), actor(db, world.manager)
        shown = merging.look(db, manager, one.id, other.id).shown
        make.apply(db, world, make.people(db, world, DAG, (*JONAH[:3], "Lead driver", *JONAH[4:])))
        with pytest.raises(Stale, match="Something about Jonah Price changed meanwhile"):
            merge(db, world, one, other, shown=shown)
        with pytest.raises(Invalid, match="Choose which of the two stays"):
            merge(db, world, one, other, stays=str(uuid.uuid4()))
        key, ids = uuid.uuid4(), (one.id, other.id)
        shown = merging.look(db, manager, *ids).shown
        for _ in range(2):
            assert merging.merge(db, manager, key, *ids, str(ids[0]), shown).id == ids[0]
        assert len(merging.list_merged(db, world.council)) == 1


def test_a_third_entry_takes_what_two_had_and_all_addresses_mean_it(store: Database, world: World) -> None:
    with store.transaction() as db:
        third = ("jonah@example.org", "Jonah Price", "Libraries")
        make.apply(db, world, make.people(db, world, *ALL, third))
        merge(db, world, entry(db, JONAH), entry(db, AGAIN))
        merge(db, world, entry(db, third), entry(db, JONAH))
        run = make.people(db, world, *ALL)
        assert service.totals(run)["unchanged"] == 4


def test_only_whoever_keeps_the_list_may_and_never_across_two_lists(store: Database, world: World) -> None:
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, *ALL))
        one, other = entry(db, JONAH), entry(db, AGAIN)
        for nobody in (world.stranger, world.trainer, world.trainee):
            with pytest.raises(NotFound):
                merge(db, world, one, other, who=nobody)
        far = db.scalars(select(Membership.organisation_id).where(Membership.person_id == world.stranger)).one()
        there = StaffMember(organisation_id=far, name="Jonah Price", email="jonah@elsewhere.example")
        db.add(there)
        db.flush()
        for who in (world.stranger, world.manager):
            with pytest.raises(NotFound):
                merge(db, world, one, there, who=who)


def test_a_check_made_before_is_made_again(store: Database, world: World) -> None:
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, *ALL))
        run = make.people(db, world, (*AGAIN[:3], "Lead driver", *AGAIN[4:]))
        merge(db, world, entry(db, JONAH), entry(db, AGAIN))
        with pytest.raises(service.Moved):
            make.apply(db, world, run)
        service.check_again(db, actor(db, world.manager), run.id)
        make.apply(db, world, run)
        assert [each[2] for each in posts(db) if each[0] == JONAH[0]] == ["Lead driver"]
        assert len(posts(db)) == 3


def test_pages_show_both_and_make_them_one_in_few_questions(
    store: Database,
    world: World,
    sign_in: Callable[[uuid.UUID], FlaskClient],
    post: Callable[..., TestResponse],
    queries: Callable[..., object],
) -> None:
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, *ALL))
        one, other = entry(db, JONAH).id, entry(db, AGAIN).id
    hana = sign_in(world.manager)
    path = f"/people/duplicates/{one}/{other}"
    assert path.removeprefix("/people") in hana.get("/people/duplicates").text.replace(
        f"{other}/{one}", f"{one}/{other}"
    )
    with queries() as seen:  # type: ignore[attr-defined]
        page = hana.get(path)
    assert len(seen) <= 6, seen
    assert "Are these two one person?" in page.text
    shown = page.text.split('name="shown" value="')[1].split('"')[0]
    answer = post(hana, path, key=uuid.uuid4(), shown=shown, stays="")
    assert (answer.status_code, "Choose which of the two stays." in answer.text) == (422, True)
    answer = post(hana, path, key=uuid.uuid4(), shown="old", stays=one)
    assert (answer.status_code, "changed meanwhile" in answer.text) == (409, True)
    answer = post(hana, path, key=uuid.uuid4(), shown=shown, stays=one)
    assert answer.location == "/people/duplicates"
    text = hana.get("/people/duplicates").text
    assert "Nobody seems to be on the list twice" in text
    assert "Was there as Jonah Pryce, j.price@example.org, as well." in text
    assert hana.get(path).status_code == 404
