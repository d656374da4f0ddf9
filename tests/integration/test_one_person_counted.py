"""What becomes of two accounts that are one person: one record, one set of certificates, one facilitator."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates import life
from lms.certificates.models import Certificate
from lms.certificates.service import today
from lms.core import clock
from lms.core.db import Base
from lms.core.errors import Forbidden
from lms.core.unit import Database
from lms.coverage import holding, meanings, rebuilding, trying, working_in
from lms.coverage import service as coverage
from lms.coverage.meaning import Meaning
from lms.coverage.meanings import Said
from lms.coverage.models import CoverCorrection
from lms.coverage.person import get_person
from lms.learning.models import Enrolment
from lms.messages import service as messages
from lms.organisations import merging
from lms.people import places
from lms.people.models import Membership, Person
from lms.people.place_models import StaffMember
from lms.practice import service as practice
from lms.practice.rows import Beside
from lms.record import checking
from lms.record.verify import Record
from lms.same import meeting
from tests.make import (
    OBSERVED,
    STARTED,
    World,
    actor,
    make_group,
    make_log,
)
from tests.make_certificates import certify
from tests.make_cover import kept, work_in
from tests.make_same import NOON, SECOND, join, rest

SignIns = Callable[..., FlaskClient]


def test_letters_for_the_former_account_reach_the_one_that_stays(
    store: Database, world: World, free: str, second: uuid.UUID
) -> None:
    join(store, second, world.trainee)
    with store.transaction() as db:
        sent = messages.send(db, "password_changed", person_id=world.trainee, link=messages.link("/reset"))
        assert (sent.person_id, sent.email) == (second, SECOND)


def test_the_record_and_its_archive_hold_both_accounts_and_nobody_elses(
    store: Database, world: World, free: str, second: uuid.UUID, staying: FlaskClient, sign_in: SignIns
) -> None:
    join(store, second, world.trainee)
    assert f'href="/record/earlier/{world.trainee}"' in staying.get("/record").text
    assert f"What you did as {free}" in staying.get("/record/whole").text
    page = staying.get(f"/record/earlier/{world.trainee}")
    assert page.status_code == 200
    assert "Parks &amp; Depot: " in page.text
    assert staying.get(f"/record/earlier/{world.trainee}/record.json").get_json()["person"]["id"] == str(world.trainee)
    nobody = sign_in(world.other_trainee).get(f"/record/earlier/{world.trainee}")
    assert nobody.status_code == staying.get(f"/record/earlier/{world.other_trainee}").status_code == 404
    packed = staying.get("/record/record.zip").data
    assert not Record(io.BytesIO(packed)).check()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert [each["email"] for each in manifest["earlier_accounts"]] == [free]
        assert len(manifest["entries"]) == 2  # the signature, and that the two are one


def test_a_certificate_of_the_former_account_is_still_theirs_and_says_nothing_new(
    store: Database, world: World, second: uuid.UUID, staying: FlaskClient, client: FlaskClient, app: Flask
) -> None:
    with store.transaction() as db:
        own, code = (made := certify(db, world)).id, made.code
        rest(db, world.trainee)
    before = client.get(f"/v/{code}").text
    join(store, second, world.trainee)
    assert client.get(f"/v/{code}").text == before
    page = staying.get(f"/certificates/{own}").text
    assert "It is of your earlier account" in page
    assert str(own) in staying.get("/certificates").text
    assert staying.get(f"/certificates/{own}/renew").status_code == 404
    with store.readers() as db:
        assert db.get_one(Certificate, own).person_id == world.trainee
        assert checking.verify(db).ok


def test_nobody_withdraws_the_certificate_of_their_own_earlier_account(
    store: Database, world: World, second: uuid.UUID
) -> None:
    with store.transaction() as db:
        own = certify(db, world).id
        rest(db, world.trainee)
    join(store, second, world.trainee)
    with store.transaction() as db:
        db.add(Membership(person_id=second, organisation_id=world.provider, role="administrator",
                          started_on=clock.today()))  # fmt: skip
        db.flush()
        with pytest.raises(Forbidden, match="This one is about you"):
            life.revoke(db, actor(db, second), own, "I say so.", "password")


def covered(db: Session, world: World, on: date) -> list[tuple[uuid.UUID, bool]]:
    found = coverage.report(db, actor(db, world.manager), on)
    return [(each.person_id, each.active) for each in found.held]


def corrected(db: Session) -> list[date]:
    """The first of the days that were put right today."""
    return list(db.scalars(select(CoverCorrection.first_on).where(CoverCorrection.corrected_on == clock.today())))


def test_whoever_is_certified_twice_is_one_facilitator_and_the_page_says_it_was_put_right(
    store: Database, world: World, second: uuid.UUID
) -> None:
    with time_machine.travel(NOON, tick=False), store.transaction() as db:
        db.add(Enrolment(person_id=second, organisation_id=world.council, unit_id=world.parks,
                         provider_id=world.provider, trainer_id=world.trainer, started_on=STARTED))  # fmt: skip
        for each in (world.trainee, second):
            certify(db, world, each)
            rest(db, each)
    with time_machine.travel(NOON + timedelta(days=5), tick=False):
        with store.readers() as db:
            assert len(covered(db, world, NOON.date())) == 2
        join(store, second, world.trainee)
        with store.readers() as db:
            for day in (NOON.date(), clock.today(), clock.today() + timedelta(days=30)):
                assert covered(db, world, day) == [(second, True)]
            assert corrected(db) == [STARTED]
            assert len(get_person(db, actor(db, world.manager), second, clock.today()).certificates) == 2
        assert not [each for one in rebuilding.rebuild(store) for each in one.differed]


def test_cover_under_the_former_account_goes_on_day_for_day(store: Database, world: World, second: uuid.UUID) -> None:
    with time_machine.travel(NOON, tick=False), store.transaction() as db:
        certify(db, world)
        rest(db, world.trainee)
        places.arrive(db, db.get_one(Person, world.trainee), world.council, world.libraries)
    with time_machine.travel(NOON + timedelta(days=5), tick=False):
        join(store, second, world.trainee)
        with store.readers() as db:
            for day in (NOON.date(), clock.today(), clock.today() + timedelta(days=100)):
                found = coverage.report(db, actor(db, world.manager), day)
                assert [(each.person_id, each.unit_id) for each in found.held] == [(second, world.libraries)]
            assert corrected(db) == []
            [holder] = holding.holders(db, world.council, clock.today())
            assert (holder.person_id, holder.unit_id) == (second, world.libraries)
        assert not [each for one in rebuilding.rebuild(store) for each in one.differed]


def test_a_round_led_with_either_account_keeps_the_other_ones_certificate_active(
    store: Database, world: World, second: uuid.UUID
) -> None:
    with time_machine.travel(NOON, tick=False), store.transaction() as db:
        certify(db, world)
        rest(db, world.trainee)
    with time_machine.travel(NOON + timedelta(days=300), tick=False):
        join(store, second, world.trainee)
        with store.readers() as db:
            assert covered(db, world, clock.today()) == [(second, False)]
        with store.transaction() as db:
            group = make_group(db, world, facilitator_id=second)
            logged = practice.log_practice(db, actor(db, second), uuid.uuid4(), 0, make_log(group, role="outside"))
            practice.sign_off(db, actor(db, world.trainer), logged.id, 1, {"asking": 2}, 2, "You waited.", "password",
                              beside=Beside(OBSERVED, seconds=80))  # fmt: skip
        with store.readers() as db:
            assert covered(db, world, clock.today()) == [(second, True)]
            assert get_person(db, actor(db, world.manager), second, clock.today()).led == 1
            found = coverage.report(db, actor(db, world.manager), clock.today())
            assert not trying.would_be(db, found, found.meaning).switched
        assert not [each for one in rebuilding.rebuild(store) for each in one.differed]


def test_two_entries_of_one_person_are_made_one_by_whoever_keeps_the_list(
    store: Database, world: World, free: str, second: uuid.UUID
) -> None:
    with store.transaction() as db:
        for each in (world.trainee, second):
            places.arrive(db, db.get_one(Person, each), world.council, world.parks)
    join(store, second, world.trainee)
    with store.transaction() as db:
        one, other = db.scalars(select(StaffMember).order_by(StaffMember.name))
        hana = actor(db, world.manager)
        shown = merging.look(db, hana, one.id, other.id).shown
        kept = merging.merge(db, hana, uuid.uuid4(), one.id, other.id, str(other.id), shown)
        assert kept.person_id == second


def test_every_table_that_is_let_pass_is_one_of_ours() -> None:
    tables = set(Base.metadata.tables)
    assert meeting.HARMLESS | set(meeting.MATTERS) | set(meeting.WORDS) <= tables


def test_whoever_had_two_accounts_counts_once_when_a_meaning_has_been_worked_in(
    store: Database, world: World, second: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working_in, "MOST_AT_ONCE", 0)
    with time_machine.travel(NOON - timedelta(days=150), tick=False) as traveller:
        with store.transaction() as db:
            certify(db, world, world.trainee)
            rest(db, world.trainee)
        traveller.move_to(NOON)
        join(store, second, world.trainee)
        with store.transaction() as db:
            said = Said(Meaning(days=90), today(), reason="We agreed so.")
            meanings.set_meaning(db, actor(db, world.manager), world.council, uuid.uuid4(), said)
        assert stands(store, world, second) == ["active"]
        work_in(store)
        assert stands(store, world, second) == ["resting"]
        assert not [each for done in rebuilding.rebuild(store) for each in done.differed]


def stands(store: Database, world: World, who: uuid.UUID) -> list[str]:
    """What somebody is told to be today, as often as the summary tells it."""
    with store.readers() as db:
        return [kind for _, person, kind, _ in kept(db, world.council, today()).elements() if person == who]
