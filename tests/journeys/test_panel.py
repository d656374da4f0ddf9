"""A panel is called, three people vote on three devices, nobody sees a vote before the third, and Amara appeals."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect

from lms.core.unit import Database
from tests.accounts import give_password
from tests.integration.test_panels import by_panel
from tests.journeys.history import five_minutes_pass
from tests.journeys.test_practice import WITH_AND_WITHOUT_SCRIPT
from tests.journeys.walker import PASSWORD, Walker
from tests.make import World
from tests.make_panels import Staff, shelf

__all__ = ["by_panel"]
pytestmark = pytest.mark.journey
REPOSITORY = Path(__file__).parents[2]
SAID = {
    "ruth": ("Ready", "Thirteen times, five of us. I did not look for the next move once."),
    "wen": ("Not yet", "In every round I read, Amara already knew the circle."),
    "kofi": ("Not yet", "I would like to read of one circle with strangers first."),
}
MINE = "The Consents circle were strangers to me in November."


@pytest.fixture(autouse=True)
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server finds a standard that a panel decides: it starts where a copy of the standards lies."""
    house = tmp_path / "house"
    shutil.copytree(REPOSITORY / "assessments", house / "assessments", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.rmtree(house / "assessments" / "content" / "standards")
    shelf(house / "assessments" / "content" / "standards")
    monkeypatch.chdir(house)


@WITH_AND_WITHOUT_SCRIPT
def test_three_vote_alone_decide_together_and_whom_it_is_about_appeals(
    published: None, walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool
) -> None:
    with store.transaction() as db:
        staff = Staff.make(db, world)
    who = {"ilse": world.administrator, "ruth": world.trainer, "wen": staff.wen, "kofi": staff.kofi}
    addresses = {name: give_password(app, store, each) for name, each in (who | {"amara": world.trainee}).items()}
    widths = {"ilse": 1280, "ruth": 820, "wen": 390, "kofi": 1280, "amara": 390}
    alike = ("ruth", "wen")  # they see the pages that the others see
    people = {name: walk(name, width, script=script, axe=name not in alike) for name, width in widths.items()}
    for name, each in people.items():
        each.sign_in(addresses[name])
    panel = call(people["ilse"], world)
    with store.transaction() as db:
        five_minutes_pass(db)
    for number, name in enumerate(SAID):
        hidden(people["ilse"], panel, ("None", "One", "Two")[number])
        vote(people[name], panel, name)
    for name in ("ilse", "ruth", "wen"):
        people[name].open(panel)
        for _, words in SAID.values():
            people[name].reads(words)
    decide(people["kofi"], panel)
    appeal(people["amara"])
    people["ilse"].open(f"/readiness/{world.trainee}/panel")
    people["ilse"].reads("Somebody else calls this one")


def call(ilse: Walker, world: World) -> str:
    """Ilse sees who may sit, and who may not and why, and calls three people."""
    ilse.open(f"/readiness/{world.trainee}")
    expect(ilse.page.get_by_label("Ready", exact=True)).to_have_count(0)
    ilse.press("Call a panel")
    ilse.reads("Kept off this panel")
    for name in ("Ruth Tamihana", "Bashir Noor", "Wen Liu"):
        ilse.tick(name)
    ilse.press("Call the panel")
    ilse.reads("At most one of those who did may sit.")
    ilse.page.get_by_label("Bashir Noor").uncheck()
    ilse.tick("Kofi Boateng")
    ilse.press("Call the panel")
    ilse.reads("The panel is called, and its page is frozen.")
    return ilse.page.url


def hidden(reader: Walker, panel: str, many: str) -> None:
    """Of what was voted there is a number, and nothing else."""
    reader.open(panel)
    reader.reads(f"{many} of three ha")
    for _, words in SAID.values():
        assert words not in reader.page.content()


def vote(member: Walker, panel: str, name: str) -> None:
    member.open("/")
    assert member.heading().startswith("One thing waits for you")
    member.press("Cast your vote on the panel about Amara Osei")
    assert member.page.url == panel
    kind, words = SAID[name]
    member.choose("What you say about Amara", kind)
    member.write("Because", words)
    member.press("Seal my vote")
    if member.page.get_by_text("Type your own password").count():
        member.write("Your password, to sign", PASSWORD)
        member.press("Seal my vote")
    member.reads("Your vote is")


def decide(chair: Walker, panel: str) -> None:
    """Kofi was named first and writes it down: an answer to the one who differs, and why more time is needed."""
    chair.open(panel)
    assert chair.heading() == "Two say not yet, one says otherwise. Answer that one in writing"
    chair.press("Record the decision")
    chair.reads("Answer those who say otherwise")
    chair.write("Because", "One circle with strangers first, and then again.")
    chair.write("The other reason, and why it does not stop you", "All of it was with people Amara knows.")
    chair.write("Everything is there. Why is more time needed?", "The signs do not say with whom.")
    if chair.page.get_by_label("Your password, to sign").count():
        chair.write("Your password, to sign", PASSWORD)
    chair.press("Record the decision")
    chair.reads("Decided and recorded.")


def appeal(amara: Walker) -> None:
    """Amara reads what each of them said, and does not accept it."""
    amara.open("/readiness")
    amara.reads("One circle with strangers first, and then again.")
    amara.press("Read what they said")
    for _, words in SAID.values():
        amara.reads(words)
    amara.write("What you do not accept", MINE)
    amara.press("Appeal")
    amara.reads("You have appealed.")
    amara.open("/readiness")
    amara.reads("Other people are being called.")
