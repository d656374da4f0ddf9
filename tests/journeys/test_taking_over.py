"""A circle is counted on a phone, its sponsor confirms the time, and its trainer moves the stool on a tablet."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect

from lms.core import clock
from lms.core.unit import Database
from lms.takeover import moves
from tests.accounts import give_password
from tests.evidence import make_meeting, make_member
from tests.journeys.test_practice import WITH_AND_WITHOUT_SCRIPT
from tests.journeys.walker import Walker
from tests.make import World, make_group

pytestmark = pytest.mark.journey
BECAUSE = "Joan ran the whole round, and nobody looked at me."


@WITH_AND_WITHOUT_SCRIPT
def test_from_the_first_figures_to_the_first_move_and_back(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool
) -> None:
    addresses = {each: give_password(app, store, each) for each in (world.trainee, world.trainer, world.manager)}
    with store.transaction() as db:
        group = make_group(db, world)
        for name in ("Joan", "Sefo", "Leila", "Dag"):
            make_member(db, group, name)
        make_meeting(db, group, datetime.combine(clock.today("Europe/London") - timedelta(days=1), time(9)))
    amara, ruth, hana = (
        walk(name, width, script=script) for name, width in (("amara", 390), ("ruth", 820), ("hana", 1280))
    )
    amara.sign_in(addresses[world.trainee])
    count(amara, group)
    hana.sign_in(addresses[world.manager])
    hana.open(f"/groups/{group}")
    hana.press("Confirm its time")
    later = clock.today() + timedelta(days=250)
    hana.write("Protected until", f"{later.day} {later:%B %Y}")
    hana.press("Confirm the time")
    hana.reads("The time is confirmed until")
    ruth.sign_in(addresses[world.trainer])
    ruth.open(f"/groups/{group}")
    ruth.press("Taking over from its trainer")
    step(ruth, "Run together", BECAUSE)
    step(ruth, "Led", "Two new people come, and I lead the first two rounds again.")
    amara.open(f"/groups/{group}/taking-over")
    amara.reads(BECAUSE)
    assert "are short, first" in amara.heading()
    with store.readers() as db:
        assert [each.to_stage for each in moves.list_moves(db, group)] == ["G1", "G2a"]


def count(amara: Walker, group: uuid.UUID) -> None:
    amara.open(f"/groups/{group}/taking-over")
    amara.press("Count it", exact=False)
    amara.page.get_by_label("Who ran it").select_option(label="Joan")
    amara.page.get_by_label("Who brought the problem").select_option(label="Sefo")
    amara.write("Advice or leading that a member noticed first", "2")
    amara.choose("The circle agreed on the problem", "Yes")
    amara.choose("Solutions came up before that", "No")
    amara.choose("The next step of last time", "None was due")
    amara.page.get_by_label("Leila", exact=True).fill("5")
    amara.press("Save the figures")
    expect(amara.page.get_by_role("link", name=re.compile("Look at the figures"))).to_have_count(1)


def step(ruth: Walker, to: str, reason: str) -> None:
    ruth.page.get_by_label(to, exact=False).first.check(force=True)
    ruth.write("Because", reason)
    ruth.press("Record the move")
    ruth.reads(reason)
