"""A trainer opens a case where a circle can go no further; its theme is read by two others, and then by the sponsor."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from lms.core import clock
from lms.core.unit import Database
from tests.accounts import give_password
from tests.evidence import make_member
from tests.journeys.walker import PASSWORD, Walker
from tests.make import World, make_group

pytestmark = pytest.mark.journey
ISSUE = "The hour that was promised goes to the rota every other week."
THEME = "In several circles people are rostered during the hour that was promised to them."


def test_from_a_gap_to_what_the_sponsor_reads(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World
) -> None:
    people = (world.trainer, world.other_trainer, world.administrator, world.manager)
    addresses = {each: give_password(app, store, each) for each in people}
    with store.transaction() as db:
        group = make_group(db, world)
        make_group(db, world, name="Library Leads", unit_id=world.libraries)
        for name in ("Joan", "Sefo", "Leila", "Dag"):
            make_member(db, group, name)
    ruth, hana = walk("ruth", 1280), walk("hana", 390)
    ruth.sign_in(addresses[world.trainer])
    open_case(ruth, group)
    agree_step(ruth)
    ruth.press("Draft a theme")
    ruth.write("As the sponsor would read it", THEME)
    ruth.press("Write it down for two readers")
    assert ruth.heading() == "Nobody has read it yet"
    here = ruth.page.url
    bashir, ilse = walk("bashir", 390, script=False), walk("ilse", 820)
    read(bashir, addresses[world.other_trainer], here)
    read(ilse, addresses[world.administrator], here)
    ruth.open(here)
    assert ruth.heading() == "Two have read it, and it is held back"  # one circle of two raised it
    ruth.open("/advice/new")
    ruth.page.get_by_label("About", exact=True).select_option(label="Harbourside Council, the circle Library Leads")
    ruth.page.get_by_label("Protected time").first.check(force=True)
    ruth.write("What stands in the way", "The desk is never covered.")
    ruth.press("Open the case")
    hana.sign_in(addresses[world.manager])
    hana.open("/advice")
    hana.reads(THEME)
    hana.press("Protected time, Harbourside Council")
    hana.reads("Each unit chooses its own hour.")
    assert "Parks" not in hana.page.content()


def open_case(ruth: Walker, group: uuid.UUID) -> None:
    """From what is short in the circle; the circle and the theme are filled in."""
    ruth.open(f"/groups/{group}/taking-over")
    ruth.press("Open an advisory case about “Time protected by the sponsor”")
    ruth.write("What stands in the way", ISSUE)
    ruth.write("Way 1", "Put the circle on the rota like a training day.")
    ruth.page.get_by_label("Who named way 1").select_option(label="The hosts")
    ruth.tick("The organisation’s managers read this case")
    ruth.press("Open the case")


def agree_step(ruth: Walker) -> None:
    later = clock.today() + timedelta(days=50)
    ruth.write("The step", "Each unit chooses its own hour.")
    ruth.page.get_by_label("Whose it is", exact=True).select_option(label="Hana Petrova")
    ruth.page.get_by_label("By", exact=True).fill(f"{later.day} {later:%B %Y}")
    ruth.choose("Where the case stands", "A step is agreed")
    ruth.press("Save the case")
    assert ruth.heading() == "Protected time: a step is agreed"


def read(reader: Walker, address: str, here: str) -> None:
    reader.sign_in(address)
    reader.open(here)
    reader.choose("Read it as somebody who works there", "No person, circle, case or quotation can be recognised")
    if reader.page.get_by_label("Your password, to sign").count():
        reader.write("Your password, to sign", PASSWORD)
    reader.press("Sign what you found")
    reader.reads("You have read this text and signed.")
