"""The check a day later: practice first, a day between, no word on the way, somebody who judges, and the result."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import delete, update

from assessments import delayed
from assessments.delayed import ChoiceTask, WrittenTask
from lms.core import clock
from lms.core.unit import Database
from lms.exercises.models import Attempt
from lms.learning.models import LessonDone
from tests import make_delayed as make
from tests.accounts import give_password
from tests.journeys.test_practice import BOTH_WAYS
from tests.journeys.walker import Walker
from tests.make import World

pytestmark = pytest.mark.journey
FORM = delayed.current_checks()["M05"].form("A")
WHY = "A camera would not know that the telephone was his."


@BOTH_WAYS
def test_what_was_practised_is_shown_a_day_later_and_judged_by_somebody_else(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool
) -> None:
    amara, bashir = walk("amara", 390, script=script), walk("bashir", 1280, script=script)
    nearly_read(store, world)
    amara.sign_in(give_password(app, store, world.trainee))
    practise(amara)
    a_day_passes(store)
    amara.open("/")
    amara.press("Show what stays of “Values and beliefs”: your check a day later is open")
    amara.reads("Why a day later, and why nobody tells you on the way")
    amara.press("Begin")
    answer_everything(amara, script=script)
    amara.press("Send it")
    amara.reads("Tick that you have finished")
    amara.tick("I have finished")
    amara.press("Send it")
    amara.reads("Your answers are sent")
    judge(bashir, give_password(app, store, world.other_trainer))
    amara.open("/learn")
    amara.reads(re.compile("Held a day later"))
    amara.follow(amara.page.get_by_role("link", name=re.compile("The check a day later.*Values and beliefs")))
    amara.reads("This has held since")
    amara.follow(amara.page.get_by_role("list").last.get_by_role("link").first)
    assert amara.heading() == "It has held"
    amara.reads(WHY)
    amara.open("/record")
    amara.reads("Values and beliefs, a day later: it has held, judged under version 1")


def nearly_read(store: Database, world: World) -> None:
    """Amara has finished every lesson of the module but the last."""
    with store.transaction() as db:
        make.read_all(db, world.trainee, "M05")
        db.execute(delete(LessonDone).where(LessonDone.lesson_id == "M05-L6"))


def practise(amara: Walker) -> None:
    """She reads the last lesson, tries an exercise, and is told when the check opens."""
    amara.open("/checks/m05")
    amara.reads("One of 6 lessons is left to finish.")
    amara.open("/learn/values/living-them-under-pressure")
    amara.press("Done with this lesson")
    amara.open("/learn/values/from-value-to-behaviour")
    amara.press("Start the quiz")
    for group in amara.page.get_by_role("group").all():
        group.get_by_role("radio").first.check(force=True)
    amara.press("Look at my answers")
    amara.open("/checks/m05")
    tomorrow = clock.today("Europe/London") + timedelta(days=1)
    amara.reads(re.compile(rf"It opens on {tomorrow:%A} {tomorrow.day} {tomorrow:%B}.* at \d\d:\d\d\."))


def a_day_passes(store: Database) -> None:
    """What she did lies a day back."""
    day = clock.now() - timedelta(hours=24, minutes=1)
    with store.transaction() as db:
        db.execute(update(LessonDone).values(done_at=day))
        db.execute(update(Attempt).values(created_at=day))


def answer_everything(amara: Walker, *, script: bool) -> None:
    """One choice is wrong, and nobody says so. The connection is lost while she writes."""
    axe, total = amara.axe, len(FORM.tasks)
    for number, task in enumerate(FORM.tasks, 1):
        amara.reads(f"Question {number} of {total}")
        lose = script and number == len(FORM.choices) + 1
        if lose:
            amara.page.context.set_offline(True)
        answer(amara, task, right=number > 1)
        if lose:
            expect(amara.page.get_by_role("status")).to_contain_text("Kept on this device", timeout=15_000)
            amara.page.context.set_offline(False)
            expect(amara.page.get_by_role("status")).to_contain_text("Saved", timeout=15_000)
            amara.faults.clear()  # the browser reports the request that found no connection
        amara.axe = axe and number in (
            len(FORM.choices),
            total,
        )  # a choice was looked at: next a page to write, the list
        amara.press("Save and go on" if number < total else "Save, and see all questions")
    amara.axe = axe
    amara.reads("11 of 11 answered, all of them saved")


def answer(amara: Walker, task: ChoiceTask | WrittenTask, *, right: bool) -> None:
    if isinstance(task, ChoiceTask):
        key = next(option.key for option in task.options if option.right is right)
        amara.page.locator(f'[name="answer"][value="{key}"]').check(force=True)
    else:
        amara.write("Your answer", "Nobody touches a telephone for eight minutes. A breach: a hand goes to one.")


def judge(bashir: Walker, address: str) -> None:
    """Bashir reads what was written, forgets a sentence, and signs."""
    bashir.sign_in(address)
    bashir.open("/")
    bashir.press("Read what Amara Osei wrote in a check a day later, and say whether it does it")
    bashir.reads("It does it when")
    for number, said in enumerate(("Not yet", "Does it", "Does it"), 1):
        bashir.choose(f"Does answer {number} do it?", said)
    bashir.tick("I am not the line manager of Amara Osei")
    bashir.press("Sign this judgement")
    bashir.reads("Write a sentence that says what is not there yet.")
    bashir.write("If not yet, what is missing in answer 1", WHY)
    bashir.press("Sign this judgement")
    bashir.reads("It is judged.")
    assert bashir.heading() == "Nothing waits to be judged"
