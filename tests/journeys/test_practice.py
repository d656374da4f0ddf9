"""A session on its way: logged, returned, seen from outside, signed, corrected, signed face to face, disputed."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import flask_security
import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import update

from lms.core import clock
from lms.core.unit import Database
from lms.groups.models import Meeting
from lms.people.models import Person
from lms.practice.models import PracticeSession
from tests.journeys.walker import PASSWORD, Walker
from tests.make import World, make_group
from tests.make_observers import MARIA, code_of

pytestmark = pytest.mark.journey
# What a browser does without a connection knows nothing of the database behind it.
ON_ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
# With script on both engines; without it on one: what a page does then knows nothing of the database either.
WITH_AND_WITHOUT_SCRIPT = pytest.mark.parametrize(
    ("database_url", "script"),
    [("sqlite", True), ("postgresql", True), ("sqlite", False)],
    indirect=["database_url"],
    ids=["sqlite", "postgresql", "no script"],
)
# Twice is enough where other walks cross the same parts: in the dark with script, where axe looks, and by day without.
BOTH_WAYS = pytest.mark.parametrize(
    ("database_url", "script"),
    [("postgresql", True), ("sqlite", False)],
    indirect=["database_url"],
    ids=["postgresql", "no script"],
)
Walk = Callable[..., Walker]
KEEP = "Joan asked what fine looks like on a Monday, and nobody filled the pause."
ROWS = (
    "Contract", "Stance", "Listening", "Question care", "Problem first", "Silence", "Balance", "Safety", "Time",
    "Fading",
)  # fmt: skip


@pytest.fixture
def circle(store: Database, world: World, app: Flask) -> uuid.UUID:
    """Amara's circle, which met last night; she and both trainers have a password."""
    with app.app_context():
        password = flask_security.hash_password(PASSWORD)
    with store.transaction() as db:
        group_id = make_group(db, world)
        last_night = datetime.combine(clock.today("Europe/London") - timedelta(days=1), time(18, 30))
        db.add(Meeting(group_id=group_id, starts_local=last_night, zone="Europe/London", minutes=80))
        db.execute(
            update(Person)
            .where(Person.id.in_([world.trainee, world.trainer, world.other_trainer]))
            .values(password=password)
        )
    return group_id


def address(store: Database, person_id: uuid.UUID) -> str:
    with store.readers() as db:
        return db.get_one(Person, person_id).email


def write_up(amara: Walker) -> None:
    """The meeting is in the form already: her part, one moment, names left out, sent."""
    amara.choose("Your part", "I led, Ruth beside me")
    amara.write("A moment you would keep", KEEP)
    amara.tick("I have left out names")
    amara.press("Send to Ruth")


def rate(who: Walker, *, helped: bool = True) -> None:
    for row in ROWS:
        who.choose(row, "Direct")
    if helped:
        who.choose("How much did you have to do?", "I prompted now and then")
    who.choose("For Amara’s next session", "Direct")
    who.write("Something you saw, 1 of 3", "Waited when two wanted to help.")
    who.write("One thing to keep", "The pause after the first question.")
    who.tick("I was in the room")


