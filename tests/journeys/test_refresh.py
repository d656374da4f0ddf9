"""A round of what was learnt, done on a phone in the evening; and a letter about it, stopped without signing in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from courses import catalogue
from lms.core.unit import Database
from lms.learning import service as learning
from lms.refresh import reminding
from lms.refresh.models import RefreshLetter
from lms.refresh.rules import EVERY_DAY
from tests.accounts import give_password
from tests.journeys.test_practice import BOTH_WAYS
from tests.journeys.walker import Walker
from tests.make import World, actor

pytestmark = pytest.mark.journey
READ = ("M01-L1", "M04-L1", "M04-L2", "M05-L2")


@BOTH_WAYS
def test_a_round_is_done_and_its_letter_is_stopped(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool
) -> None:
    with store.transaction() as db:
        who = actor(db, world.trainee)
        for lesson_id in READ:
            lesson = catalogue.current().lesson_by_id(lesson_id)
            learning.finish_lesson(db, who, lesson_id, lesson.content_hash)
    amara, anybody = walk("amara", 390, script=script), walk("anybody", 1280, script=script)
    amara.sign_in(give_password(app, store, world.trainee))
    want_a_letter(amara)
    stop_it(anybody, letter_of(store, world))

    amara.open("/learn")
    amara.follow(amara.page.get_by_role("link", name="3 questions from what you have read"))
    amara.reads("Question 1 of 3 today")
    amara.reads("It is never part of any decision about you")
    assert answer_all(amara) == 3
    assert amara.heading() == "That was today’s round"
    amara.reads("Three questions, and there is something again tomorrow.")
    amara.reads("You get none. If you would like one, say when.")
    amara.press("Back to your lessons")
    assert not amara.page.get_by_text("from what you have read").count()


def want_a_letter(amara: Walker) -> None:
    amara.open("/refresh/letter")
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"):
        amara.page.get_by_label(day).uncheck()
    amara.press("Turn it on")
    amara.reads("Choose at least one day, or turn the letter off.")
    amara.tick("Saturday")
    amara.tick("Sunday")
    amara.page.get_by_label("At what hour").select_option("19:00")
    amara.press("Turn it on")
    amara.reads("A letter comes at 19:00, Saturdays and Sundays, if something waits.")


def letter_of(store: Database, world: World) -> str:
    """It is her hour; the link in what she gets."""
    with store.transaction() as db:
        db.execute(update(RefreshLetter).values(hour=0, days=EVERY_DAY, looked_on=None))
    with store.transaction() as db:
        assert reminding.write(db, world.trainee)
        letter = reminding.find_letter(db, actor(db, world.trainee))
    assert letter
    return f"/refresh/stop/{letter.code}"


def stop_it(anybody: Walker, link: str) -> None:
    anybody.open(link)
    assert anybody.heading() == "Stop these letters?"
    anybody.press("Stop them")
    assert anybody.heading() == "They are stopped"
    anybody.open("/refresh/stop/cut-sho")
    assert anybody.heading() == "This link stops nothing"


def answer_all(amara: Walker) -> int:
    """Answer whatever comes, and say how it was where that is asked; how many questions there were."""
    done = 0
    while amara.heading().startswith("From “"):
        done += 1
        if amara.page.get_by_role("button", name="Answer", exact=True).count():
            amara.press("Answer")
            amara.reads("Choose one of the answers.")
            amara.page.get_by_role("radio").first.check(force=True)
            amara.press("Answer")
            asked = amara.page.get_by_role("button", name="I knew it after a moment").count()
            amara.press("I knew it after a moment") if asked else amara.follow(amara.page.locator("a.btn"))
        else:
            amara.page.locator("summary").click()
            amara.press("Yes, after a moment")
            amara.reads("That one comes again in 2 days.")
    return done
