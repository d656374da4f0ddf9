"""Two accounts of one person become one: whoever has both proves both, and what was signed stays as it was signed."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.certificates import life
from lms.certificates.models import Certificate
from lms.core import clock
from lms.core.actor import Role
from lms.core.db import Base
from lms.core.errors import Conflict, Forbidden
from lms.core.unit import Database
from lms.coverage import holding, rebuilding
from lms.coverage import service as coverage
from lms.coverage.models import CoverCorrection
from lms.coverage.person import get_person
from lms.groups.models import GroupMember
from lms.learning.models import Enrolment
from lms.messages import service as messages
from lms.messages.models import Message
from lms.organisations import merging
from lms.people import invitations, places
from lms.people.invitations import Place
from lms.people.models import Membership, Organisation, Person, SignIn, Unit
from lms.people.place_models import StaffMember
from lms.people.same_models import SamePerson
from lms.practice import service as practice
from lms.practice.models import Signature
from lms.practice.rows import Beside
from lms.record import checking
from lms.record.verify import Record
from lms.register.models import Leaf
from lms.same import meeting, rules, service, unfinished
from lms.same.service import Hindered, Proved
from tests.accounts import give_password, later, post
from tests.make import (
    OBSERVED,
    PASSWORD,
    STARTED,
    World,
    actor,
    make_group,
    make_log,
    make_session,
    make_signed,
    person,
)
from tests.make_certificates import certify
from tests.passkeys import Device

SignIns = Callable[..., FlaskClient]
SECOND = "amara@osei.example"
PROVED = Proved("password", "password")
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def second(app: Flask, store: Database, world: World) -> uuid.UUID:
    """Amara was invited a second time, by another address: this account stays."""
    with store.transaction() as db:
        council, parks = db.get_one(Organisation, world.council), db.get_one(Unit, world.parks)
        made = person(db, "A Osei", council, Role.TRAINEE, parks)
        db.get_one(Person, made).email = SECOND
    give_password(app, store, made)
    return made


@pytest.fixture
def free(app: Flask, store: Database, world: World) -> str:
    """Her first account, with one signed session and nothing under way; its address."""
    with store.transaction() as db:
        group = make_group(db, world)
        make_signed(db, world, group)
        for training in db.scalars(select(Enrolment).where(Enrolment.person_id == world.trainee)):
            training.ended_on, training.rests = training.started_on, True
    return give_password(app, store, world.trainee)


@pytest.fixture
def amara(second: uuid.UUID, sign_in: SignIns) -> FlaskClient:
    """The browser of the account that stays."""
    return sign_in(second)


def form(email: str, **changes: str) -> dict[str, str]:
    return {"email": email, "password": PASSWORD, "own_password": PASSWORD, "read": "yes", **changes}


def give_up(browser: FlaskClient, email: str, **changes: str) -> TestResponse:
    return post(browser, "/account/other", **form(email, **changes))


def join(store: Database, kept: uuid.UUID, former: uuid.UUID) -> None:
    with store.transaction() as db:
        service.give_up(db, actor(db, kept), uuid.uuid4(), former, PROVED)


def test_whoever_proves_both_has_one_account_and_every_signature_stays(
    store: Database, world: World, free: str, second: uuid.UUID, amara: FlaskClient, client: FlaskClient
) -> None:
    with store.readers() as db:
        before = [(each.id, each.person_id, each.leaf_seq) for each in db.scalars(select(Signature))]
    answer = give_up(amara, free)
    assert (answer.status_code, answer.location) == (303, "/account")
    with store.readers() as db:
        said = db.scalars(select(SamePerson)).one()
        leaf = db.get_one(Leaf, said.leaf_seq)
        assert (said.former_id, said.kept_id) == (world.trainee, second)
        assert (leaf.kind, leaf.actor_id, leaf.meaning) == (rules.KIND, second, rules.MEANING)
        assert [(each.id, each.person_id, each.leaf_seq) for each in db.scalars(select(Signature))] == before
        assert checking.verify(db).ok
        told = db.scalars(select(Message).where(Message.template == "same_person")).all()
        assert {each.email for each in told} == {free, SECOND}
        assert not db.get_one(Person, world.trainee).active
    assert free in amara.get("/account").text


def test_the_former_account_opens_nothing_and_tells_its_owner_where_it_went(
    store: Database, world: World, free: str, second: uuid.UUID, amara: FlaskClient, sign_in: SignIns,
    client: FlaskClient,
) -> None:  # fmt: skip
    old = sign_in(world.trainee)
    assert give_up(amara, free).status_code == 303
    assert old.get("/account").status_code == 302
    told = post(client, "/sign-in", email=free, password=PASSWORD)
    assert told.status_code == 422
    assert f"Sign in with {SECOND}." in told.text
    wrong = post(client, "/sign-in", email=free, password="seven other chairs")
    nobody = post(client, "/sign-in", email="nobody@example.org", password="seven other chairs")
    assert SECOND not in wrong.text
    assert _plain(wrong).replace(free, "nobody@example.org") == _plain(nobody)
    assert post(client, "/sign-in", email=SECOND, password=PASSWORD).status_code == 302
    with store.readers() as db:
        assert not db.scalars(select(SignIn).where(SignIn.person_id == world.trainee, SignIn.ended_at.is_(None))).all()


def _plain(page: TestResponse) -> str:
    return "\n".join(line for line in page.text.splitlines() if "csrf" not in line)


def test_the_same_form_twice_is_once(store: Database, free: str, amara: FlaskClient) -> None:
    key = str(uuid.uuid4())
    for _ in range(2):
        assert give_up(amara, free, key=key).status_code == 303
    with store.readers() as db:
        assert len(db.scalars(select(SamePerson)).all()) == 1
        assert len(db.scalars(select(Message).where(Message.template == "same_person")).all()) == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": ""}, "Type the address of the other account."),
        ({"password": ""}, "Type the password of the other account."),
        ({"password": "seven other chairs"}, "That address and password do not go together."),
        ({"email": "nobody@example.org"}, "That address and password do not go together."),
        ({"email": SECOND}, "That is the account you are signed in with."),
        ({"read": ""}, None),
    ],
)
def test_what_is_missing_or_does_not_fit_is_said_and_what_was_typed_stays(
    store: Database, free: str, amara: FlaskClient, changes: dict[str, str], sentence: str | None
) -> None:
    sent = form(**{"email": free} | changes)
    if sentence is None:
        del sent["read"]
    answer = post(amara, "/account/other", **sent)
    assert answer.status_code == 422
    assert (sentence or rules.NOBODY) in answer.text
    assert f'value="{sent["email"]}"' in answer.text
    assert PASSWORD not in answer.text
    with store.readers() as db:
        assert not db.scalars(select(SamePerson)).all()


def test_both_passwords_are_asked_for_when_the_sign_in_is_not_fresh(
    store: Database, free: str, amara: FlaskClient
) -> None:
    with later(minutes=6):
        assert "Type the password of this account too." in give_up(amara, free, own_password="").text
        assert "That did not fit." in give_up(amara, free, own_password="seven other chairs").text
        assert give_up(amara, free).status_code == 303


def test_guessing_the_other_password_ends_after_ten_tries_as_at_the_door(
    free: str, amara: FlaskClient, client: FlaskClient
) -> None:
    for _ in range(10):
        assert give_up(amara, free, password="seven other chairs").status_code == 422
    assert "Too many tries." in give_up(amara, free).text
    assert "Too many tries." in post(client, "/sign-in", email=free, password=PASSWORD).text


def test_a_passkey_proves_the_other_account(store: Database, world: World, free: str, amara: FlaskClient) -> None:
    with store.transaction() as db, later(days=-1):
        phone = Device(db, world.trainee)
    page = amara.get("/account/other").text
    answer = post(amara, "/account/other", own_password=PASSWORD, read="yes", **phone.answer(page))
    assert answer.status_code == 303
    with store.readers() as db:
        assert db.scalars(select(SamePerson.former_proof)).one() == "passkey"
        assert not db.get_one(Person, world.trainee).webauthn


def refused(store: Database, kept: uuid.UUID, former: uuid.UUID) -> Hindered:
    with pytest.raises(Hindered) as caught:
        join(store, kept, former)
    return caught.value


def test_a_trainer_and_whoever_they_signed_for_stay_two(store: Database, world: World, free: str) -> None:
    for kept, former in ((world.trainer, world.trainee), (world.trainee, world.trainer)):
        assert "would have judged, trained or answered for themselves" in refused(store, kept, former).sentence


def test_a_trainer_of_a_circle_and_whoever_sits_in_it_stay_two(store: Database, world: World) -> None:
    with store.transaction() as db:
        group = make_group(db, world, trainer_id=world.other_trainer)
        db.add(GroupMember(group_id=group, person_id=world.stranger, pseudonym="Heron", joined_on=date(2026, 5, 4)))
    assert meeting.CIRCLE in refused(store, world.stranger, world.other_trainer).sentence


@pytest.mark.parametrize("who", ["trainee", "administrator"])
def test_a_decision_between_two_accounts_keeps_them_two(store: Database, world: World, who: str) -> None:
    """Whoever decided, and whoever issued the certificate."""
    with store.transaction() as db:
        certify(db, world)
    other = world.trainer if who == "trainee" else world.administrator
    assert "stay two" in refused(store, world.trainee, other).sentence


def test_what_is_under_way_is_said_and_nothing_is_lost(
    store: Database, world: World, second: uuid.UUID, amara: FlaskClient, app: Flask
) -> None:
    with store.transaction() as db:
        make_session(db, world, make_group(db, world))
    answer = give_up(amara, give_password(app, store, world.trainee))
    assert answer.status_code == 409
    assert "A session waits for a signature, or came back." in answer.text
    assert "A training is under way. Finish it, or let it rest." in answer.text
    with store.readers() as db:
        assert db.get_one(Person, world.trainee).active
        assert unfinished.of(db, second) == []


def test_a_suspended_account_is_not_made_one_with_another(
    store: Database, world: World, free: str, second: uuid.UUID, amara: FlaskClient
) -> None:
    with store.transaction() as db:
        db.scalars(select(Membership).where(Membership.person_id == world.trainee)).one().ended_on = clock.today()
    assert "do not go together" in give_up(amara, free).text
    assert refused(store, second, world.trainee).sentence == rules.CLOSED


def test_the_only_administrator_is_not_lost(store: Database, world: World, second: uuid.UUID) -> None:
    sentence = refused(store, second, world.administrator).sentence
    assert "the only programme administrator of Fieldfare Peer Learning" in sentence


def test_accounts_make_no_line(store: Database, world: World, free: str, second: uuid.UUID) -> None:
    join(store, second, world.trainee)
    assert "An earlier account is one with amara@osei.example already" in refused(store, world.manager, second).sentence
    assert refused(store, world.manager, world.trainee).sentence == rules.ALREADY
    assert refused(store, second, second).sentence == rules.ONESELF


def test_a_trainee_goes_on_and_every_other_right_ends(store: Database, world: World, second: uuid.UUID) -> None:
    with store.transaction() as db:
        provider = db.get_one(Organisation, world.provider)
        third = person(db, "Amara Trainer", provider, Role.TRAINER)
        for each in (Role.TRAINEE,):
            db.add(Membership(person_id=third, organisation_id=world.council, unit_id=world.libraries, role=each,
                              provider_id=world.provider, started_on=clock.today()))  # fmt: skip
        db.scalars(select(Membership).where(Membership.person_id == second)).one().ended_on = clock.today()
        db.add(Membership(person_id=second, organisation_id=world.council, role="manager", started_on=clock.today()))
    join(store, second, third)
    with store.readers() as db:
        standing = actor(db, second).memberships
        assert {(each.role, each.unit_id) for each in standing} == {
            (Role.MANAGER, None), (Role.TRAINEE, world.libraries),
        }  # fmt: skip
        assert not actor(db, third).memberships
        letter = db.scalars(select(Message).where(Message.template == "same_person").limit(1)).one()
        assert "trainer at Fieldfare Peer Learning" in letter.body


def test_an_account_that_was_given_up_is_let_back_by_nobody_and_an_invitation_reaches_its_owner(
    store: Database, world: World, free: str, second: uuid.UUID
) -> None:
    join(store, second, world.trainee)
    with store.transaction() as db:
        ilse = actor(db, world.administrator)
        old = db.scalars(select(Membership.id).where(Membership.person_id == world.trainee)).one()
        with pytest.raises(Conflict, match="signs in no more with this one"):
            invitations.restore_membership(db, ilse, old)
        place = Place(world.provider, Role.TRAINER)
        _, code = invitations.create_invitation(db, ilse, name="Amara Osei", email=free, place=place)
        invitations.accept_invitation(db, code, actor=actor(db, second))
        assert Role.TRAINER in actor(db, second).roles


def test_letters_for_the_former_account_reach_the_one_that_stays(
    store: Database, world: World, free: str, second: uuid.UUID
) -> None:
    join(store, second, world.trainee)
    with store.transaction() as db:
        sent = messages.send(db, "password_changed", person_id=world.trainee, link=messages.link("/reset"))
        assert (sent.person_id, sent.email) == (second, SECOND)


def test_the_record_and_its_archive_hold_both_accounts_and_nobody_elses(
    store: Database, world: World, free: str, second: uuid.UUID, amara: FlaskClient, sign_in: SignIns
) -> None:
    join(store, second, world.trainee)
    assert f"What you did as {free}" in amara.get("/record").text
    page = amara.get(f"/record/earlier/{world.trainee}")
    assert page.status_code == 200
    assert "Parks &amp; Depot: " in page.text
    assert amara.get(f"/record/earlier/{world.trainee}/record.json").get_json()["person"]["id"] == str(world.trainee)
    nobody = sign_in(world.other_trainee).get(f"/record/earlier/{world.trainee}")
    assert nobody.status_code == amara.get(f"/record/earlier/{world.other_trainee}").status_code == 404
    packed = amara.get("/record/record.zip").data
    assert not Record(io.BytesIO(packed)).check()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert [each["email"] for each in manifest["earlier_accounts"]] == [free]
        assert len(manifest["entries"]) == 2  # the signature, and that the two are one


def test_a_certificate_of_the_former_account_is_still_theirs_and_says_nothing_new(
    store: Database, world: World, second: uuid.UUID, amara: FlaskClient, client: FlaskClient, app: Flask
) -> None:
    with store.transaction() as db:
        own, code = (made := certify(db, world)).id, made.code
        _rest(db, world.trainee)
    before = client.get(f"/v/{code}").text
    join(store, second, world.trainee)
    assert client.get(f"/v/{code}").text == before
    page = amara.get(f"/certificates/{own}").text
    assert "It is of your earlier account" in page
    assert str(own) in amara.get("/certificates").text
    assert amara.get(f"/certificates/{own}/renew").status_code == 404
    with store.readers() as db:
        assert db.get_one(Certificate, own).person_id == world.trainee
        assert checking.verify(db).ok


def test_nobody_withdraws_the_certificate_of_their_own_earlier_account(
    store: Database, world: World, second: uuid.UUID
) -> None:
    with store.transaction() as db:
        own = certify(db, world).id
        _rest(db, world.trainee)
    join(store, second, world.trainee)
    with store.transaction() as db:
        db.add(Membership(person_id=second, organisation_id=world.provider, role="administrator",
                          started_on=clock.today()))  # fmt: skip
        db.flush()
        with pytest.raises(Forbidden, match="This one is about you"):
            life.revoke(db, actor(db, second), own, "I say so.", "password")


def _rest(db: Session, who: uuid.UUID) -> None:
    for training in db.scalars(select(Enrolment).where(Enrolment.person_id == who)):
        training.ended_on, training.rests = clock.today(), True


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
            _rest(db, each)
    with time_machine.travel(NOON + timedelta(days=5), tick=False):
        with store.readers() as db:
            assert len(covered(db, world, NOON.date())) == 2
        join(store, second, world.trainee)
        with store.readers() as db:
            for day in (NOON.date(), clock.today(), clock.today() + timedelta(days=30)):
                assert covered(db, world, day) == [(second, True)]
            assert corrected(db) == [NOON.date()]
            assert len(get_person(db, actor(db, world.manager), second, clock.today()).certificates) == 2
        assert not [each for one in rebuilding.rebuild(store) for each in one.differed]


def test_cover_under_the_former_account_goes_on_day_for_day(store: Database, world: World, second: uuid.UUID) -> None:
    with time_machine.travel(NOON, tick=False), store.transaction() as db:
        certify(db, world)
        _rest(db, world.trainee)
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
        _rest(db, world.trainee)
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