@dataclass
class Way:
    """Who meets whom over one session, and where it is."""

    walk: Walk
    store: Database
    world: World
    amara: Walker
    ruth: Walker
    script: bool = True
    path: str = ""

    def log(self) -> None:
        """On the way home, on the phone: the calendar knows when, where and how long."""
        self.amara.sign_in(address(self.store, self.world.trainee))
        self.amara.open("/practice")
        self.amara.begins()
        self.amara.press("Write up a session")
        write_up(self.amara)
        assert self.amara.seconds() <= 60, (self.amara.taps, self.amara.keys)
        self.path = "/practice/" + self.amara.page.url.rpartition("/")[2]

    def send_back(self) -> None:
        """Ruth misses the tally; Amara adds it."""
        amara, ruth = self.amara, self.ruth
        ruth.sign_in(address(self.store, self.world.trainer))
        ruth.open("/sign-off")
        ruth.press("Amara Osei")
        ruth.page.get_by_text("Return it to Amara instead").click()
        ruth.write("What is missing", "How many questions did the circle ask?")
        ruth.press("Return to Amara")
        amara.open(self.path)
        amara.reads("How many questions did the circle ask?")
        amara.press("Put it right and send it again")
        amara.page.locator("input[name=open]").fill("14")
        amara.press("Send the change")

    def ask_outside(self) -> None:
        """Somebody without an account saw it too."""
        self.amara.press("Was somebody from outside there? Ask what they saw")
        said = (("Their name", MARIA["name"]), ("Their e-mail", MARIA["email"]), ("Who they", MARIA["about"]))
        for label, text in said:
            self.amara.write(label, text)
        self.amara.press("Send the letter")
        with self.store.readers() as db:
            code = code_of(db)
        maria = self.walk("maria", 390, script=self.script)
        maria.open(f"/observe/{code}")
        assert KEEP not in maria.page.content()
        rate(maria, helped=False)
        maria.write("Your name, as your signature", "Maria Ortiz")
        maria.press("Sign what I saw")
        maria.open(f"/observe/{code}")
        expect(maria.page.get_by_role("button", name="Sign what I saw")).to_have_count(0)

    def sign(self) -> None:
        """On the tablet: all ten rows, one thing seen, one to keep."""
        ruth = self.ruth
        ruth.open("/sign-off")
        ruth.begins()
        ruth.press("Amara Osei")
        ruth.reads("Maria Ortiz")
        rate(ruth)
        ruth.press("Sign session 1")
        assert ruth.seconds() <= 90, (ruth.taps, ruth.keys)

    def correct(self) -> None:
        """What was signed was wrong; the signature is kept and voided."""
        amara = self.amara
        amara.open(self.path)
        amara.reads("with their own account")
        amara.press("Correct this session")
        amara.write("Why it needs correcting", "I had counted two of them twice.")
        amara.page.locator("input[name=open]").fill("12")
        amara.press("Send the correction")
        amara.reads("That signature is kept and does not count.")

    def sign_here(self) -> None:
        """Ruth signs again, on Amara's phone."""
        amara = self.amara
        amara.press("Is Ruth beside you? Sign it here")
        rate(amara)
        amara.write("Your e-mail", address(self.store, self.world.trainer))
        amara.write("Your password", PASSWORD)
        amara.press("Sign session 1")
        amara.reads("face to face on Amara’s device")

    def dispute(self) -> None:
        """Amara sees one row otherwise; Bashir, who is no party, decides."""
        amara, bashir = self.amara, self.walk("bashir", 1280, script=self.script)
        amara.press("Dispute what Ruth signed")
        amara.write("What is not right", "The circle agreed its rules before the first question.")
        amara.press("Dispute it")
        bashir.sign_in(address(self.store, self.world.other_trainer))
        bashir.open("/sign-off?show=disputes")
        bashir.press("Amara Osei")
        bashir.choose("What Ruth signed", "It does not stand")
        bashir.write("Because", "Three of them say that the rules were agreed.")
        bashir.press("Decide it")
        amara.open(self.path)
        amara.reads("Three of them say that the rules were agreed.")
        self.ruth.open("/sign-off")
        expect(self.ruth.page.get_by_role("link", name="Amara Osei")).to_have_count(0)


@pytest.mark.usefixtures("circle")
@WITH_AND_WITHOUT_SCRIPT
def test_a_session_from_the_log_to_a_decided_dispute(walk: Walk, store: Database, world: World, script: bool) -> None:
    way = Way(walk, store, world, walk("amara", 390, script=script), walk("ruth", 820, script=script), script)
    for step in (way.log, way.send_back, way.ask_outside, way.sign, way.correct, way.sign_here, way.dispute):
        step()


@ON_ONE_ENGINE
@pytest.mark.usefixtures("circle")
def test_what_was_written_without_a_connection_arrives_later(walk: Walk, store: Database, world: World) -> None:
    amara = walk("amara", 390)
    amara.sign_in(address(store, world.trainee))
    amara.open("/practice/new")
    amara.page.context.set_offline(True)
    amara.choose("Your part", "I led, Ruth beside me")
    amara.write("A moment you would keep", KEEP)
    amara.page.get_by_label("Date you met").press("Enter")  # saves at once, as it does by itself every few seconds
    amara.reads("Kept on this device. We send it when you are back online")
    amara.page.context.set_offline(False)
    expect(amara.page.get_by_text("Saved", exact=False).first).to_be_visible()
    amara.faults.clear()  # the browser reports the request that found no connection
    amara.open("/practice/new")
    expect(amara.page.get_by_label("A moment you would keep")).to_have_value(KEEP)
    amara.tick("I have left out names")
    amara.press("Send to Ruth")
    with store.readers() as db:
        assert [each.keep for each in db.query(PracticeSession)] == [KEEP]


@ON_ONE_ENGINE
@pytest.mark.usefixtures("circle")
def test_two_devices_without_a_connection_show_both_texts_side_by_side(
    walk: Walk, store: Database, world: World
) -> None:
    phone, laptop = walk("phone", 390), walk("laptop", 1280, dark=True)
    for device, words in ((phone, KEEP), (laptop, "Joan was quiet, and then she was not.")):
        device.sign_in(address(store, world.trainee))
        device.open("/practice/new")
        device.page.context.set_offline(True)
        device.write("A moment you would keep", words)
        device.page.get_by_label("Date you met").press("Enter")
        device.reads("Kept on this device. We send it when you are back online")
    laptop.page.context.set_offline(False)
    expect(laptop.page.get_by_text(re.compile("^Saved "))).to_be_visible()
    phone.page.context.set_offline(False)
    phone.open("/practice/new")
    phone.reads("What you wrote without a connection is kept on this device")
    phone.press("Show both")
    phone.reads("Joan was quiet, and then she was not.")
    expect(phone.page.get_by_label("A moment you would keep")).to_have_value(KEEP)
    for device in (phone, laptop):
        device.faults.clear()  # the browser reports the request that found no connection
