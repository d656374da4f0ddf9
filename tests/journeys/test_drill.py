"""Five drills in a browser: advice becomes a question, six rungs, ten words, a question sorted, a silence kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect

from assessments import bank
from assessments.sorting import ASKS, OPTIONS
from lms.core.unit import Database
from tests.accounts import give_password
from tests.journeys.walker import Walker
from tests.make import World

pytestmark = pytest.mark.journey
LESSONS = "/learn/open-questioning"


def repair(amara: Walker) -> None:
    amara.open(f"{LESSONS}/advice-with-a-question-mark")
    amara.press("Start the drill")
    amara.write("Ask it so that no advice is left in it", "Have you tried handing him over?")
    amara.press("Look at my question")
    expect(amara.page.locator("mark.cue").first).to_contain_text("Have you tried")
    amara.reads("What the words are doing")
    amara.write("Ask it again", "What makes you answer him at night?")
    amara.press("Look at my question")
    expect(amara.page.locator(".look .tag").first).to_have_text("Open")


def climb(amara: Walker) -> None:
    amara.open(f"{LESSONS}/deep-questions")
    amara.press("Climb the ladder")
    amara.press("Look at my questions")
    amara.reads("Write at least one of the six questions.")
    amara.write("Go further", "What do you mean by “to the spoon”?")
    amara.write("Another chair", "Don’t you think the children are just fussy?")
    amara.press("Look at my questions")
    amara.reads("Is it on its rung?")
    expect(amara.page.locator(".look .tag").first).to_have_text("Open")
    expect(amara.page.locator(".look .tag").nth(1)).to_have_text("Leading")
    expect(amara.page.get_by_label("Go further", exact=True)).to_have_value("What do you mean by “to the spoon”?")
    amara.press("Next statement")
    amara.reads("Statement 2 of 4")


def give_back(amara: Walker) -> None:
    long = "Bram, I wonder which question might be hiding under that one there?"
    amara.open(f"{LESSONS}/facilitating-questions")
    amara.press("Start returning")
    amara.write("What do you say to Bram?", long)
    amara.press("Look at my words")
    amara.reads("This is 12 words long.")
    expect(amara.page.get_by_label("What do you say to Bram?")).to_have_value(long)
    amara.write("What do you say to Bram?", "Great, but that’s advice.")
    amara.press("Look at my words")
    amara.reads("Names the slip.")
    amara.write("Say it again to Bram", "Which question is under that?")
    amara.press("Look again")
    amara.reads("Nothing marked")


def sort(amara: Walker) -> None:
    item = bank.current().sorts["m04-l1-sort"].items[0]
    amara.open(f"{LESSONS}/form-function-fault")
    amara.press("Start sorting")
    for facet, key in item.keys.items():
        amara.page.get_by_label(ASKS[facet]).select_option(label=OPTIONS[facet][key[0]])
    amara.press("Look at the key")
    expect(amara.page.get_by_text("You and the key", exact=True)).to_have_count(3)
    amara.press("Next question")
    amara.reads("Question 2 of 20")


def wait(amara: Walker) -> None:
    first = bank.current().silences["m06-l2-silence"].items[0]
    amara.open("/learn/ambiguity-and-silence/three-seconds-ten-seconds")
    amara.press("Start with the first silence")
    amara.press("I have asked. The silence begins")
    amara.page.wait_for_timeout(3_000)
    amara.press("I would speak now")
    amara.reads("Kept.")
    amara.reads(first.slow)
    amara.press("Marguerite has finished. The silence begins")
    amara.press("I would speak now")
    amara.reads("Marguerite was about to say more.")


@pytest.mark.parametrize(
    ("database_url", "script"),
    [("sqlite", True), ("postgresql", False)],
    indirect=["database_url"],
    ids=["script", "no script"],
)
def test_five_drills_look_at_what_one_does(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool
) -> None:
    amara = walk("amara", 390 if script else 1280, script=script)
    amara.sign_in(give_password(app, store, world.trainee))
    for drill in (repair, climb, give_back, sort, wait):
        drill(amara)
