"""Ruth arranges an interview, two assessors write alone on a tablet and a phone, and Amara reads the result."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from assessments.interviews import get_interview
from lms.core.phrases import full_day
from lms.core.unit import Database
from lms.interviews import service
from lms.learning.models import Enrolment
from tests.accounts import give_password
from tests.journeys.history import five_minutes_pass
from tests.journeys.test_practice import WITH_AND_WITHOUT_SCRIPT
from tests.journeys.walker import PASSWORD, Walker
from tests.make import World

pytestmark = pytest.mark.journey
FIRST = "She told the room, the day and the sentence she had finished for somebody."
SECOND = "She named a cost to herself, and none to the circle."
GAP = "One thing that the circle lost by it."
WHY = "Ruth had heard what the circle lost, and I had not."


@WITH_AND_WITHOUT_SCRIPT
def test_two_hear_amara_each_alone_then_talk_and_her_page_of_readiness_shows_the_gate(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool
) -> None:
    with store.transaction() as db:
        mine = update(Enrolment).where(Enrolment.person_id == world.trainee)
        db.execute(mine.values(standard_version=5))
    who = {"ruth": (world.trainer, 820), "bashir": (world.other_trainer, 390), "amara": (world.trainee, 390)}
    people = {name: walk(name, width, script=script, axe=True) for name, (_, width) in who.items()}
    for name, (person_id, _) in who.items():
        people[name].sign_in(give_password(app, store, person_id))
    ruth, bashir, amara = people["ruth"], people["bashir"], people["amara"]
    amara.open("/readiness")
    amara.reads("Ask Ruth to arrange it with two assessors")
    page = arrange(ruth, world)
    amara.open("/readiness")
    amara.press("Open the interview")
    amara.reads("Bring one time when you broke a value of yours")
    with store.transaction() as db:
        five_minutes_pass(db)
    write(bashir, page, SECOND, "Not yet", GAP)
    bashir.reads("Your note is sealed.")
    ruth.open(page)
    assert SECOND not in ruth.page.content()
    write(ruth, page, FIRST, "Yes")
    ruth.reads("You say different things, so talk first.")
    ruth.reads(SECOND)
    talk(bashir)
    read(amara)


def arrange(ruth: Walker, world: World) -> str:
    """Ruth finds it on Amara's page, forgets somebody, and arranges it for the day after tomorrow."""
    ruth.open(f"/readiness/{world.trainee}")
    ruth.press("Arrange an interview")
    ruth.tick("Bashir Noor")
    ruth.write("The day you meet", full_day(service.today() + timedelta(days=2)))
    ruth.press("Arrange it")
    ruth.reads("Choose two people.")
    ruth.tick("Ruth Tamihana")
    ruth.press("Arrange it")
    ruth.reads("It is arranged.")
    return ruth.page.url


def write(assessor: Walker, page: str, heard: str, word: str, missing: str = "") -> None:
    """From home, with every answer, and once without one of them."""
    assessor.open("/")
    assessor.press("Hear Amara Osei in the values interview, and write your note")
    assert assessor.page.url == page
    assessor.write("The breach you heard of", "She finished a member’s sentence.")
    assessor.choose("Is it enough?", word)
    if missing:
        assessor.write("If not yet, what is missing", missing)
    assessor.press("Seal my note")
    assessor.reads("Write what was done to mend it")
    assessor.write("How it was mended", "She said so at the next meeting.")
    for each in get_interview().questions:
        assessor.page.locator(f"#heard-{each.id}").fill(heard)
    if assessor.page.get_by_label("Your password, to sign").count():
        assessor.write("Your password, to sign", PASSWORD)
    assessor.press("Seal my note")


def talk(bashir: Walker) -> None:
    """Bashir reads Ruth's note, they talk, and he changes his own once."""
    bashir.open("/")
    bashir.press("Talk about the values interview of Amara Osei, and close it")
    bashir.reads(FIRST)
    bashir.choose("Is it enough?", "Yes")
    bashir.write("If not yet, what is missing", "")
    bashir.write("Why you change it", WHY)
    if bashir.page.get_by_label("Your password, to sign").count():
        bashir.write("Your password, to sign", PASSWORD)
    bashir.press("Change my note and close the interview")
    bashir.reads("Your note is changed")
    assert bashir.heading() == "Both say yes"


def read(amara: Walker) -> None:
    """Amara reads both notes, the changed one beside the first, and the sign on her page."""
    amara.open("/readiness")
    amara.reads("Values interview: yes")
    amara.reads("by version 1 of the questions. Good until")
    amara.press("Open the interview")
    for text in (FIRST, SECOND, WHY, GAP):
        amara.reads(text)
    amara.open("/record")
    amara.reads("Values interview: yes")
