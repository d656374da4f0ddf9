"""Questions counted from notes: proposed by the coach, decided by the facilitator, and only four numbers remain."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.core.unit import Database
from lms.practice.models import Draft
from lms.practice.notes import lines_of, proposal
from tests.integration.test_drafts import typed
from tests.make import World, make_group

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
NOTES = "1. What happens on the nights when the heron log gets used?\n- Have you tried talking to them?\n\nIt rained."


@pytest.fixture
def begun(store: Database, world: World, sign_in: Browser, post: Post) -> tuple[FlaskClient, str]:
    """Amara's browser, and the address that “Count from my notes” in her write-up leads to."""
    with store.transaction() as db:
        group = make_group(db, world)
    browser = sign_in(world.trainee)
    return browser, post(browser, "/practice/new", **typed(group), count="yes").location


def body(store: Database) -> dict[str, str]:
    with store.readers() as db:
        return dict(db.scalars(select(Draft)).one().body)


def chosen(page: str) -> list[str]:
    return re.findall(r'<option value="(\w*)" selected>', page)


def test_the_coach_proposes_and_the_numbers_replace_the_tally(
    store: Database, begun: tuple[FlaskClient, str], post: Post
) -> None:
    browser, here = begun
    page = post(browser, here, notes=NOTES, do="look")
    assert page.status_code == 200
    assert chosen(page.text) == ["open", "advice", "none"]
    labels = {"question-1": "open", "question-2": "closed", "question-3": "none"}
    answer = post(browser, here, notes=NOTES, do="use", **labels)
    assert answer.status_code == 303
    assert answer.location.endswith("#questions")
    kept = body(store)
    assert [kept[kind] for kind in ("open", "closed", "leading", "advice")] == ["1", "1", "0", "0"]
    assert kept["keep"] == "I waited. It felt very long."
    assert "Two questions counted" in browser.get(answer.location).text


def test_the_notes_are_kept_nowhere(store: Database, begun: tuple[FlaskClient, str], post: Post) -> None:
    browser, here = begun
    post(browser, here, notes=NOTES, do="look")
    answer = post(browser, here, notes=NOTES, do="use", **{f"question-{at}": "open" for at in (1, 2, 3)})
    assert "heron" not in json.dumps(body(store)) + answer.location + str(answer.headers)


@pytest.mark.parametrize(
    ("notes", "sentence"),
    [
        ("", "Paste the questions you noted"),
        ("x" * 501, "Line 1 is too long"),
        ("What next?\n" * 121, "at most 120"),
    ],
)
def test_notes_that_cannot_be_counted_come_back_with_a_sentence(
    begun: tuple[FlaskClient, str], post: Post, notes: str, sentence: str
) -> None:
    browser, here = begun
    page = post(browser, here, notes=notes, do="look")
    assert page.status_code == 422
    assert sentence in page.text
    assert notes.strip() in page.text


def test_a_question_without_a_label_is_asked_for_and_the_others_keep_theirs(
    store: Database, begun: tuple[FlaskClient, str], post: Post
) -> None:
    browser, here = begun
    page = post(browser, here, notes=NOTES, do="use", **{"question-1": "leading", "question-2": ""})
    assert page.status_code == 422
    assert "Say what question 2 was" in page.text
    assert chosen(page.text)[0] == "leading"
    assert body(store)["open"] == "14"


def test_somebody_elses_draft_is_not_there(begun: tuple[FlaskClient, str], world: World, sign_in: Browser) -> None:
    other = sign_in(world.other_trainee)
    assert other.get(begun[1]).status_code == 404


def test_where_the_coach_cannot_tell_it_proposes_nothing() -> None:
    assert proposal("Who?") == ""


@given(st.text(max_size=300))
def test_any_notes_make_lines_without_ends_or_edges(notes: str) -> None:
    for line in lines_of(notes):
        assert line == line.strip()
        assert line
        assert "\n" not in line
