"""From the terms to the bill: written down at a desk, confirmed and answered on a phone, and once without script."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from lms.core.phrases import full_day
from lms.core.site_days import today
from lms.core.unit import Database
from lms.register import service as register
from lms.value.models import Bill, BillPdf
from lms.value.outcomes import OUTCOMES
from tests.accounts import give_password
from tests.journeys.conftest import Site
from tests.journeys.walker import Walker
from tests.make import World

pytestmark = pytest.mark.journey
Walk = Callable[..., Walker]
ENDED = 10  # days ago


def write_down(ilse: Walker) -> None:
    """Ilse writes down what was agreed a year ago, mistaken once about the currency of the fee."""
    ended = today() - timedelta(days=ENDED)
    ilse.open("/people")
    ilse.press("Engagements and bills")
    ilse.press("Write one down")
    ilse.page.get_by_label("Client", exact=True).select_option(label="Harbourside Council")
    ilse.page.get_by_label("Currency").select_option(label="New Zealand dollars, NZD")
    for label, text in (
        ("What it is", "Six circles"),
        ("First day", full_day(ended - timedelta(days=350))),
        ("Last day", full_day(ended)),
        ("Last day for the client’s answer", full_day(ended + timedelta(days=30))),
        ("Facilitated hours", "46"),
        ("Agreed on", full_day(ended - timedelta(days=355))),
        ("Agreed fee", "18,400 EUR"),
        ("Tax, in per cent", "15"),
        ("Your address", "2 Mill Lane\nPort Alder"),
        ("The client’s address", "1 Quay Street\nHarbourside"),
        ("How it is paid", "Alder Bank, 12-3456-0078901-00"),
        ("Days to pay", "30"),
    ):
        ilse.write(label, text)
    ilse.press("Send it to be confirmed")
    ilse.reads("This engagement is in New Zealand dollars.")
    ilse.write("Agreed fee", "18,400")
    ilse.press("Send it to be confirmed")
    ilse.reads("Waiting for Harbourside Council to confirm")


def say_what_came(hana: Walker) -> None:
    """Nine answers; she leaves in between and finds them again."""
    hana.press("Say what came of it")
    for each in OUTCOMES[:4]:
        group = hana.page.locator(f"section:has(#o-{each.key})")
        group.get_by_label("Clearly").check(force=True)
    hana.write("In your own words", "Four circles got through the restructure.")
    hana.press("Save and leave")
    hana.press("Say what came of it")
    for each in OUTCOMES[4:]:
        hana.page.locator(f"section:has(#o-{each.key})").get_by_label("A little").check(force=True)
    hana.press("Finish and lock it")
    assert hana.heading() == "What was it worth to you?"


def test_a_manager_says_what_it_was_worth_and_reads_the_bill(
    walk: Walk, site: Site, store: Database, world: World, app: Flask
) -> None:
    for who in (world.administrator, world.manager):
        give_password(app, store, who)
    ilse, hana = walk("ilse", 1280), walk("hana", 390)
    ilse.sign_in("ilse.brandt@example.org")
    write_down(ilse)
    hana.sign_in("hana.petrova@example.org")
    hana.open("/coverage")
    hana.press("What it was worth, and the bills")
    hana.press("Six circles")
    hana.press("Confirm these terms")
    say_what_came(hana)
    hana.write("Amount, in New Zealand dollars", "15.600")
    hana.page.keyboard.press("Enter")
    expect(hana.page.locator("#bill-note")).to_contain_text("can be read in two ways")
    hana.write("Amount, in New Zealand dollars", "15,600")
    hana.page.keyboard.press("Enter")
    expect(hana.page.locator("#bill-total")).to_have_text("17,940.00")
    expect(hana.page.get_by_text("Saved ")).to_be_visible()
    for each in (OUTCOMES[0], OUTCOMES[3]):
        hana.page.get_by_label(each.sentence).check(force=True)
    hana.write("Why this amount", "Two never found their rhythm, and we moved their dates too often.")
    hana.look()
    hana.press("Send and make the bill")
    assert hana.heading() == "Bill 1"
    hana.reads("17,940.00")
    ilse.press("Engagements and bills")
    ilse.press("Six circles")
    ilse.reads(re.compile("Two never found their rhythm"))
    ilse.press("Bill 1, ", exact=False)
    _download(hana)
    _correct(ilse)
    with store.readers() as db:
        assert db.scalars(select(Bill.number).order_by(Bill.number)).all() == [1, 2]
        assert register.verify(db).ok


def _download(hana: Walker) -> None:
    """The worker draws it within seconds."""
    for _ in range(60):
        if hana.page.get_by_role("link", name="Bill as a PDF").count():
            break
        hana.page.wait_for_timeout(500)
        hana.page.reload()
    with hana.page.expect_download() as coming:
        hana.page.get_by_role("link", name="Bill as a PDF").click()
    assert coming.value.suggested_filename == "bill-1.pdf"


def _correct(ilse: Walker) -> None:
    ilse.press("Something on it is wrong")
    ilse.write("What was wrong", "The street was wrong.")
    ilse.write("The client’s address", "9 Quay Street\nHarbourside")
    ilse.press("Make the new bill")
    assert ilse.heading() == "Bill 2"
    ilse.reads("It takes the place of")


def test_the_same_at_a_desk_without_script(walk: Walk, site: Site, store: Database, world: World, app: Flask) -> None:
    from tests.make_value import surveyed

    give_password(app, store, world.manager)
    with store.transaction() as db:
        made = surveyed(db, world)
    hana = walk("hana-plain", 1280, script=False)
    hana.sign_in("hana.petrova@example.org")
    hana.open(f"/value/{made}/worth")
    hana.write("Amount, in New Zealand dollars", "20,000")
    hana.press("Save, and see the bill")
    hana.reads("23,000.00")
    hana.press("Save and leave")
    hana.press("Say what it was worth")
    hana.press("Send and make the bill")
    assert hana.heading() == "Bill 1"
    with store.readers() as db:
        assert db.scalars(select(Bill.adjusted)).one() == 1_600_00


def test_the_value_page_is_well_at_a_desk(walk: Walk, site: Site, store: Database, world: World, app: Flask) -> None:
    from tests.make_value import billed, surveyed

    give_password(app, store, world.manager)
    with store.transaction() as db:
        made, bill = surveyed(db, world), billed(db, world)
    hana = walk("hana-desk", 1280)
    hana.sign_in("hana.petrova@example.org")
    for path in (f"/value/{made}/worth", f"/value/{made}", f"/value/{bill.engagement_id}", "/value"):
        hana.open(path)
    with store.readers() as db:
        assert db.scalars(select(BillPdf.bill_id)).all() in ([], [bill.id])
