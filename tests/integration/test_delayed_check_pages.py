"""The check a day later on its pages: no feedback on the way, nothing typed lost, the key out of the judge’s sight."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from assessments import delayed
from lms.core import clock
from lms.core.unit import Database
from lms.delayed.models import DelayedAnswer, DelayedTry
from lms.learning.models import LessonDone
from tests import make_delayed as make
from tests.make import World
from tests.make_delayed import DAY

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
FORM = delayed.current_checks()["M04"].form("A")
WRITTEN = len(FORM.choices) + 1  # the number of the first task that is written


@pytest.fixture
def here(store: Database, world: World) -> str:
    """The address of Amara's open try."""
    with store.transaction() as db:
        return f"/checks/tries/{make.begin(db, world.trainee).id}"


def kept(store: Database) -> list[str]:
    with store.readers() as db:
        return list(db.scalars(select(DelayedAnswer.answer).order_by(DelayedAnswer.task_id)))


def test_before_it_opens_the_page_says_why_it_waits_and_until_when(
    world: World, sign_in: SignIn, store: Database
) -> None:
    browser = sign_in(world.trainee)
    page = browser.get("/checks/m04").text
    assert "Why a day later, and why nobody tells you on the way" in page
    assert "9 of 9 lessons are left to finish" in page.replace("Nine", "9")
    assert "Go on with “Form, function, fault”" in page
    assert "Begin</button>" not in page
    with store.transaction() as db:
        make.read_all(db, world.trainee)
        make.practise(db, world.trainee, ago=timedelta(hours=1))
    page = browser.get("/checks/m04").text
    assert re.search(r"It opens on \w+day \d+ \w+( \d{4})? at \d\d:\d\d\.", page)
    assert "If you practise this module again before then, it opens a day after that." in page
    assert "Begin</button>" not in page
    assert browser.get("/checks/m01").status_code == 404


def test_nothing_on_the_way_or_after_says_what_is_right(world: World, sign_in: SignIn, post: Post, here: str) -> None:
    browser = sign_in(world.trainee)
    for number, task in enumerate(FORM.choices, 1):
        wrong = next(option.key for option in task.options if not option.right)
        assert post(browser, f"{here}/{number}", version="0", answer=wrong, do="next").status_code == 303
    assert post(browser, f"{here}/send", finished="yes").status_code == 303
    seen = "".join(browser.get(path).text for path in (here, f"{here}/1", "/checks/m04", "/learn", "/"))
    seen += "".join(browser.get(f"{here}/{number}").text for number in range(1, 12))
    reasons = [option.why for task in FORM.choices for option in task.options]
    hidden = [*reasons, *(each for task in FORM.written for each in (*task.criteria, task.model))]
    assert not [each for each in hidden if each in seen.replace("&#39;", "'")]
    assert "Your answers are sent" in seen


def test_begin_answer_everything_and_send(world: World, sign_in: SignIn, post: Post, store: Database) -> None:
    with store.transaction() as db:
        make.read_all(db, world.trainee)
    browser = sign_in(world.trainee)
    assert "Begin the check a day later" in browser.get("/learn").text
    sent = post(browser, "/checks/m04", key="one")
    here = str(sent.location).removesuffix("/1")
    for number, task in enumerate(FORM.tasks, 1):
        answer = task.right_keys[0] if isinstance(task, delayed.ChoiceTask) else "What do you hear in that?"
        onwards = post(browser, f"{here}/{number}", version="0", answer=answer, do="next")
        assert onwards.location == (f"{here}/{number + 1}" if number < 11 else here)
    assert "11 of 11 answered" in browser.get(here).text
    assert "Tick that you have finished" in post(browser, f"{here}/send").text
    assert post(browser, f"{here}/send", finished="yes").status_code == 303
    assert post(browser, f"{here}/send", finished="yes").status_code == 303  # twice is once
    assert "Being read by a trainer" in browser.get("/learn").text


HARMLESS = {
    "emoji": "Was macht das mit dir? \U0001f469\u200d\U0001f33e",
    "right to left": "מה קורה ברגע שהטלפון מצלצל?",
    "another language": "Qu’est-ce qui se passe quand il sonne ?",
    "code": "<script>alert(1)</script>\nif x: {{ 7 * 7 }}",
    "as long as may be": "?" * delayed.LONGEST_ANSWER,
}


