"""Judging what was written in a check a day later, on its page, and what the person reads of it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from assessments import delayed
from lms.core.unit import Database
from lms.delayed import answering
from lms.delayed.models import DelayedTry
from tests import make_delayed as make
from tests.accounts import later
from tests.make import World, actor

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
FORM = delayed.current_checks()["M04"].form("A")


@pytest.fixture
def judging(store: Database, world: World) -> str:
    """The address at which Amara's answers are judged; one choice of hers is wrong."""
    with store.transaction() as db:
        return f"/checks/judging/{make.send(db, world.trainee, wrong=1).id}"


def verdicts() -> dict[str, str]:
    """Everything does it, says somebody who has just proved who they are."""
    return {f"verdict-{task.id}": "met" for task in FORM.written} | {"free": "yes"}


def test_a_trainer_judges_by_criteria_and_sees_nothing_of_the_choices(
    world: World, sign_in: SignIn, post: Post, judging: str
) -> None:
    browser = sign_in(world.other_trainer)
    assert "Read what Amara Osei wrote in a check a day later" in browser.get("/").text
    assert "One check waits for a reader" in browser.get("/checks/judging").text
    page = browser.get(judging).text
    for task in FORM.written:
        assert all(each in page for each in (task.prompt, *task.criteria, task.model))
    assert not [task.id for task in FORM.choices if task.prompt in page]
    assert not re.search(r"\b7 of 8\b|points|right by", page)
    assert post(browser, judging, **verdicts()).status_code == 303
    assert "Nothing waits to be judged" in browser.get("/checks/judging").text


def test_a_judge_who_signed_in_a_while_ago_proves_again_who_they_are(
    world: World, sign_in: SignIn, post: Post, judging: str
) -> None:
    browser = sign_in(world.other_trainer)
    with later(minutes=6):
        unsigned = post(browser, judging, **verdicts())
    assert (unsigned.status_code, "Type your own password to sign." in unsigned.text) == (422, True)


def test_not_yet_needs_its_sentence_and_nothing_is_lost(
    world: World, sign_in: SignIn, post: Post, judging: str
) -> None:
    browser, task = sign_in(world.other_trainer), FORM.written[0]
    said = verdicts() | {f"verdict-{task.id}": "not-yet"}
    del said["free"]
    answer = post(browser, judging, **said)
    assert answer.status_code == 422
    assert "Write a sentence that says what is not there yet." in answer.text
    assert "Tick this if it is so." in answer.text
    assert re.search(rf'name="verdict-{task.id}"\s+value="not-yet"[^>]*checked', answer.text)
    long = post(browser, judging, **said, **{f"why-{task.id}": "a" * 501})
    assert "This is 501 characters long." in long.text


def test_what_came_of_it_names_lessons_and_sentences_and_never_an_item(
    world: World, sign_in: SignIn, post: Post, judging: str, store: Database
) -> None:
    browser = sign_in(world.other_trainer)
    said = verdicts()
    for task, why in zip(FORM.written[:2], ("The remedy is still in it.", "Only one fault is named."), strict=True):
        said |= {f"verdict-{task.id}": "not-yet", f"why-{task.id}": why}
    assert post(browser, judging, **said).status_code == 303
    assert post(browser, judging, **said).status_code == 303  # twice is once
    late = post(sign_in(world.trainer), judging, **verdicts())
    assert (late.status_code, "Bashir Noor has judged this check." in late.text) == (409, True)
    page = sign_in(world.trainee).get(judging.replace("judging", "tries")).text
    assert "Not yet" in page
    assert all(each in page for each in ("The remedy is still in it.", "Only one fault is named."))
    assert "Advice with a question mark" in page
    assert re.search(r"The other questions open on \w+day", page)
    assert not [task.id for task in FORM.tasks if task.prompt in page]
    assert "under version 1 of this check" in page


def test_held_shows_on_the_programme_with_its_day_and_in_the_record(
    world: World, sign_in: SignIn, post: Post, judging: str
) -> None:
    assert post(sign_in(world.other_trainer), judging, **verdicts()).status_code == 303
    browser = sign_in(world.trainee)
    assert "Held a day later" in browser.get("/learn").text
    assert "It has held" in browser.get(judging.replace("judging", "tries")).text
    record = browser.get("/record").text
    assert all(
        each in record for each in ("Open questioning, a day later: it has held, judged under version 1", "Bashir Noor")
    )
    assert "This has held since" in browser.get("/checks/m04").text


def test_home_says_when_a_check_has_opened(world: World, sign_in: SignIn, store: Database) -> None:
    browser = sign_in(world.trainee)
    assert "your check a day later is open" not in browser.get("/").text
    with store.transaction() as db:
        make.read_all(db, world.trainee)
    assert "Show what stays of “Open questioning”: your check a day later is open" in browser.get("/").text


def test_readiness_knows_what_held(world: World, store: Database, judging: str) -> None:
    from lms.handover import service as handover

    with store.transaction() as db:
        row = db.get_one(DelayedTry, uuid.UUID(judging.rpartition("/")[2]))
        make.judge(db, world, row)
        learner = handover.find_learner(db, actor(db, world.trainee), world.trainee)
        assert learner is not None
        held = handover.standing_of(db, learner, handover.today()).facts.evidence.held
        [one] = [each for each in held if each.held_on]
        assert (one.id, one.module, one.title) == (str(row.id), "M04", "Open questioning")
        assert answering.form_of(row).id == "A"
