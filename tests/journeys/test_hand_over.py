"""A circle is handed over: three signatures on three devices, one of them without script, and the circle's own yes."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect

from lms.core import clock
from lms.core.phrases import full_day
from lms.core.unit import Database
from lms.groups.models import PeerGroup
from lms.record import checking
from tests.accounts import give_password
from tests.journeys.walker import Walker
from tests.make import World
from tests.make_hand_over import make_near

pytestmark = pytest.mark.journey
HELP = "Ruth, 555 0142"
WORD = "You ask before you answer. Keep that."


def test_from_the_draft_to_the_day_the_trainer_finds_nobody_sitting_there(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World
) -> None:
    everybody = (world.trainee, world.other_trainee, world.trainer, world.manager)
    addresses = {each: give_password(app, store, each) for each in everybody}
    with store.transaction() as db:
        group = make_near(db, world)
    here = f"/groups/{group}/hand-over"
    ruth, amara, hana = walk("ruth", 1280), walk("amara", 390), walk("hana", 820, script=False)
    for walker, who in ((ruth, world.trainer), (amara, world.trainee), (hana, world.manager)):
        walker.sign_in(addresses[who])
    draft(ruth, group)
    sign(ruth)
    amara.open(here)
    sign(amara)
    note_the_others(amara)
    hana.open(f"/groups/{group}")
    hana.press("The agreement of its hand-over")
    hana.reads(WORD)
    hana.press("Sign it")
    hana.reads("Tick that you have read it as it stands here.")
    sign(hana)
    hana.reads("Four of five have said yes.")
    ruth.open(here)
    ruth.reads("Four of five have said yes.")
    farid = walk("farid", 390)
    farid.sign_in(addresses[world.other_trainee])
    say(farid, here)
    ruth.page.goto(here)  # the page of a record that is not there is looked at elsewhere
    expect(ruth.page.get_by_role("heading", level=1)).to_have_text("Nobody is sitting here")
    ruth.open("/groups")
    ruth.reads("Handed over")
    assert ruth.page.get_by_role("link", name="Parks & Depot").count() == 0
    amara.open(f"/groups/{group}")
    amara.reads("your trainer no longer sees this page.")
    amara.press("How it was handed over")
    assert amara.heading() == f"Since {full_day(clock.today('Europe/London'))} the circle is yours"
    with store.readers() as db:
        assert db.get_one(PeerGroup, group).handed_over_at
        assert checking.verify(db).ok


def draft(ruth: Walker, group: uuid.UUID) -> None:
    ruth.open(f"/groups/{group}/taking-over")
    ruth.press("Hand the circle over")
    ruth.write("Whom the circle calls", HELP)
    ruth.write("A word to the circle", WORD)
    ruth.press("Draft the agreement")
    ruth.reads("Write down why the circle takes over all the same.")
    ruth.write("Why now", "I have sat there for a year, and I am sure.")
    ruth.press("Draft the agreement")
    ruth.reads("The agreement is drafted.")
    ruth.reads("Joan hosts, Sefo if not.")


def sign(walker: Walker) -> None:
    walker.tick("I have read this agreement as it stands here")
    walker.press("Sign it")
    walker.reads("You have signed.")


def note_the_others(amara: Walker) -> None:
    for name in ("Joan", "Sefo", "Leila", "Dag"):
        amara.tick(name)
    amara.press("Note what they said")
    amara.reads("Write the day on which they were asked.")
    assert amara.page.get_by_label("Dag", exact=True).is_checked()
    amara.write("Asked on", full_day(clock.today("Europe/London")))
    amara.press("Note what they said")
    amara.reads("Noted.")


def say(farid: Walker, here: str) -> None:
    farid.open(here)
    farid.choose("Shall the circle run itself?", "Not yet")
    farid.press("Say so")
    farid.reads("The circle is not ready to say yes")
    farid.choose("Shall the circle run itself?", "Yes, we run it ourselves")
    farid.press("Say so")
    farid.reads("the circle runs itself from today")
