"""Face to face: a trainer signs on the learner's device, with their own account, and leaves nothing there."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.core.unit import Database
from lms.people.models import Person, SignIn
from lms.practice.models import PracticeSession, Signature
from lms.register.models import Leaf
from tests.accounts import give_password
from tests.make import PASSWORD, World

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
REVIEW = {"version": "1", "rate-asking": "2", "helped": "3", "level": "2", "seen": "yes", "comment": "You waited."}


@pytest.fixture
def ruth(app: Flask, store: Database, world: World) -> str:
    """The address of Amara’s trainer, who has a password."""
    return give_password(app, store, world.trainer)


def signed(store: Database) -> list[Signature]:
    with store.readers() as db:
        return list(db.scalars(select(Signature)))


def test_the_trainer_signs_and_nobody_is_signed_in_by_it(
    store: Database, world: World, sent: uuid.UUID, ruth: str, sign_in: Browser, post: Post
) -> None:
    amara = sign_in(world.trainee)
    assert f"/practice/{sent}/sign-here" in amara.get(f"/practice/{sent}").text
    page = amara.get(f"/practice/{sent}/sign-here").text
    assert "Ruth, this one is yours to sign" in page
    assert "It felt very long" in page
    answer = post(amara, f"/practice/{sent}/sign-here", **REVIEW, email=ruth.upper(), password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, f"/practice/{sent}")
    page = amara.get(f"/practice/{sent}").text
    assert "Ruth Tamihana has signed session 1." in page
    assert "proved by password, face to face" in page
    assert amara.get("/sign-off").status_code == 404, "still the trainee"
    (made,) = signed(store)
    assert (made.signer_id, made.authenticated_by) == (world.trainer, "password, face to face")
    with store.readers() as db:
        assert db.scalars(select(Leaf.authenticated_by)).all() == ["password, face to face"]
        assert db.scalars(select(SignIn.id).where(SignIn.person_id == world.trainer)).all() == []
    assert amara.get(f"/practice/{sent}/sign-here").status_code == 303, "there is nothing left to sign"


@pytest.mark.parametrize("password", ["", "wrong password"])
def test_without_the_right_password_nothing_is_signed_or_lost(
    store: Database, world: World, sent: uuid.UUID, ruth: str, sign_in: Browser, post: Post, password: str
) -> None:
    answer = post(sign_in(world.trainee), f"/practice/{sent}/sign-here", **REVIEW, email=ruth, password=password)
    assert answer.status_code == 422
    assert "#password" in answer.text
    assert "You waited." in answer.text
    assert ruth in answer.text
    assert "wrong password" not in answer.text
    assert signed(store) == []


def test_everything_that_is_missing_is_said_at_once(
    world: World, sent: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    answer = post(sign_in(world.trainee), f"/practice/{sent}/sign-here", version="1")
    for name in ("rate-contract", "helped", "level", "seen", "email", "password"):
        assert f'href="#{name}"' in answer.text


def test_guessing_here_closes_the_same_door_as_guessing_at_sign_in(
    store: Database, world: World, sent: uuid.UUID, ruth: str, sign_in: Browser, post: Post
) -> None:
    amara = sign_in(world.trainee)
    for _ in range(10):
        assert post(amara, f"/practice/{sent}/sign-here", **REVIEW, email=ruth, password="guess").status_code == 422
    answer = post(amara, f"/practice/{sent}/sign-here", **REVIEW, email=ruth, password=PASSWORD)
    assert "Too many tries" in answer.text
    assert signed(store) == []


def test_only_who_may_sign_it_elsewhere_signs_it_here(
    app: Flask, store: Database, world: World, sent: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    amara = sign_in(world.trainee)
    for person in (world.trainee, world.manager, world.stranger, world.other_trainer):
        email = give_password(app, store, person)
        answer = post(amara, f"/practice/{sent}/sign-here", **REVIEW, email=email, password=PASSWORD)
        assert answer.status_code == 422
        assert "Only Ruth Tamihana, whoever trains this circle now, or a trainer asked" in answer.text
    assert signed(store) == []
    assert sign_in(world.trainer).get(f"/practice/{sent}/sign-here").status_code == 404, "their own queue is the place"


def test_an_account_with_a_second_step_is_asked_for_it_and_each_code_works_once(
    app: Flask, store: Database, world: World, sent: uuid.UUID, ruth: str, sign_in: Browser, post: Post
) -> None:
    with app.app_context(), store.transaction() as db:
        factory = app.extensions["security"].totp_factory
        person = db.get_one(Person, world.trainer)
        person.tf_primary_method, person.tf_totp_secret = "authenticator", factory.generate_totp_secret()
        key = factory.get_totp_pretty_key(person.tf_totp_secret)
    code = str(TOTP(key=key.replace("-", "")).generate(time=datetime.now(UTC)).token)
    amara, form = sign_in(world.trainee), REVIEW | {"email": ruth, "password": PASSWORD}
    for wrong in ("", "000000", "soon"):
        answer = post(amara, f"/practice/{sent}/sign-here", **form, code=wrong)
        assert answer.status_code == 422
        assert "#code" in answer.text
    stale = post(amara, f"/practice/{sent}/sign-here", **form | {"version": "2"}, code=f"{code[:3]} {code[3:]}")
    assert stale.status_code == 409, "the code was good, what was read was not what stands there"
    assert "Each works once" in post(amara, f"/practice/{sent}/sign-here", **form, code=code).text
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2), tick=False):
        code = str(TOTP(key=key.replace("-", "")).generate(time=datetime.now(UTC)).token)
        assert post(amara, f"/practice/{sent}/sign-here", **form, code=code).status_code == 303
    assert [each.authenticated_by for each in signed(store)] == ["password and code, face to face"]


def test_what_was_changed_meanwhile_is_read_again(
    store: Database, world: World, sent: uuid.UUID, ruth: str, sign_in: Browser, post: Post
) -> None:
    amara = sign_in(world.trainee)
    with store.transaction() as db:
        db.get_one(PracticeSession, sent).version = 2
    answer = post(amara, f"/practice/{sent}/sign-here", **REVIEW, email=ruth, password=PASSWORD)
    assert answer.status_code == 409
    assert "Read it again, then sign what you read." in answer.text
    assert "You waited." in answer.text
