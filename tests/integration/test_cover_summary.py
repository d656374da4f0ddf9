"""The summary of cover follows every change in the transaction that makes it, and can be made anew."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy import delete, event, select, update
from sqlalchemy.orm import Session

from lms.certificates.history import LIFTED, SUSPENDED, UNDONE, WITHDRAWN
from lms.cli import main
from lms.core import following
from lms.core.errors import Invalid, NotFound
from lms.core.settings import Settings
from lms.core.unit import Database
from lms.coverage import meanings, rebuilding, service
from lms.coverage.meaning import Meaning
from lms.coverage.meanings import Said
from lms.coverage.models import CoverDue, CoverSpan
from lms.learning import enrolling, stopping
from lms.learning.models import Enrolment
from lms.people import places
from lms.people.models import Membership, Person
from lms.people.place_models import Post, StaffMember
from lms.practice import rules, signing, voiding
from lms.practice import service as practice
from lms.practice.rows import Beside
from tests.conftest import SECRET
from tests.make import OBSERVED, World, actor, make_group, make_session, make_signed
from tests.make_certificates import certify
from tests.make_cover import kept, live
from tests.make_keys import PASSPHRASE
from tests.make_life import take

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = START.date()


@pytest.fixture
def moving(store: Database, world: World) -> Iterator[time_machine.Traveller]:
    """It is noon in London on 2 March 2026, and Amara and Farid work in their units."""
    with time_machine.travel(START, tick=False) as traveller:
        with store.transaction() as db:
            for person, unit in ((world.trainee, world.parks), (world.other_trainee, world.libraries)):
                places.arrive(db, db.get_one(Person, person), world.council, unit)
        yield traveller


def kinds(store: Database, world: World, on: date | None = None) -> dict[tuple[uuid.UUID, uuid.UUID | None], str]:
    """What everybody is, by person and unit; and the summary says of every day what the records say."""
    day = on or datetime.now(UTC).date()
    with store.readers() as db:
        for ago in range(-90, 400, 35):
            then = day + timedelta(days=ago)
            assert kept(db, world.council, then) == live(db, world.council, then), then
        return {(person, unit): kind for unit, person, kind, _ in kept(db, world.council, day)}


def test_somebody_is_in_training_then_active_then_resting_and_active_again_after_a_round(
    store: Database, world: World, moving: time_machine.Traveller
) -> None:
    here = (world.trainee, world.parks)
    assert kinds(store, world)[here] == "training"
    with store.transaction() as db:
        certify(db, world)
    assert kinds(store, world)[here] == "active"
    moving.move_to(START + timedelta(days=179))
    assert kinds(store, world)[here] == "active"
    moving.move_to(START + timedelta(days=180))
    assert kinds(store, world)[here] == "resting"
    with store.transaction() as db:
        signed = make_signed(db, world, make_group(db, world), days_ago=5, role="outside")
    assert kinds(store, world)[here] == "active"
    assert kinds(store, world, TODAY + timedelta(days=179))[here] == "active"
    assert kinds(store, world, TODAY + timedelta(days=354))[here] == "active"
    assert kinds(store, world, TODAY + timedelta(days=355))[here] == "resting"
    moving.move_to(START + timedelta(days=190))
    with store.transaction() as db:
        ruth = actor(db, world.trainer)
        own = signing.find_standing(db, signed)
        assert own is not None
        voiding.withdraw_signature(db, ruth, signed, own.id, "I was not there.", "password")
    assert kinds(store, world)[here] == "resting"
    assert kinds(store, world, TODAY + timedelta(days=185))[here] == "active", "that day showed it so"


def test_a_withdrawn_or_suspended_certificate_covers_nothing_from_that_day_on(
    store: Database, world: World, moving: time_machine.Traveller
) -> None:
    here = (world.trainee, world.parks)
    with store.transaction() as db:
        made = certify(db, world).id
    for day, step, kind in ((10, SUSPENDED, "training"), (20, LIFTED, "active"), (30, WITHDRAWN, "training")):
        moving.move_to(START + timedelta(days=day))
        take(store, world, made, step)
        assert kinds(store, world)[here] == kind
    take(store, world, made, UNDONE)
    assert kinds(store, world)[here] == "active"
    past = {day: kinds(store, world, TODAY + timedelta(days=day))[here] for day in (9, 10, 19, 20, 30)}
    assert past == {9: "active", 10: "training", 19: "training", 20: "active", 30: "active"}


def test_who_leaves_and_comes_back_was_away_in_between(
    store: Database, world: World, moving: time_machine.Traveller
) -> None:
    here = (world.trainee, world.parks)
    with store.readers() as db:
        own = db.scalars(select(Membership.id).where(Membership.person_id == world.trainee)).one()
    moving.move_to(START + timedelta(days=10))
    with store.transaction() as db:
        enrolling.suspend(db, actor(db, world.administrator), own)
    assert here not in kinds(store, world)
    moving.move_to(START + timedelta(days=20))
    with store.transaction() as db:
        enrolling.restore(db, actor(db, world.administrator), own)
    there = [here in kinds(store, world, TODAY + timedelta(days=day)) for day in (9, 10, 19, 20)]
    assert there == [True, False, False, True]
    moving.move_to(START + timedelta(days=30))
    with store.transaction() as db:
        training = db.scalars(select(Enrolment.id).where(Enrolment.person_id == world.trainee)).one()
        stopping.stop(db, actor(db, world.trainee), training, "")
    assert here not in kinds(store, world)
    moving.move_to(START + timedelta(days=40))
    with store.transaction() as db:
        stopping.go_on(db, actor(db, world.trainee), training)
    there = [here in kinds(store, world, TODAY + timedelta(days=day)) for day in (29, 30, 39, 40)]
    assert there == [True, False, False, True]


def test_a_meaning_counts_from_its_day_and_past_days_keep_theirs(
    store: Database, world: World, moving: time_machine.Traveller
) -> None:
    here = (world.trainee, world.parks)
    with store.transaction() as db:
        certify(db, world)
    moving.move_to(START + timedelta(days=100))
    said = Said(Meaning(days=90), TODAY + timedelta(days=105), reason="Whoever has not led since winter is not called.")
    with store.transaction() as db:
        key = uuid.uuid4()
        for _ in range(2):
            meanings.set_meaning(db, actor(db, world.manager), world.council, key, said)
        for who, wrong, error in (
            (world.stranger, said, NotFound),
            (world.trainee, said, NotFound),
            (world.manager, Said(Meaning(), TODAY, reason="Because."), Invalid),
            (world.manager, Said(Meaning(), said.from_on, reason=" "), Invalid),
        ):
            with pytest.raises(error):
                meanings.set_meaning(db, actor(db, who), world.council, uuid.uuid4(), wrong)
    assert [kinds(store, world, TODAY + timedelta(days=day))[here] for day in (104, 105)] == ["active", "resting"]
    with store.readers() as db:
        before, after = (
            service.report(db, actor(db, world.manager), TODAY + timedelta(days=day)) for day in (104, 105)
        )
    assert (before.said.by, after.said.by, after.meaning.days) == ("", "Hana Petrova", 90)
    assert [service.unit_of(each, world.parks).certified for each in (before, after)] == [1, 0]
    assert service.unit_of(after, world.parks).resting == 1


def test_a_report_is_four_queries_and_a_past_day_is_what_it_was(
    store: Database, world: World, moving: time_machine.Traveller
) -> None:
    seen: list[str] = []
    with store.transaction() as db:
        certify(db, world)
    event.listen(store.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    with store.readers() as db:
        hana = actor(db, world.manager)
        seen.clear()
        found = service.report(db, hana, TODAY)
        assert len([each for each in seen if each.startswith("SELECT")]) == 4
        assert (found.cover.covered, found.cover.certified, found.cover.training) == (1, 1, 1)
        assert service.report(db, hana, TODAY - timedelta(days=1)).cover.covered == 0
        with pytest.raises(NotFound):
            service.report(db, hana, TODAY, world.provider)
        with pytest.raises(NotFound):
            service.report(db, actor(db, world.trainer), TODAY)


def test_making_it_anew_says_what_differed_and_then_nothing(
    store: Database, world: World, moving: time_machine.Traveller
) -> None:
    with store.transaction() as db:
        certify(db, world)
    assert [each.differed for each in rebuilding.rebuild(store)] == [(), (), ()]
    with store.transaction() as db:
        db.execute(delete(CoverSpan).where(CoverSpan.kind == "active"))
        farid = update(CoverSpan).where(CoverSpan.person_id == world.other_trainee)
        db.execute(farid.values(unit_id=world.parks))
        db.add(CoverDue(organisation_id=world.council))
    [council] = rebuilding.rebuild_due(store)
    assert council.people == 2
    assert "Amara Osei, Parks & Depot: active from 2026-03-02 to 2026-08-29 was missing." in council.differed
    assert (
        "Farid Rahimi, Parks & Depot: training from 2026-01-05 on was there and should not have been."
        in council.differed
    )
    assert rebuilding.rebuild_due(store) == []
    kinds(store, world)


def test_the_command_says_what_differed_and_migrating_sums_up_what_is_due(
    store: Database, world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("LMS_DATABASE_URL", settings.database_url), ("LMS_SECRET_KEY", SECRET), ("LMS_MODE", "test"),
        ("LMS_DATA_DIR", str(settings.data_dir)), ("LMS_KEYS_PASSPHRASE", PASSPHRASE),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    with store.transaction() as db:
        db.execute(delete(CoverSpan))
    told = CliRunner().invoke(main, ["coverage", "rebuild"])
    assert told.exit_code == 0, told.output
    assert "Harbourside Council: 2 people, 2 rows differed." in told.output
    assert "Amara Osei, Parks & Depot: training from 2026-01-05 on was missing." in told.output
    with store.transaction() as db:
        db.execute(delete(CoverSpan))
        db.add(CoverDue(organisation_id=world.council))
    assert CliRunner().invoke(main, ["migrate"]).exit_code == 0
    told = CliRunner().invoke(main, ["coverage", "rebuild"])
    assert "Harbourside Council: 2 people, everything as it was." in told.output


def test_what_says_nothing_of_cover_asks_the_database_nothing_more(
    store: Database, world: World, moving: time_machine.Traveller
) -> None:
    """Signing a round that was led asks once whether its writer is certified; everything else asks nothing."""
    with store.transaction() as db:
        circle = make_group(db, world)
    more = {}
    for role in ("watched", "outside"):
        with store.transaction() as db:
            session, ruth = make_session(db, world, circle, role=role, held_on=TODAY), actor(db, world.trainer)
            rated = {row.id: 2 for row in rules.rows_for(role)[:1]}
            practice.sign_off(
                db, ruth, session, 1, rated, 2, "You waited.", "password", beside=Beside(OBSERVED, seconds=80)
            )
            db.flush()
            seen: list[str] = []
            listening = partial(_note, seen)
            event.listen(store.engine, "before_cursor_execute", listening)
            following.settle(db)
            event.remove(store.engine, "before_cursor_execute", listening)
            more[role] = len(seen)
            db.rollback()
    locks = int(store.engine.dialect.name == "postgresql")
    assert more["watched"] == 0
    assert more["outside"] == 1 + locks, "she holds no certificate"


def _note(seen: list[str], *given: Any) -> None:
    seen.append(given[2])


def test_who_works_in_two_units_counts_in_both_and_once_in_all(
    store: Database, world: World, moving: time_machine.Traveller
) -> None:
    with store.transaction() as db:
        certify(db, world)
        _second_post(db, world)
    assert kinds(store, world)[world.trainee, world.libraries] == "active"
    with store.readers() as db:
        found = service.report(db, actor(db, world.manager), TODAY)
    assert (found.cover.covered, found.cover.certified) == (2, 1)


def _second_post(db: Session, world: World) -> None:
    listed = db.scalars(select(StaffMember.id).where(StaffMember.person_id == world.trainee)).one()
    db.add(Post(staff_id=listed, unit_id=world.libraries, started_on=TODAY))
