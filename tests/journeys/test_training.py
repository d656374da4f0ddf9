"""From a manager's nomination to a place, a rest and a return: each by the person's own word."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from lms.core.unit import Database
from lms.messages.models import Message
from tests.accounts import give_password
from tests.journeys.test_practice import BOTH_WAYS
from tests.journeys.walker import PASSWORD, Walker
from tests.make import World

pytestmark = pytest.mark.journey


@BOTH_WAYS
def test_a_nominated_colleague_joins_rests_and_returns(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool
) -> None:
    hana, jonah = walk("hana", 1280, script=script), walk("jonah", 390, script=script)
    ilse = walk("ilse", 390, script=script)
    hana.sign_in(give_password(app, store, world.manager))
    hana.open(f"/coverage/units/{world.parks}")
    hana.press("Nominate somebody for training")
    hana.write("Name", "Jonah Price")
    hana.write("Email", "jonah@harbourside.example")
    hana.write("Why this person, and why now", "He asks before he answers.")
    hana.press("Nominate them")
    hana.reads("Jonah Price is nominated.")
    hana.reads("Waits for an answer")

    ilse.sign_in(give_password(app, store, world.administrator))
    give_the_place(ilse)
    hana.open("/nominations")
    hana.reads("Invited")

    with store.readers() as db:
        letter = db.scalars(select(Message).where(Message.email == "jonah@harbourside.example")).one()
    link = re.search(r"/invitation/\S+", letter.body)
    assert link
    jonah.open(link[0])
    jonah.page.get_by_label("Password", exact=False).first.fill(PASSWORD + " and a stool")
    jonah.follow(jonah.page.get_by_role("button").last)
    jonah.open("/learn")
    jonah.reads("Leading alone")
    hana.open("/nominations")
    hana.reads("In training")
    jonah.press("Stop for now, or come back to a training")
    jonah.page.locator("summary").first.click()
    jonah.write("Why, if you want to say", "We are moving house.")
    jonah.press("Let it rest")
    jonah.reads("Your training rests.")
    jonah.press("Go on with it")
    jonah.reads("Welcome back. You go on where you were.")
    jonah.reads("Leading alone")


def give_the_place(ilse: Walker) -> None:
    """She finds the nomination at home, forgets the trainer, and chooses one."""
    ilse.open("/")
    ilse.press("Give Jonah Price a place in training, or say why not")
    ilse.reads("He asks before he answers.")
    ilse.press("Give Jonah the place")
    ilse.reads("Choose a trainer.")
    ilse.page.get_by_label("Trainer at their side").select_option(label="Ruth Tamihana")
    ilse.press("Give Jonah the place")
    ilse.reads("Jonah Price has the place.")
