"""Ruth’s tablet falls while she writes what she saw; what she had typed is there when she opens the page again."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from lms.core.unit import Database
from lms.unsent.models import UnsentForm
from tests.accounts import give_password
from tests.journeys.history import five_minutes_pass
from tests.journeys.walker import PASSWORD, Walker
from tests.make import World, make_group, make_session

pytestmark = pytest.mark.journey
KEEP = "You waited when two of them wanted to help."


def arrive(walk: Callable[..., Walker], app: Flask, store: Database, world: World) -> tuple[Walker, uuid.UUID]:
    """Ruth, signed in, and the session that waits for her."""
    with store.transaction() as db:
        session = make_session(db, world, make_group(db, world))
    ruth = walk("ruth", 820)
    ruth.sign_in(give_password(app, store, world.trainer))
    return ruth, session


def test_what_a_trainer_typed_is_there_again_and_is_forgotten_once_it_is_signed(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World
) -> None:
    ruth, session = arrive(walk, app, store, world)
    with store.transaction() as db:
        five_minutes_pass(db)
    ruth.open(f"/sign-off/{session}")
    ruth.reads("What you type is kept for you alone until you send it")
    write(ruth)
    expect(ruth.page.locator("#kept")).to_contain_text("Saved", timeout=60_000)  # eight seconds after the first key
    ruth.open("/sign-off")
    ruth.open(f"/sign-off/{session}")
    ruth.reads("This is as you left it on")
    expect(ruth.page.get_by_label("One thing to keep")).to_have_value(KEEP)
    expect(ruth.page.get_by_label("What is missing")).to_be_visible()
    expect(ruth.page.get_by_label("Your password, to sign")).to_have_value("")
    expect(ruth.page.get_by_label("I was in the room")).not_to_be_checked()
    ruth.tick("I was in the room")
    ruth.write("Your password, to sign", PASSWORD)
    ruth.press("Sign session 1")
    ruth.reads("is signed")
    with store.readers() as db:
        assert db.scalars(select(UnsentForm)).all() == []


def test_what_waits_on_the_device_comes_back_without_what_is_vouched_for(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World
) -> None:
    ruth, session = arrive(walk, app, store, world)
    ruth.open(f"/sign-off/{session}")
    ruth.page.route("**/unsent/**", lambda route: route.abort())
    ruth.write("One thing to keep", KEEP)
    ruth.tick("I was in the room")
    ruth.open("/groups")
    ruth.page.unroute_all()
    ruth.open(f"/sign-off/{session}")
    expect(ruth.page.get_by_label("One thing to keep")).to_have_value(KEEP)
    expect(ruth.page.get_by_label("I was in the room")).not_to_be_checked()
    ruth.faults.clear()  # what the lost connection left in the console


def write(ruth: Walker) -> None:
    for row in ("Question care", "Silence"):
        ruth.choose(row, "Independent")
    ruth.choose("How much did you have to do?", "I was needed only just in case")
    ruth.choose("For Amara’s next session", "Beside Amara")
    ruth.write("One thing to keep", KEEP)
    ruth.page.get_by_text("Return it to Amara instead").click()
    ruth.write("What is missing", "The length of the silence.")
    ruth.tick("I was in the room")
    ruth.write("Your password, to sign", PASSWORD)
