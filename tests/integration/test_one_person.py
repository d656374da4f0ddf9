"""Two accounts of one person become one: whoever has both proves both, and what was signed stays as it was signed."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.core.actor import Role
from lms.core.unit import Database
from lms.learning.models import Enrolment
from lms.messages.models import Message
from lms.people.models import Membership, Organisation, Person, SignIn, Unit
from lms.people.same_models import SamePerson
from lms.practice.models import Signature
from lms.record import checking
from lms.record.verify import Record
from lms.register.models import Leaf
from lms.same import rules, service, unfinished
from lms.same.service import Hindered, Proved
from tests.accounts import give_password, later, post
from tests.make import PASSWORD, World, actor, make_group, make_signed, person
from tests.passkeys import Device

SignIns = Callable[..., FlaskClient]
SECOND = "amara@osei.example"
PROVED = Proved("password", "password")


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
