"""Face to face with a passkey: the trainer's phone answers for this session, once, and nobody is signed in by it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.core.unit import Database
from lms.people.models import Passkey, Person, SignIn
from lms.practice import service
from lms.practice.models import Signature
from lms.register.models import Leaf
from tests.accounts import later
from tests.make import World, actor
from tests.passkeys import PRESENT, Device

Post = Callable[..., TestResponse]
REVIEW = {"version": "1", "rate-asking": "2", "helped": "3", "level": "2", "seen": "yes", "comment": "You waited."}
NO_FIT = "That passkey could not show who you are"


@pytest.fixture
def phone(store: Database, world: World) -> Device:
    """Ruth's phone with her passkey."""
    with store.transaction() as db, later(days=-1):
        return Device(db, world.trainer)


@pytest.fixture
def amara(sign_in: Callable[..., FlaskClient], world: World) -> FlaskClient:
    return sign_in(world.trainee)


def count(store: Database) -> int:
    with store.readers() as db:
        return len(db.scalars(select(Signature)).all())


def test_the_trainer_signs_and_nobody_is_signed_in_by_it(
    store: Database, world: World, sent: uuid.UUID, phone: Device, amara: FlaskClient, post: Post
) -> None:
    page = amara.get(f"/practice/{sent}/sign-here").text
    answer = post(amara, f"/practice/{sent}/sign-here", **REVIEW, **phone.answer(page))
    assert (answer.status_code, answer.location) == (303, f"/practice/{sent}")
    assert "proved by passkey, face to face" in amara.get(f"/practice/{sent}").text
    with store.readers() as db:
        made = db.scalars(select(Signature)).one()
        assert (made.signer_id, made.authenticated_by, made.tier) == (world.trainer, "passkey, face to face", "beside")
        assert db.scalars(select(Leaf.authenticated_by)).all() == ["passkey, face to face"]
        assert db.scalars(select(SignIn.id).where(SignIn.person_id == world.trainer)).all() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"credential": "{}"},
        {"credential": "not JSON \x00"},
        {"credential": '{"id": [], "rawId": 1, "response": "", "type": "public-key"}'},
        {"asked": ""},
        {"asked": "made up"},
    ],
)
def test_what_is_no_answer_signs_nothing_and_loses_nothing(
    store: Database, sent: uuid.UUID, phone: Device, amara: FlaskClient, post: Post, wrong: dict[str, str]
) -> None:
    page = amara.get(f"/practice/{sent}/sign-here").text
    answer = post(amara, f"/practice/{sent}/sign-here", **REVIEW | phone.answer(page) | wrong)
    assert answer.status_code == 422
    assert NO_FIT in answer.text
    assert "You waited." in answer.text
    assert count(store) == 0


@pytest.mark.parametrize("look", [{"origin": "http://evil.example"}, {"flags": PRESENT}])
def test_another_site_or_a_device_that_did_not_check_who_holds_it_signs_nothing(
    store: Database, sent: uuid.UUID, phone: Device, amara: FlaskClient, post: Post, look: dict[str, object]
) -> None:
    page = amara.get(f"/practice/{sent}/sign-here").text
    answer = post(amara, f"/practice/{sent}/sign-here", **REVIEW, **phone.answer(page, **look))  # type: ignore[arg-type]
    assert (answer.status_code, NO_FIT in answer.text, count(store)) == (422, True, 0)


def test_the_learner_s_own_passkey_is_not_the_trainer_s(
    store: Database, world: World, sent: uuid.UUID, amara: FlaskClient, post: Post
) -> None:
    with store.transaction() as db, later(days=-1):
        own = Device(db, world.trainee)
    page = amara.get(f"/practice/{sent}/sign-here").text
    answer = post(amara, f"/practice/{sent}/sign-here", **REVIEW, **own.answer(page))
    assert answer.status_code == 422
    assert count(store) == 0


def test_an_answer_is_for_one_session_for_half_an_hour_and_for_one_time(
    store: Database, world: World, sent: uuid.UUID, phone: Device, amara: FlaskClient, post: Post
) -> None:
    here = f"/practice/{sent}/sign-here"
    old = phone.answer(amara.get(here).text)
    with later(minutes=31):
        assert NO_FIT in post(amara, here, **REVIEW, **old).text
        used = phone.answer(amara.get(here).text)
        assert NO_FIT in post(amara, here, **REVIEW | {"version": "2"} | used).text
        assert post(amara, here, **REVIEW, **used).status_code == 303
        with store.transaction() as db:
            made = db.scalars(select(Signature.id)).one()
            service.withdraw_signature(db, actor(db, world.trainer), sent, made, "I mixed up two evenings.", "password")
        assert NO_FIT in post(amara, here, **REVIEW | {"level": "4"} | used).text
    with store.readers() as db:
        assert db.scalars(select(Signature.id).where(Signature.voided_at.is_(None))).all() == []


def test_whoever_may_not_come_in_does_not_sign(
    store: Database, world: World, sent: uuid.UUID, phone: Device, amara: FlaskClient, post: Post
) -> None:
    answer = phone.answer(amara.get(f"/practice/{sent}/sign-here").text)
    with store.transaction() as db:
        db.get_one(Person, world.trainer).active = False
    assert NO_FIT in post(amara, f"/practice/{sent}/sign-here", **REVIEW, **answer).text
    with store.transaction() as db:
        db.get_one(Person, world.trainer).active = True
        db.delete(db.scalars(select(Passkey)).one())
    assert NO_FIT in post(amara, f"/practice/{sent}/sign-here", **REVIEW, **answer).text
    assert count(store) == 0