@pytest.mark.parametrize("typed", HARMLESS.values(), ids=HARMLESS)
def test_whatever_is_written_is_kept_and_read_as_it_was_typed(
    world: World, sign_in: SignIn, post: Post, store: Database, here: str, typed: str
) -> None:
    browser = sign_in(world.trainee)
    assert post(browser, f"{here}/{WRITTEN}", version="0", answer=typed, do="list").status_code == 303
    assert kept(store) == [typed]
    page = browser.get(f"{here}/{WRITTEN}").text
    assert "<script>alert" not in page
    assert "Your answer is saved" in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Write an answer before you save."),
        (" \n ", "Write an answer before you save."),
        ("a" * 4_001, "This is 4,001 characters long. Shorten it to 4,000 or fewer."),
        ("?" * 10_000, "This is 10,000 characters long. Shorten it to 4,000 or fewer."),
    ],
    ids=["nothing", "blanks", "4,001 characters", "10,000 question marks"],
)
def test_what_cannot_be_an_answer_comes_back_with_a_sentence(
    world: World, sign_in: SignIn, post: Post, store: Database, here: str, typed: str, sentence: str
) -> None:
    browser = sign_in(world.trainee)
    said = post(browser, f"{here}/{WRITTEN}", version="0", answer=typed, do="next")
    assert said.status_code == 422
    assert sentence in said.text
    assert typed.strip() in said.text
    draft = post(browser, f"{here}/{WRITTEN}/draft", version="0", answer=typed)
    assert (draft.status_code, sentence in str(draft.json)) == (422, True)
    assert kept(store) == []


@pytest.mark.parametrize("typed", ["", "z", "b or c"])
def test_a_choice_is_one_of_those_on_the_page(
    world: World, sign_in: SignIn, post: Post, store: Database, here: str, typed: str
) -> None:
    said = post(sign_in(world.trainee), f"{here}/1", version="0", answer=typed, do="next")
    assert said.status_code == 422
    assert ("Choose one of the answers on the page." if typed else "Choose one answer before you save.") in said.text
    assert kept(store) == []


def test_an_older_page_shows_both_answers_and_saving_again_decides(
    world: World, sign_in: SignIn, post: Post, store: Database, here: str
) -> None:
    browser, there = sign_in(world.trainee), f"{here}/{WRITTEN}"
    assert post(browser, f"{there}/draft", version="0", answer="First").json == {"version": 1}
    assert post(browser, f"{there}/draft", version="0", answer="First").json == {"version": 1}
    assert post(browser, f"{there}/draft", version="0", answer="Second").status_code == 409
    stale = post(browser, there, version="0", answer="Second", do="next")
    assert stale.status_code == 409
    assert "You answered this in another browser." in stale.text
    assert all(each in stale.text for each in ("First", "Second"))
    assert post(browser, there, version="1", answer="Second", do="next").status_code == 303
    assert kept(store) == ["Second"]


def test_somebody_elses_try_is_not_there(world: World, sign_in: SignIn, post: Post, store: Database, here: str) -> None:
    for who in (world.other_trainee, world.trainer, world.manager):
        browser = sign_in(who)
        answers = [browser.get(here), browser.get(f"{here}/1"), post(browser, f"{here}/1", version="0", answer="a")]
        answers += [
            post(browser, f"{here}/1/draft", version="0", answer="a"),
            post(browser, f"{here}/send", finished="y"),
        ]
        assert [each.status_code for each in answers] == [404] * 5
    assert kept(store) == []


def test_once_sent_or_over_an_answer_comes_back_with_its_sentence(
    world: World, sign_in: SignIn, post: Post, store: Database, here: str
) -> None:
    browser = sign_in(world.trainee)
    with store.transaction() as db:
        db.execute(update(DelayedTry).values(started_at=clock.now() - 8 * DAY))
        db.execute(update(LessonDone).values(done_at=clock.now() - 20 * DAY))
    late = post(browser, f"{here}/{WRITTEN}", version="0", answer="Too late", do="next")
    assert (late.status_code, "Too late" in late.text) == (409, True)
    assert (
        "You practised this module after you had begun" in late.text or "The time for this check is over" in late.text
    )
    with store.transaction() as db:
        db.execute(update(DelayedTry).values(started_at=clock.now() - DAY, sent_at=clock.now(), points=0))
    closed = post(browser, f"{here}/{WRITTEN}", version="0", answer="Too late", do="next")
    assert (closed.status_code, "You have sent this check." in closed.text) == (409, True)
    assert post(browser, f"{here}/{WRITTEN}/draft", version="0", answer="Too late").status_code == 409
    assert kept(store) == []


def test_two_at_once_begin_one_try_and_keep_one_answer(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    with store.transaction() as db:
        make.read_all(db, world.trainee)
    browsers = [sign_in(world.trainee) for _ in range(2)]
    _together(lambda n: post(browsers[n], "/checks/m04", key=f"key-{n}"))
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(DelayedTry)) == 1
        here = f"/checks/tries/{db.scalars(select(DelayedTry.id)).one()}/{WRITTEN}"
    found = _together(lambda n: post(browsers[n], here, version="0", answer=f"Answer {n}", do="next"))
    assert sorted(each.status_code for each in found) == [303, 409]
    assert len(kept(store)) == 1


def _together(do: Callable[[int], TestResponse]) -> list[TestResponse]:
    found: dict[int, TestResponse] = {}
    threads = [threading.Thread(target=lambda n=n: found.update({n: do(n)})) for n in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return [found[n] for n in range(2)]
