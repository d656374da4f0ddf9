"""A holder tells on a phone what came of it, signed out; a manager reads nine outcomes and opens the spreadsheet."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from assessments.outcome_figures import last_read
from lms.core.site_days import today
from lms.core.unit import Database
from lms.messages.models import Message
from lms.outcomes import asking, reading
from tests.accounts import give_password
from tests.journeys.test_practice import BOTH_WAYS
from tests.journeys.walker import Walker
from tests.make import World, make_group
from tests.make_outcomes import answers, follow, links

pytestmark = pytest.mark.journey
YES, NO = {"state": "resolved"}, {"state": "same"}


def quarter(store: Database, world: World, group: uuid.UUID) -> date:
    """Seven holders of a quarter that was read, and three of a year before, who are too few for a figure."""
    end = last_read(today())
    with store.transaction() as db:
        answers(db, world, group, end, YES, YES, YES, NO, NO, NO, {})
        answers(db, world, group, end - timedelta(days=365), YES, NO, NO)
    with store.transaction() as db:
        reading.read(db, world.council, end - timedelta(days=365))
        reading.read(db, world.council, end)
    return end


@BOTH_WAYS
def test_a_holder_answers_by_the_link_and_a_manager_reads_what_may_be_read(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool
) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
        follow_up = follow(db, world, group, today() - timedelta(days=60))
        assert asking.write(db, follow_up)
        letter = db.scalars(select(Message).where(Message.template == "follow_up")).one()
    holder = walk("holder", 390, script=script)
    answer(holder, links(letter)[0])
    stop(walk("anybody", 390, script=script), links(letter)[1])

    end, hana = quarter(store, world, group), walk("hana", 1280, script=script)
    hana.sign_in(give_password(app, store, world.manager))
    hana.open("/coverage")
    read(hana, end)
    ask(hana)
    amara = walk("amara", 390, script=script)
    amara.sign_in(give_password(app, store, world.trainee))
    take_it_back(amara)


def answer(holder: Walker, link: str) -> None:
    holder.open(link)
    assert holder.heading() == "What came of the problem you brought?"
    holder.press("Send my answer")
    holder.reads("Say how it is now.")
    holder.begins()
    holder.choose("How is it now?", "It moved")
    holder.choose("Who acted on it?", "Mostly I did")
    holder.choose("Was the agreed problem the right one?", "Exactly")
    holder.choose("If you learned something", "My own part in it")
    holder.write("What surprised you?", "That he asked me first.")
    holder.write("What did you learn, in one line?", "I can ask before I plan.")
    holder.press("Send my answer")
    assert holder.seconds() <= 90
    assert holder.heading() == "Thank you, this is answered"
    assert not holder.page.get_by_text("That he asked me first.").count()


def stop(anybody: Walker, link: str) -> None:
    anybody.open(link)
    anybody.press("Ask me no more")
    assert anybody.heading() == "You are asked no more"


def read(hana: Walker, end: date) -> None:
    hana.follow(hana.page.get_by_role("link", name="What comes of it"))
    assert hana.heading() == "Three of nine outcomes can be read"
    hana.reads("3 of 6 important problems. 7 asked; 1 did not answer, left open how important it was")
    hana.reads("Importance said at the start")
    hana.reads("7 of 7 problems.")
    hana.reads("No answers yet.")
    hana.reads("You are compared with your own last year, and with nobody else.")
    with hana.page.expect_download() as coming:
        hana.page.get_by_role("link", name="Spreadsheet").click()
    assert coming.value.suggested_filename == f"outcomes-{end.isoformat()}.csv"
    with coming.value.path().open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (rows[0]["Value"], rows[0]["Met"], rows[0]["Of"], rows[0]["A year ago"]) == ("50%", "3", "6", "")


def ask(hana: Walker) -> None:
    hana.follow(hana.page.get_by_role("link", name="Ask without names"))
    hana.tick("Three months in a circle")
    hana.press("Make the slips")
    hana.reads("Write how many slips you hand out, from 8 to 200.")
    hana.write("How many slips", "8")
    hana.press("Make the slips")
    assert hana.heading() == "Eight slips for Harbourside Council"
    hana.follow(hana.page.get_by_role("link", name="I have printed them"))
    hana.reads("handed out eight slips")


def take_it_back(amara: Walker) -> None:
    amara.open("/follow-ups")
    amara.reads("That he asked me first.")
    amara.page.locator("summary").first.click()
    amara.press("Delete what I said")
    amara.reads("It is deleted, and you are not asked about it again.")
