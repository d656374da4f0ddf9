"""A manager with ten minutes: circles, who is stuck, units to act on, and what follows if somebody leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lms.core.actor import Role
from lms.core.site_days import today
from lms.core.unit import Database
from lms.coverage import weekly
from lms.messages.models import Message
from lms.people.managed import managed
from lms.people.models import Organisation, Unit
from tests.accounts import give_password
from tests.evidence import make_meeting
from tests.integration.test_renewals import ends_in
from tests.journeys.test_practice import BOTH_WAYS
from tests.journeys.walker import Walker
from tests.make import World, actor, make_group, person
from tests.make_acting import by_certificate_alone

pytestmark = pytest.mark.journey
WIDTHS = pytest.mark.parametrize("width", [390, 1280])


def lived_in(store: Database, world: World) -> str:
    """Amara alone covers Parks & Depot and facilitates two circles; Farid has none. Returns the code of the letters."""
    with store.transaction() as db:
        by_certificate_alone(db, world)
        ends_in(db, world, 60)
        council, unit = db.get_one(Organisation, world.council), db.get_one(Unit, world.libraries)
        made = make_group(db, world, name="Library Leads", unit_id=world.libraries)
        make_meeting(db, made, datetime.combine(today() - timedelta(days=50), time(9)))
        make_group(db, world, name="Depot")
        person(db, "Wen Liu", council, Role.TRAINEE, unit)
        hana = actor(db, world.manager)
        weekly.choose(db, hana, managed(hana), wanted=True)
        found = weekly.find(db, hana, managed(hana))
        assert found
        return found.code


@BOTH_WAYS
@WIDTHS
def test_a_manager_sees_and_acts(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool, width: int
) -> None:
    lived_in(store, world)
    hana = walk("hana", width, script=script)
    hana.sign_in(give_password(app, store, world.manager))
    hana.open("/coverage")
    hana.press("Circles and hand-overs")
    assert hana.heading() == "Two of 2 circles need somebody"
    hana.reads("It last met 50 days ago, and no date is set.")

    hana.open("/coverage")
    hana.press("Who is stuck, and why")
    assert hana.heading() == "One person is stuck"
    hana.press("Write about those I ticked")
    hana.reads("Tick at least one person.")
    hana.tick("Farid Rahimi, Libraries")
    hana.press("Write about those I ticked")
    assert hana.heading() == "Move Farid Rahimi on"
    hana.write("Your words", "Wednesdays are free from now on.")
    hana.press("Send it")
    hana.reads("1 letter is on its way.")

    hana.open("/coverage")
    hana.tick("Choose Parks & Depot")
    hana.press("Act on the units I chose")
    hana.reads("Nominate somebody of Parks & Depot")
    hana.tick("Amara Osei, Parks & Depot")
    hana.press("Ask for renewal")
    assert hana.heading() == "Ask Amara to renew"
    hana.press("Send it")
    hana.reads("1 letter is on its way.")

    with store.readers() as db:
        sent = db.scalars(select(Message.template).where(Message.template.in_(("manager_unblock", "renewal_asked"))))
        assert sorted(sent) == ["manager_unblock", "renewal_asked"]


@BOTH_WAYS
@WIDTHS
def test_a_manager_plans_for_a_leaver_and_stops_a_letter(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool, width: int
) -> None:
    code = lived_in(store, world)
    hana = walk("hana", width, script=script)
    hana.sign_in(give_password(app, store, world.manager))
    hana.open("/coverage")
    hana.press("If somebody leaves")
    assert hana.heading() == "One unit depends on one person"
    hana.write("Who", "Nobody Here")
    hana.press("Show")
    hana.reads("is nobody’s name here")
    hana.write("Who", "amara")
    hana.press("Show")
    assert hana.heading() == "If Amara leaves, Parks & Depot has nobody"
    hana.reads("Amara is not told that you looked")
    hana.press("Someone else too")
    hana.write("And who", "Farid Rahimi")
    hana.page.get_by_label("What happens").select_option("lapses")
    hana.press("Show")
    assert hana.heading().startswith("If the certificates of Amara and Farid lapse")

    hana.open("/coverage/weekly")
    hana.press("Stop the letters")
    hana.reads("It is off.")
    hana.open(f"/coverage/weekly/{code}")
    hana.press("Start them again")
    hana.reads("Stop these letters?")
