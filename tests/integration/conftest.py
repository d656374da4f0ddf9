"""What several tests share: somebody with a password, their browser, a day early in 2027, a session sent."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from lms.core import jobs
from lms.core.actor import Role
from lms.core.unit import Database
from lms.groups import service as groups
from lms.people.models import Organisation, Person, Unit
from tests.accounts import give_password, post
from tests.make import PASSWORD, World, actor, make_group, make_session, make_signed, person
from tests.make_hand_over import draft, make_near
from tests.make_observers import ask, code_of
from tests.make_refresh import MONDAY, finish
from tests.make_same import SECOND, rest


@pytest.fixture
def amara(app: Flask, store: Database, world: World) -> str:
    """The address of somebody with a password."""
    return give_password(app, store, world.trainee)


@pytest.fixture
def inside(client: FlaskClient, amara: str) -> FlaskClient:
    """A browser in which Amara has just signed in."""
    assert post(client, "/sign-in", email=amara, password=PASSWORD).status_code == 302
    return client


@pytest.fixture
def early_in_2027() -> Iterator[None]:
    """It is noon in London on 1 March 2027, and stays so."""
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def sent(store: Database, world: World) -> uuid.UUID:
    """A session of Amara’s that waits for Ruth."""
    with store.transaction() as db:
        return make_session(db, world, make_group(db, world))


@pytest.fixture
def code(store: Database, world: World, sent: uuid.UUID) -> str:
    """The code in the letter that Maria got about it."""
    with store.transaction() as db:
        ask(db, world, sent)
        return code_of(db)


@pytest.fixture
def group(store: Database, world: World) -> uuid.UUID:
    """Amara's circle, with Farid, who has an account, and Kestrel, who has none."""
    with store.transaction() as db:
        made = make_group(db, world)
        who = actor(db, world.trainer)
        groups.add_member(db, who, made, "Heron", world.other_trainee)
        groups.add_member(db, who, made, "Kestrel")
        return made


@pytest.fixture
def near(store: Database, world: World) -> uuid.UUID:
    """Amara's circle, which meets without Ruth and could be handed over."""
    with store.transaction() as db:
        return make_near(db, world)


@pytest.fixture
def drafted(store: Database, world: World, near: uuid.UUID) -> uuid.UUID:
    """The same with an agreement to sign."""
    with store.transaction() as db:
        draft(db, world, near)
    return near


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Certificates that would be drawn by now. Drawing takes longer than all else here."""
    asked: list[str] = []
    monkeypatch.setitem(jobs._tasks, "render_certificate", lambda _, certificate, **_edition: asked.append(certificate))
    return asked


@pytest.fixture
def monday() -> Iterator[time_machine.Traveller]:
    """It is half past six in London on Monday 1 March 2027 until the test says otherwise."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def reader(
    monday: time_machine.Traveller, store: Database, world: World, sign_in: Callable[..., FlaskClient]
) -> FlaskClient:
    """The browser of somebody who has finished one lesson, which has a quiz."""
    with store.transaction() as db:
        finish(db, actor(db, world.trainee), "M04-L2")
    return sign_in(world.trainee)


@pytest.fixture
def hana(app: Flask, store: Database, world: World, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """The browser of the council's manager, who has a password."""
    give_password(app, store, world.manager)
    return sign_in(world.manager)


@pytest.fixture
def ilse(app: Flask, store: Database, world: World, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """The browser of the provider's administrator, who has a password."""
    give_password(app, store, world.administrator)
    return sign_in(world.administrator)


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
        rest(db, world.trainee)
    return give_password(app, store, world.trainee)


@pytest.fixture
def staying(second: uuid.UUID, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """The browser of the account that stays."""
    return sign_in(second)
