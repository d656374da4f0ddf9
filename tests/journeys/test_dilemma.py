"""A dilemma is written on a phone, judged on a tablet, read, revised and judged again; with script and without."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect

from lms.core.unit import Database
from tests.accounts import give_password
from tests.journeys.test_practice import BOTH_WAYS
from tests.journeys.walker import Walker
from tests.make import PASSWORD, World

pytestmark = pytest.mark.journey
TITLE = "She says it as background"
TODAY = "I stop the round and ring Mrs Achterberg before three, with Danuta beside me."
ASKED = {
    "Which values pull against each other here?": "Her confidence, and a child who may come to harm.",
    "Who is affected?": "The boy. Danuta, who trusted us. The four others.",
    "Which rule or duty applies?": "The duty to act, through the named person. I said so at the start.",
    "What do you do today?": "I think about it and talk to Danuta next week.",
    "What do you say, and to whom?": "To Danuta: “I can’t keep that in here, and I said so.”",
}


@BOTH_WAYS
def test_a_dilemma_is_written_judged_revised_and_judged_again(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool
) -> None:
    amara, ruth = walk("amara", 390, script=script), walk("ruth", 820, script=script)
    for walker, person_id in ((amara, world.trainee), (ruth, world.trainer)):
        walker.sign_in(give_password(app, store, person_id))
    write(amara)
    judge(ruth, missing="Today")
    amara.open("/values/dilemmas")
    amara.press("Read and revise")
    amara.reads("4 of 5, not yet enough")
    amara.reads("Whom do you ring, and when?")
    amara.write("What do you do today?", TODAY)
    amara.press("Send it again")
    amara.reads("It is sent. You get a letter when it has been judged.")
    ruth.open("/")
    ruth.press(f"Judge what Amara Osei wrote about the dilemma “{TITLE}”")
    ruth.reads("for the second time")
    ruth.reads(TODAY)
    for part in ("Values in tension", "Who is affected", "Rule or duty", "Today", "Said to whom"):
        ruth.choose(part, "There")
    finish(ruth)
    amara.open("/values/dilemmas")
    amara.press(TITLE)
    amara.reads("5 of 5, and enough")
    expect(amara.page.get_by_role("button", name="Send it again")).to_have_count(0)
    amara.open("/record")
    amara.reads(f"Dilemma judged: “{TITLE}”")


def write(amara: Walker) -> None:
    """Half of it, away and back, and a sending that is not whole yet."""
    amara.open("/learn/values/when-values-collide")
    amara.press("Read the first scene")
    amara.press(TITLE)
    parts = list(ASKED.items())
    for ask, words in parts[:4]:
        amara.write(ask, words)
    amara.press("Keep it and go on later")
    amara.press("Send it to be judged")
    amara.reads("Write what you say, and to whom.")
    amara.write(*parts[4])
    amara.press("Send it to be judged")
    amara.reads("Sent, and waits to be judged")


def judge(ruth: Walker, missing: str) -> None:
    """From home; without a sentence it is refused."""
    ruth.open("/")
    ruth.press(f"Judge what Amara Osei wrote about the dilemma “{TITLE}”")
    for part in ("Values in tension", "Who is affected", "Rule or duty", "Today", "Said to whom"):
        ruth.choose(part, "Not yet" if part == missing else "There")
    finish(ruth)
    ruth.reads("Write in a sentence what is not there yet.")
    ruth.page.locator("#said-today").fill("Whom do you ring, and when?")
    finish(ruth)
    ruth.reads("not yet.")


def finish(ruth: Walker) -> None:
    password = ruth.page.get_by_label("Your password, to sign")
    if password.count():
        password.fill(PASSWORD)
    ruth.press("Send to Amara")
