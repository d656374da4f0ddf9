"""Cards are sorted by keyboard and brought to the circle; four people agree how they sit together, then on a change."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect

from lms.core import clock
from lms.core.actor import Role
from lms.core.unit import Database
from lms.groups.models import GroupMember
from lms.people.models import Organisation, Unit
from tests.accounts import give_password
from tests.journeys.test_practice import BOTH_WAYS
from tests.journeys.walker import Walker
from tests.make import World, make_group, person

pytestmark = pytest.mark.journey
ASK = "We ask before we tell."
SLIP = "Anyone says “that’s one for later”, and the speaker tries again."


@BOTH_WAYS
def test_four_people_sort_write_and_agree(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool
) -> None:
    group, seated = circle(store, world)
    addresses = {each: give_password(app, store, each) for each in seated}
    widths = zip(("amara", "farid", "gwen", "sefo"), (390, 1280, 390, 390), strict=True)
    amara, farid, gwen, sefo = walkers = [walk(name, width, script=script) for name, width in widths]
    for walker, person_id in zip(walkers, seated, strict=True):
        walker.sign_in(addresses[person_id])
    sort_by_keyboard(amara, ("phones", "silence"))
    bring(amara, group)
    sort_by_keyboard(farid, ("silence",))
    bring(farid, group)
    expect(farid.page.get_by_role("listitem").filter(has_text="Silence is working time").first).to_contain_text(
        "Amara Osei, Farid"
    )
    write(amara, group)
    for walker in (farid, gwen):
        say(walker, group, "Yes")
    sefo.open(f"/groups/{group}/values")
    sefo.press("Say so")
    sefo.reads("Say yes or no.")
    say(sefo, group, "Yes")
    sefo.reads("Everybody who sits here has agreed.")
    amara.open(f"/groups/{group}/values")
    amara.reads("Four of four have agreed")
    change(gwen, group)
    amara.open(f"/groups/{group}/values")
    amara.reads("New: “Phones face down.”")
    amara.choose("Shall you sit together like this?", "Not like this")
    amara.press("Say so")
    amara.reads("Write why not")
    amara.write("If not, why not", "I need mine for the school.")
    amara.press("Say so")
    gwen.open(f"/groups/{group}/values")
    gwen.reads("I need mine for the school.")
    gwen.reads("holds until everybody has said yes")


def circle(store: Database, world: World) -> tuple[uuid.UUID, list[uuid.UUID]]:
    """Amara's circle with Farid, Gwen and Sefo, all with an account."""
    with store.transaction() as db:
        group, today = make_group(db, world), clock.today("Europe/London")
        council, unit = db.get_one(Organisation, world.council), db.get_one(Unit, world.parks)
        others = [person(db, name, council, Role.TRAINEE, unit) for name in ("Gwen Hart", "Sefo Fale")]
        for name, each in zip(("Farid", "Gwen", "Sefo"), (world.other_trainee, *others), strict=True):
            db.add(GroupMember(group_id=group, person_id=each, pseudonym=name, joined_on=today))
        return group, [world.trainee, world.other_trainee, *others]


def sort_by_keyboard(walker: Walker, must: tuple[str, ...]) -> None:
    """No mouse: to the card's radio, one to the left, and on to the button."""
    walker.open("/values/sort")
    for card in must:
        walker.page.locator(f"input[name={card}]:checked").focus()
        walker.page.keyboard.press("ArrowLeft")
        expect(walker.page.locator(f"input[name={card}][value=must]")).to_be_checked()
    walker.page.get_by_role("button", name="Keep my sort").focus()
    walker.page.keyboard.press("Enter")
    walker.reads("Your sort is kept. Nobody else sees it.")


def bring(walker: Walker, group: uuid.UUID) -> None:
    walker.press("Parks & Depot")
    assert walker.page.url.endswith(f"/groups/{group}/values/sorts")
    walker.press("Bring them to the circle")
    walker.reads("The circle sees your must-haves now.")


def write(amara: Walker, group: uuid.UUID) -> None:
    """From the circle's page; the first day typed is no day."""
    amara.open(f"/groups/{group}")
    amara.press("How the circle sits together")
    amara.press("Write the first version")
    amara.page.locator("#promise-1").fill(ASK)
    amara.page.locator("#slip-1").fill(SLIP)
    amara.page.locator("#promise-2").fill("What is said here stays here.")
    amara.write("Look at it again on", "in spring")
    amara.press("Put it before the circle")
    amara.reads("is not a date we can read")
    later = clock.today() + timedelta(days=60)
    amara.write("Look at it again on", f"{later.day} {later:%B %Y}")
    amara.press("Put it before the circle")
    amara.reads(ASK)
    amara.reads("One of four has agreed")


def say(walker: Walker, group: uuid.UUID, word: str) -> None:
    walker.open(f"/groups/{group}/values")
    walker.reads(ASK)
    walker.choose("Shall you sit together like this?", word)
    walker.press("Say so")


def change(gwen: Walker, group: uuid.UUID) -> None:
    gwen.open(f"/groups/{group}/values")
    gwen.press("Propose a change")
    gwen.page.locator("#promise-3").fill("Phones face down.")
    gwen.press("Put it before the circle")
    gwen.reads("It is written down, with your yes.")
