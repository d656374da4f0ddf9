"""Somebody with two accounts: what would be lost is said first, then they are one, and all is read in one place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from lms.core.actor import Role
from lms.core.unit import Database
from lms.people.models import Organisation, Person, Unit
from tests.accounts import give_password
from tests.journeys.test_practice import BOTH_WAYS
from tests.journeys.walker import PASSWORD, Walker
from tests.make import World, make_group, make_signed, person
from tests.make_same import SECOND, rest

pytestmark = pytest.mark.journey
WIDTHS = pytest.mark.parametrize("width", [390, 1280])
FIRST = "amara.osei@example.org"


def twice(app: Flask, store: Database, world: World) -> None:
    """Amara has led with her first account, and was invited again by another address."""
    with store.transaction() as db:
        make_signed(db, world, make_group(db, world))
        council, parks = db.get_one(Organisation, world.council), db.get_one(Unit, world.parks)
        again = person(db, "Amara K Osei", council, Role.TRAINEE, parks)
        db.get_one(Person, again).email = SECOND
    for each in (world.trainee, again):
        give_password(app, store, each)


@BOTH_WAYS
@WIDTHS
def test_two_accounts_become_one_by_whoever_has_both(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool, width: int
) -> None:
    twice(app, store, world)
    amara = walk("amara", width, script=script)
    amara.sign_in(SECOND)
    amara.open("/account")
    amara.press("I have another account here")
    assert amara.heading() == "Make your other account one with this"
    amara.press("Make them one")
    amara.reads("Type the address of the other account.")
    _send(amara)
    amara.reads("A training is under way. Finish it, or let it rest.")
    with store.transaction() as db:
        rest(db, world.trainee)
    _send(amara)
    amara.reads("The two accounts are one person now.")
    amara.press("What you did with it")
    assert amara.heading() == "What you did with your earlier account"
    amara.reads("Parks & Depot: ")
    old = walk("old", width, script=script)
    old.open("/sign-in")
    old.write("Email", FIRST)
    old.write("Password", PASSWORD)
    old.press("Sign in")
    old.reads(f"Sign in with {SECOND}.")
    with store.readers() as db:
        assert not db.scalars(select(Person.active).where(Person.email == FIRST)).one()


def _send(amara: Walker) -> None:
    amara.write("E-mail of the other account", FIRST)
    amara.write("Password of the other account", PASSWORD)
    amara.tick("Both accounts are mine, and I have read what becomes of the other one")
    amara.press("Make them one")
