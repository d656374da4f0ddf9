"""A trainee reads why not yet, says yes to being read; two who do not know them read, and the share stands there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from assessments.coding import Label
from lms.coding.models import CodingWords
from lms.core.unit import Database
from lms.learning.models import Enrolment
from tests.accounts import give_password
from tests.evidence import make_lessons_done
from tests.journeys.test_coding import prove
from tests.journeys.walker import Walker
from tests.make import World
from tests.make_coding import BIRDS
from tests.make_own_turns import Led

pytestmark = pytest.mark.journey


def test_from_the_trainee_s_own_yes_to_the_share_on_their_page(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World
) -> None:
    with store.transaction() as db:
        db.execute(update(Enrolment).values(standard_version=8))
        make_lessons_done(db, world.trainee)
        led = Led.make(db, world)
        for days in (9, 16):
            led.closed(db, led.meet_again(db, days), without_advice)
    who = (world.trainee, world.trainer, world.administrator, world.other_trainer, led.wen)
    addresses = [give_password(app, store, each) for each in who]
    amara, ruth, ilse, bashir, wen = (
        walk(name, width)
        for name, width in (("amara", 390), ("ruth", 390), ("ilse", 1280), ("bashir", 820), ("wen", 1280))
    )
    for walker, address in zip((amara, ruth, ilse, bashir, wen), addresses, strict=True):
        walker.sign_in(address)
    ask(ruth, world)
    sample = say_yes(amara)
    enter(ruth, sample)
    ilse.open(sample)
    ilse.reads("Ruth Tamihana cannot: trains this person.")
    ilse.page.get_by_label("One", exact=True).select_option(label="Bashir Noor")
    ilse.page.get_by_label("The other", exact=True).select_option(label="Wen Liu")
    ilse.press("Name the two")
    for coder in (bashir, wen):
        read(coder)
    settle(bashir, wen)
    amara.open("/readiness")
    there = amara.page.get_by_role("region", name="There, ").inner_text()
    assert "Own turns without advice, in three sessions that two people read" in there
    amara.reads("63 of 64 turns without advice; allowing for chance at least 93%, and 90% is asked for.")
    amara.reads("From 3 sessions, each read by 2 people alone, who agreed to κ 1.00.")
    amara.press("What you say, read by two people", exact=False)
    amara.reads("What you say, as two people read it")
    with store.readers() as db:
        assert not db.query(CodingWords).all()


def without_advice(number: int) -> Label:
    """Every fifth turn is closed, and none carries advice."""
    return Label("closed" if number % 5 == 0 else "open", "no")


def ask(ruth: Walker, world: World) -> None:
    """On the page of the person Ruth finds where to ask."""
    ruth.open(f"/readiness/{world.trainee}")
    ruth.press("What Amara says, read by two people", exact=False)
    ruth.page.locator("select").first.select_option(label="Sefo brought the problem")
    ruth.press("Ask Amara and the circle")
    ruth.reads("You asked about one meeting")


def say_yes(amara: Walker) -> str:
    """Amara finds where her yes is wanted, and notes what Sefo said. Returns the sample’s address."""
    amara.open("/readiness")
    amara.reads("Own turns without advice, in three sessions that two people read")
    amara.press("What you say, read by two people", exact=False)
    amara.reads("Your yes is wanted")
    amara.page.locator("#running ~ ul a").first.click()
    amara.look()
    amara.press("Yes, my turns may be read")
    amara.reads("You said yes")
    sample = f"/groups{amara.page.url.partition('/groups')[2]}"
    amara.page.get_by_text("Note the yes of somebody without an account").click()
    amara.page.get_by_label("Who said yes").select_option(label="Sefo")
    amara.press("Note their yes")
    return sample


def enter(ruth: Walker, sample: str) -> None:
    """Twelve turns, said to everybody and to Sefo."""
    ruth.open(sample)
    ruth.press("Enter the turns")
    for n in range(12):
        ruth.page.locator(f"#seat-{n}").select_option(label="Sefo" if n % 2 else "Everybody")
        ruth.page.locator(f"#words-{n}").fill(f"What does the {BIRDS[n]} want?")
    ruth.press("Save")
    ruth.page.get_by_label("Nobody can be recognised").check()
    ruth.press("Send the turns")
    ruth.reads("Being read by two people, each alone")


def read(coder: Walker) -> None:
    """Somebody labels all twelve, and never reads whose they are."""
    coder.open("/coding")
    coder.press("Read for a round that somebody led")
    for page in ((1, 11), (11, 13)):
        said = coder.page.locator("main").inner_text()
        assert "Amara" not in said
        assert "Parks" not in said
        assert "voice" not in said
        for number in range(*page):
            coder.choose(f"Turn {number}, is it open?", "Closed" if number == 4 else "Open")
            coder.choose(f"Turn {number}, is there advice in it?", "Advice in it" if number == 2 else "No advice")
        coder.press("Save, on to page 2" if page[0] == 1 else "I have finished")


def settle(bashir: Walker, wen: Walker) -> None:
    """They differ nowhere; one writes it down and the other says yes."""
    bashir.open("/coding")
    bashir.press("Look where you differ in a round that somebody led")
    prove(bashir)
    bashir.press("Write it down and sign")
    wen.open(wen.page.url)
    prove(wen)
    wen.press("Yes, sign it")
    wen.reads("Every word is deleted")
