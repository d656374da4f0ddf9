"""Ninety days after its hand-over a circle answers, something has drifted, and it takes more support again."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from lms.core import clock
from lms.core.phrases import full_day
from lms.core.unit import Database
from lms.messages.models import Message
from lms.takeover import moves
from tests.accounts import give_password
from tests.journeys.walker import Walker
from tests.make import World
from tests.make_aftercare import hosted_next, make_handed_over

pytestmark = pytest.mark.journey
ABOUT = "Two of us left in anger last time."
BECAUSE = "We would like Ruth beside us for a few rounds."


def test_from_the_check_after_ninety_days_to_more_support_again(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World
) -> None:
    seats = (world.trainee, world.other_trainee, world.trainer, world.administrator)
    amara_s, farid_s, ruth_s, ilse_s = (give_password(app, store, each) for each in seats)
    with store.transaction() as db:
        circle = make_handed_over(db, world, 90)
        hosted_next(db, circle)
    amara, ruth, ilse = (walk(name, width) for name, width in (("amara", 390), ("ruth", 820), ("ilse", 1280)))
    farid = walk("farid", 390, script=False)
    amara.sign_in(amara_s)
    answer(amara, circle)
    ask_for_help(amara)
    with store.readers() as db:
        letters = {tuple(row) for row in db.execute(select(Message.template, Message.person_id))}
        assert {("drift", world.other_trainee), ("drift_safety", world.administrator)} <= letters
        assert {("help_safety", world.trainer), ("help_safety", world.administrator)} <= letters
    note_the_call(ruth, ruth_s, circle)
    ilse.sign_in(ilse_s)
    ilse.open(f"/groups/{circle}/after")
    ilse.reads("There is a sign that something has drifted.")
    farid.sign_in(farid_s)
    propose(farid, circle)
    amara.open(f"/groups/{circle}/after")
    amara.press("Read the proposal")
    assert amara.heading() == "Farid Rahimi proposes more support"
    amara.press("I agree")
    amara.reads("The circle takes more support again")
    ruth.open(f"/groups/{circle}/taking-over")
    ruth.reads(BECAUSE)
    ilse.open("/groups/taking-over")
    ilse.reads(re.compile("1 handed over since"))
    with store.readers() as db:
        assert moves.list_moves(db, circle)[0].to_stage == "G2b"


def answer(amara: Walker, circle: uuid.UUID) -> None:
    amara.open(f"/groups/{circle}")
    amara.press("How it is since the hand-over")
    amara.choose("Did you meet as often as agreed?", "Less often")
    amara.page.get_by_label("Who hosts the next meetings?").select_option(label="Nobody yet")
    amara.tick("Joan")
    amara.choose("Has anyone been harmed", "Yes")
    amara.choose("Do you want help?", "Yes")
    amara.write("A line to yourselves", "Ask who hosts before we go home.")
    amara.press("Send the check")


def ask_for_help(amara: Walker) -> None:
    assert amara.heading() == "Speak with somebody about it"
    amara.write("What it is about", ABOUT)
    amara.write("A time that suits you", "Tuesday after four")
    amara.press("Send the letters")
    amara.reads("Somebody was harmed, or felt unsafe")
    amara.reads("No member hosts")
    assert amara.heading() == "Two things have drifted"


def note_the_call(ruth: Walker, address: str, circle: uuid.UUID) -> None:
    ruth.sign_in(address)
    ruth.open(f"/groups/{circle}/after")
    ruth.reads(ABOUT)
    ruth.write("The day on which you spoke", full_day(clock.today("Europe/London")))
    ruth.press("Note the day")
    ruth.reads(re.compile("spoken on"))


def propose(farid: Walker, circle: uuid.UUID) -> None:
    farid.open(f"/groups/{circle}/after")
    farid.press("How that goes")
    farid.page.get_by_label("Run by members").first.check(force=True)
    farid.write("Because", BECAUSE)
    farid.press("Propose it")
    farid.reads("Somebody else who sits here agrees, or does not.")
