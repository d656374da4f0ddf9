"""A manager brings people in from a file with mistakes, mends them, and saves; later, somebody has left."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import FilePayload
from sqlalchemy import select

from lms.core.unit import Database
from lms.people.place_models import Post, StaffMember
from tests.accounts import give_password
from tests.journeys.test_practice import BOTH_WAYS
from tests.journeys.walker import Walker
from tests.make import World
from tests.make_import import PEOPLE, filled, text

pytestmark = pytest.mark.journey
DAG = ("dag@example.org", "Dag Nilsen", "Parks & Depot", "Head of parks", "", "5")
MELE = ("mele@example.org", "Mele Tupou", "Library", "Crew lead", "mele@example.org", "3", "03/04/2026")
MENDED = (*MELE[:2], "Libraries", "Crew lead", "dag@example.org", "3", "2026-04-03")


def choose(walker: Walker, label: str, *rows: tuple[str, ...]) -> None:
    data = text([PEOPLE, *(filled(row, PEOPLE) for row in rows)], ";")
    handed = FilePayload(name="staff.csv", mimeType="text/csv", buffer=data)
    walker.page.get_by_label(label, exact=True).set_input_files(handed)


@BOTH_WAYS
@pytest.mark.parametrize("width", [1280, 390])
def test_a_manager_brings_people_in_mends_the_mistakes_and_saves(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool, width: int
) -> None:
    hana = walk("hana", width, script=script)
    hana.sign_in(give_password(app, store, world.manager))
    hana.open("/people")
    hana.press("From a file")
    hana.press("Check the file")
    hana.reads("Choose a file first.")
    choose(hana, "Your file, CSV or .xlsx", DAG, MELE)
    hana.press("Check the file")
    assert hana.heading() == "Nothing is saved yet. One row needs you first"
    hana.reads("A person cannot be their own line manager.")
    hana.press("Save 1 row")
    hana.reads("Tick that you go on without the refused rows")
    choose(hana, "Or send the mended file", DAG, MENDED)
    hana.press("Check again")
    assert hana.heading() == "Nothing is saved yet. Every row can be taken"
    hana.press("Save 2 rows")
    assert hana.heading() == "Two rows are saved"

    hana.press("Files")
    choose(hana, "Your file, CSV or .xlsx", (*DAG[:3], "Head of operations", *DAG[4:]))
    hana.press("Check the file")
    assert hana.heading() == "Nothing is saved yet. Every row can be taken"
    hana.press("Not in this file, 1")
    hana.reads("Mele Tupou")
    hana.tick("Who is not in this file has left")
    hana.press("Save 1 row")
    hana.reads("1 post not in the file ended on")
    hana.press("Changed, 1")
    hana.reads("Head of operations")
    with store.readers() as db:
        left = select(Post.ended_on).join(StaffMember, StaffMember.id == Post.staff_id)
        assert db.scalar(left.where(StaffMember.name == "Mele Tupou")) is not None


TWICE = (DAG, ("mele.tupou@example.org", "Mele Tupou", "Parks & Depot", "Crew lead", "dag@example.org", "3"),
         ("m.tupou@example.org", "Mele Tupou", "Parks & Depot", "Crew lead", "dag@example.org", "3"))  # fmt: skip


@BOTH_WAYS
@pytest.mark.parametrize("width", [1280, 390])
def test_a_manager_makes_two_entries_one_and_the_old_file_changes_nothing(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool, width: int
) -> None:
    hana = walk("hana-twice", width, script=script)
    hana.sign_in(give_password(app, store, world.manager))
    hana.open("/people/import")
    choose(hana, "Your file, CSV or .xlsx", *TWICE)
    hana.press("Check the file")
    hana.press("Save 3 rows")
    hana.press("Files")
    hana.press("Who might be on the list twice")
    assert hana.heading() == "One pair may be one person"
    hana.press("Look at both", exact=False)
    assert hana.heading() == "Are these two one person?"
    hana.choose("Which name and address stay", "mele.tupou@example.org")
    hana.press("Make them one")
    assert hana.heading() == "Nobody seems to be on the list twice"
    hana.reads("Was there as Mele Tupou, m.tupou@example.org, as well.")
    hana.open("/people/import")
    choose(hana, "Your file, CSV or .xlsx", *TWICE)
    hana.press("Check the file")
    assert hana.heading() == "All of this is here already"
