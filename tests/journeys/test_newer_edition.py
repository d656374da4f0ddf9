"""A newer edition: one reads what is other and what it does to one's own work, stays, and accepts it later."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from courses import catalogue
from lms.core.unit import Database
from tests.accounts import give_password
from tests.journeys.test_practice import BOTH_WAYS
from tests.journeys.walker import Walker
from tests.make import World
from tests.make_editions import OPEN_AND_CLOSED, published, rewritten

pytestmark = pytest.mark.journey
TITLE = "Two doors, and who walks through"


@BOTH_WAYS
def test_a_learner_reads_what_is_new_stays_and_accepts_it_later(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, tmp_path: Path, script: bool
) -> None:
    amara = walk("amara", 390 if script else 1280, script=script)
    published(store)
    was = catalogue.current().lesson_by_id("M04-L2").title
    amara.sign_in(give_password(app, store, world.trainee))
    amara.open("/learn/M04-L2")
    assert amara.heading() == was
    amara.press("Done with this lesson")
    published(
        store,
        rewritten(tmp_path, OPEN_AND_CLOSED, (was, TITLE), ("What people get wrong", "What goes astray")),
        "A plainer title.",
    )

    amara.open("/learn")
    amara.press("See what is new, and choose")
    amara.reads("1 lesson is not as before")
    amara.reads("A plainer title.")
    amara.reads(f"It was called “{was}”.")
    amara.reads("You finished it, and that stays.")
    amara.page.locator("summary").first.click()
    amara.reads("goes astray")
    amara.press("Stay on edition 1")
    amara.open("/learn/M04-L2")
    assert amara.heading() == was

    amara.open("/learn/newer")
    amara.press("Read edition 2 from now on")
    amara.reads("You read edition 2 of the programme now. What you finished stays finished.")
    amara.open("/learn/M04-L2")
    assert amara.heading() == TITLE
    amara.reads("Done")
    amara.open("/learn/newer")
    amara.reads("Nothing newer waits for you")
