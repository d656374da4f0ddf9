"""Two accounts of one person become one: whoever has both proves both, and what was signed stays as it was signed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Conflict
from lms.core.unit import Database
from lms.groups.models import GroupMember
from lms.messages.models import Message
from lms.people import invitations
from lms.people.invitations import Place
from lms.people.models import Membership, Organisation, Person, SignIn
from lms.people.same_models import SamePerson
from lms.practice.models import Signature
from lms.record import checking
from lms.register.models import Leaf
from lms.same import meeting, rules, service, unfinished
from lms.same.service import Hindered
from tests.accounts import give_password, later, post
from tests.make import (
    PASSWORD,
    World,
    actor,
    make_group,
    make_session,
    person,
)
from tests.make_certificates import certify
from tests.make_same import PROVED, SECOND, form, give_up, join
from tests.passkeys import Device

SignIns = Callable[..., FlaskClient]


def test_whoever_proves_both_has_one_account_and_every_signature_stays(
    store: Database, world: World, free: str, second: uuid.UUID, staying: FlaskClient, client: FlaskClient
) -> None:
    with store.readers() as db:
        before = [(each.id, each.person_id, each.leaf_seq) for each in db.scalars(select(Signature))]
    answer = give_up(staying, free)
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
    assert free in staying.get("/account").text


def test_the_former_account_opens_nothing_and_tells_its_owner_where_it_went(
    store: Database, world: World, free: str, second: uuid.UUID, staying: FlaskClient, sign_in: SignIns,
    client: FlaskClient,
) -> None:  # fmt: skip
    old = sign_in(world.trainee)
    assert give_up(staying, free).status_code == 303
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


def test_the_same_form_twice_is_once(store: Database, free: str, staying: FlaskClient) -> None:
    key = str(uuid.uuid4())
    for _ in range(2):
        assert give_up(staying, free, key=key).status_code == 303
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
    store: Database, free: str, staying: FlaskClient, changes: dict[str, str], sentence: str | None
) -> None:
    sent = form(**{"email": free} | changes)
    if sentence is None:
        del sent["read"]
    answer = post(staying, "/account/other", **sent)
    assert answer.status_code == 422
    assert (sentence or rules.NOBODY) in answer.text
    assert f'value="{sent["email"]}"' in answer.text
    assert PASSWORD not in answer.text
    with store.readers() as db:
        assert not db.scalars(select(SamePerson)).all()


def test_both_passwords_are_asked_for_when_the_sign_in_is_not_fresh(
    store: Database, free: str, staying: FlaskClient
) -> None:
    with later(minutes=6):
        assert "Type the password of this account too." in give_up(staying, free, own_password="").text
        assert "That did not fit." in give_up(staying, free, own_password="seven other chairs").text
        assert give_up(staying, free).status_code == 303


def test_guessing_the_other_password_ends_after_ten_tries_as_at_the_door(
    free: str, staying: FlaskClient, client: FlaskClient
) -> None:
    for _ in range(10):
        assert give_up(staying, free, password="seven other chairs").status_code == 422
    assert "Too many tries." in give_up(staying, free).text
    assert "Too many tries." in post(client, "/sign-in", email=free, password=PASSWORD).text


def test_a_passkey_proves_the_other_account(store: Database, world: World, free: str, staying: FlaskClient) -> None:
    with store.transaction() as db, later(days=-1):
        phone = Device(db, world.trainee)
    page = staying.get("/account/other").text
    answer = post(staying, "/account/other", own_password=PASSWORD, read="yes", **phone.answer(page))
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
    store: Database, world: World, second: uuid.UUID, staying: FlaskClient, app: Flask
) -> None:
    with store.transaction() as db:
        make_session(db, world, make_group(db, world))
    answer = give_up(staying, give_password(app, store, world.trainee))
    assert answer.status_code == 409
    assert "A session waits for a signature, or came back." in answer.text
    assert "A training is under way. Finish it, or let it rest." in answer.text
    with store.readers() as db:
        assert db.get_one(Person, world.trainee).active
        assert unfinished.of(db, second) == []


def test_a_suspended_account_is_not_made_one_with_another(
    store: Database, world: World, free: str, second: uuid.UUID, staying: FlaskClient
) -> None:
    with store.transaction() as db:
        db.scalars(select(Membership).where(Membership.person_id == world.trainee)).one().ended_on = clock.today()
    assert "do not go together" in give_up(staying, free).text
    assert refused(store, second, world.trainee).sentence == rules.CLOSED


def test_the_only_administrator_is_not_lost(store: Database, world: World, second: uuid.UUID) -> None:
    sentence = refused(store, second, world.administrator).sentence
    assert "the only programme administrator of Fieldfare Peer Learning" in sentence


def test_the_key_of_somebody_elses_form_says_nothing(
    store: Database, world: World, free: str, staying: FlaskClient
) -> None:
    with store.transaction() as db:
        council = db.get_one(Organisation, world.council)
        theirs = person(db, "Twice Here", council, Role.TRAINEE), person(db, "Here Twice", council, Role.TRAINEE)
    key = uuid.uuid4()
    with store.transaction() as db:
        service.give_up(db, actor(db, theirs[0]), key, theirs[1], PROVED)
    assert give_up(staying, free, key=str(key)).status_code == 404


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
