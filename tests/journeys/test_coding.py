"""A circle says yes, turns are entered, two people read them alone and settle one, the circle sees the result."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect

from lms.coding.models import CodingWords
from lms.core.unit import Database
from tests.accounts import give_password
from tests.journeys.test_practice import WITH_AND_WITHOUT_SCRIPT
from tests.journeys.walker import PASSWORD, Walker
from tests.make import World
from tests.make_coding import ASKERS, BIRDS, Circle

pytestmark = pytest.mark.journey


@WITH_AND_WITHOUT_SCRIPT
def test_from_everybody_s_yes_to_what_the_circle_reads(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool
) -> None:
    who = (world.trainee, world.other_trainee, world.trainer, world.other_trainer)
    addresses = {each: give_password(app, store, each) for each in who}
    with store.transaction() as db:
        circle = Circle.make(db, world)
    amara, farid, ruth, bashir = (
        walk(name, width, script=script)
        for name, width in (("amara", 390), ("farid", 390), ("ruth", 1280), ("bashir", 820))
    )
    for walker, person_id in zip((amara, farid, ruth, bashir), who, strict=True):
        walker.sign_in(addresses[person_id])
    sample = ask(amara, farid, circle)
    enter(amara, circle)
    ruth.open(sample)
    ruth.page.get_by_label("One", exact=True).select_option(label="Ruth Tamihana")
    ruth.page.get_by_label("The other", exact=True).select_option(label="Bashir Noor")
    ruth.press("Name the two")
    read(ruth, closed=(4, 8, 12), script=script)
    ruth.reads("You have finished")
    bashir.open("/coding")
    bashir.press("Read for Parks & Depot")
    assert bashir.page.locator(":checked").count() == 0, "the other’s labels are nowhere"
    read(bashir, closed=(4, 8), script=script)
    settle(ruth, bashir)
    farid.open(f"/groups/{circle.group_id}/taking-over")
    farid.press("What the circle asks, read by two people", exact=False)
    farid.reads("9 of 12 turns open; allowing for chance at least")
    farid.reads("Ruth Tamihana and Bashir Noor")
    with store.readers() as db:
        assert not db.query(CodingWords).all()


def ask(amara: Walker, farid: Walker, circle: Circle) -> str:
    """Amara asks; Farid says yes for himself and she notes what the others said. Returns the sample's address."""
    amara.open(f"/groups/{circle.group_id}/taking-over")
    amara.press("Ask for a sample to be coded", exact=False)
    amara.page.get_by_label("Meeting", exact=True).select_option(index=1)
    amara.page.get_by_label("Who brought the problem").select_option(label="Sefo")
    amara.press("Ask the circle")
    sample = re.sub(r"^https?://[^/]+", "", amara.page.url)
    farid.open(f"/groups/{circle.group_id}/coding")
    farid.press("Meeting of", exact=False)
    farid.press("Yes, my turns may be read")
    farid.reads("You said yes")
    for name in ("Sefo", *ASKERS):
        amara.page.get_by_text("Note the yes of somebody without an account").click()
        amara.page.get_by_label("Who said yes").select_option(label=name)
        amara.press("Note their yes")
    return sample


def enter(amara: Walker, circle: Circle) -> None:
    """Twelve turns, one with a name in it that she blanks."""
    amara.press("Enter the turns")
    for n in range(12):
        words = "What does Sefo want?" if n == 5 else f"What does the {BIRDS[n]} want?"
        amara.page.locator(f"#seat-{n}").select_option(label=ASKERS[n % 3])
        amara.page.locator(f"#words-{n}").fill(words)
    amara.press("Save")
    expect(amara.page.locator("mark")).to_have_text("Sefo")
    amara.press("Blank what is marked")
    amara.page.get_by_label("Nobody can be recognised").check()
    amara.press("Send the turns")
    amara.reads("Being read by two people, each alone")


def read(coder: Walker, closed: tuple[int, ...], *, script: bool) -> None:
    """Somebody labels all twelve on two pages; the second turn carries advice."""
    if "/coding/" not in coder.page.url or "/groups/" in coder.page.url:
        coder.open("/coding")
        coder.press("Read for Parks & Depot")
    for page in ((1, 11), (11, 13)):
        for number in range(*page):
            openness = "Closed" if number in closed else "Open"
            coder.choose(f"Turn {number}, is it open?", openness)
            coder.choose(f"Turn {number}, is there advice in it?", "Advice in it" if number == 2 else "No advice")
        coder.press("Save, on to page 2" if page[0] == 1 else "I have finished")
        if script and page[0] == 1:
            assert "page=2" in coder.page.url


def settle(ruth: Walker, bashir: Walker) -> None:
    """They differ on one; Ruth writes down what they agreed and Bashir says yes."""
    assert "You and Ruth Tamihana agree on 11 of 12" in bashir.heading()
    ruth.open("/coding")
    ruth.press("Look where you differ in Parks & Depot")
    ruth.choose("Turn 12, together: is it open?", "Closed")
    prove(ruth)
    ruth.press("Write it down and sign")
    ruth.reads("It counts when Bashir Noor says yes")
    bashir.open(bashir.page.url)
    prove(bashir)
    bashir.press("Yes, sign it")
    bashir.reads("Every word is deleted")


def prove(walker: Walker) -> None:
    if walker.page.get_by_label("Your password, to sign").count():
        walker.write("Your password, to sign", PASSWORD)
