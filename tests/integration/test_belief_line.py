"""What somebody does alone about values: the belief line, then and now, and the table of values."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from assessments.beliefs import current_beliefs
from assessments.value_rows import CELLS, current_rows
from lms.core.errors import Conflict
from lms.core.unit import Database
from lms.learning import service as learning
from lms.values import alone
from lms.values.rules import ELSEWHERE
from lms.values.written_models import BeliefLine, ValueTable
from tests.integration.test_at_once import at_once, count
from tests.make import World, actor

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
LINE, TABLE = "/values/beliefs", "/values/table"
SILENCE = "silence-unkind"
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def places(**instead: str) -> dict[str, str]:
    return {each.id: "2" for each in current_beliefs().statements} | instead


def rows(*values: str, **instead: str) -> dict[str, str]:
    """The whole rows of these values."""
    texts = {"behaviour": "Asks, then waits.", "counted": "How often in a round.", "breach": "Takes the pen."}
    return {f"{cell}-{each}": texts[cell] for each in values for cell in CELLS} | instead


ALL = [each.id for each in current_rows().values]


def test_then_and_now_stand_side_by_side_after_a_week(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    first, second = {SILENCE: "5", f"why-{SILENCE}": "I was always helped."}, {f"why-{SILENCE}": "He was working."}
    with time_machine.travel(NOON, tick=False):
        amara = sign_in(world.trainee)
        assert post(amara, LINE, version="0", **places(**first)).status_code == 303
        page = amara.get(LINE).text
        assert "You can stand on it again from 8 March" in page
        assert "What would have to be true?" in page
        assert "Keep where I stand" not in page
    with time_machine.travel(NOON + timedelta(days=6, hours=23), tick=False):
        amara = sign_in(world.trainee)
        early = post(amara, LINE, version="1", **places())
        assert (early.status_code, alone.TOO_SOON in early.text) == (409, True)
    with time_machine.travel(NOON + timedelta(days=7), tick=False):
        amara = sign_in(world.trainee)
        assert "Keep where I stand" in amara.get(LINE).text
        assert post(amara, LINE, version="1", **places(**{SILENCE: "1"}, **second)).status_code == 303
        page = amara.get(LINE).text
    for said in ("I was always helped.", "He was working.", "You stand elsewhere on one of the ten", "Entirely"):
        assert said in page
    with store.readers() as db:
        row = db.scalars(select(BeliefLine)).one()
        assert (row.stood["places"][SILENCE], row.moved["places"][SILENCE]) == (5, 1)


def test_the_lesson_on_living_them_opens_the_line_sooner(store: Database, world: World) -> None:
    with time_machine.travel(NOON, tick=False), store.transaction() as db:
        alone.stand(db, actor(db, world.trainee), 0, {"silence-unkind": 5}, {})
    with time_machine.travel(NOON + timedelta(days=2), tick=False), store.transaction() as db:
        who = actor(db, world.trainee)
        assert not alone.look(db, who).open
        learning.finish_lesson(db, who, "M05-L6", "a" * 64)
        assert alone.look(db, who).open
        assert alone.stand(db, who, 1, {"silence-unkind": 5}, {}).version == 2
        assert alone.look(db, who).moved == []


def test_a_sentence_without_a_place_is_named_and_nothing_is_lost(
    world: World, store: Database, sign_in: Browser, post: Post
) -> None:
    amara, given = sign_in(world.trainee), places(**{f"why-{SILENCE}": "لأن الصمت عمل 🪑"})
    del given["experts-first"]
    wrong = post(amara, LINE, version="0", **given)
    assert wrong.status_code == 422
    assert "Choose a place for “Experts should speak first.”" in wrong.text
    assert "لأن الصمت عمل 🪑" in wrong.text
    long = post(amara, LINE, version="0", **places(**{f"why-{SILENCE}": "x" * 301}))
    assert "This is 301 characters long. Shorten it to 300 or fewer." in long.text
    sixth = post(amara, LINE, version="0", **places(**{SILENCE: "6"}))
    assert sixth.status_code == 422
    assert count(store, BeliefLine) == 0


def test_nobody_else_sees_a_line_or_a_table(store: Database, world: World, sign_in: Browser, post: Post) -> None:
    amara = sign_in(world.trainee)
    post(amara, LINE, version="0", **places(**{f"why-{SILENCE}": "Because of my father."}))
    post(amara, TABLE, version="0", **rows("holder-owns", **{"breach-holder-owns": "Rings my father."}))
    for who in (world.other_trainee, world.trainer, world.manager, world.administrator):
        browser = sign_in(who)
        for path in (LINE, TABLE, "/values/judging", "/record"):
            assert "my father" not in browser.get(path).text
    assert "my father" not in amara.get("/record", follow_redirects=True).text


def test_a_page_from_before_keeps_nothing_and_the_same_form_twice_is_once(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    amara = sign_in(world.trainee)
    for _ in range(2):
        assert post(amara, LINE, version="0", **places()).status_code == 303
    old = post(amara, LINE, version="0", **places(**{SILENCE: "4"}))
    assert (old.status_code, alone.STALE in old.text) == (409, True)

    def stand(db: Session) -> None:
        alone.stand(db, actor(db, world.other_trainee), 0, {SILENCE: 3}, {})

    assert at_once(store, stand, many=4) == [None] * 4
    assert count(store, BeliefLine) == 2


def test_the_sheet_for_a_group_has_all_ten_sentences(world: World, sign_in: Browser) -> None:
    page = sign_in(world.trainer).get("/values/beliefs/sheet").text
    assert all(each.text in page for each in current_beliefs().statements)


def test_a_table_is_complete_with_six_whole_rows(store: Database, world: World, sign_in: Browser, post: Post) -> None:
    amara = sign_in(world.trainee)
    post(amara, TABLE, version="0", **rows(*ALL, **{"counted-both-ways": ""}))
    page = amara.get(TABLE).text
    assert "<b>5 of 6</b>" in page
    assert "How would you count it: how often, how long, how many of you? This is still empty." in page
    assert page.count("Our own row") - 1 == 5  # and the sentence below that tells of them
    with store.readers() as db:
        assert db.scalars(select(ValueTable)).one().complete_at is None
    assert post(amara, TABLE, version="1", **rows(*ALL)).status_code == 303
    assert "The table is complete, six of six." in amara.get(TABLE).text
    with store.readers() as db:
        complete_at = db.scalars(select(ValueTable)).one().complete_at
        assert complete_at is not None
    post(amara, TABLE, version="2", **rows("both-ways"))
    with store.readers() as db:
        assert db.scalars(select(ValueTable)).one().complete_at == complete_at


def test_a_word_nobody_can_see_is_pointed_out_and_kept_all_the_same(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    amara = sign_in(world.trainee)
    inner = {"behaviour-holder-owns": "Everybody respects the holder."}
    assert post(amara, TABLE, version="0", **rows("holder-owns", **inner)).status_code == 303
    page = amara.get(TABLE).text
    assert "Nobody can see “respects” from outside." in page
    assert "<b>1 of 6</b>" in page


def test_a_table_is_kept_while_it_is_written_and_an_old_page_overwrites_nothing(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    amara, path = sign_in(world.trainee), f"{TABLE}/draft"
    assert post(amara, path, version="0", **{"breach-holder-owns": "On the phone."}).json == {"version": 1}
    assert post(amara, path, version="0", **{"breach-holder-owns": "On the phone."}).json == {"version": 1}
    assert post(amara, path, version="0", **{"breach-holder-owns": "On the laptop."}).status_code == 409
    old = post(amara, TABLE, version="0", **{"breach-holder-owns": "On the laptop."})
    assert old.status_code == 409
    for text in (ELSEWHERE, "On the phone.", "On the laptop."):
        assert text in old.text
    long = post(amara, TABLE, version="1", **{"breach-holder-owns": "x" * 401})
    assert (long.status_code, "This is 401 characters long." in long.text, "x" * 401 in long.text) == (422, True, True)
    assert post(amara, path, version="1", **{"breach-holder-owns": "x" * 401}).status_code == 422
    left = post(amara, TABLE, version="1", leave="yes", **{"breach-holder-owns": "Emoji 🪑 يكسر"})
    assert left.status_code == 303
    assert left.location.startswith("/learn/")
    assert "Emoji 🪑 يكسر" in amara.get(TABLE).text


def test_standing_on_a_line_that_is_not_there_is_refused(store: Database, world: World) -> None:
    with store.transaction() as db, pytest.raises(Conflict):
        alone.stand(db, actor(db, world.trainee), 3, {SILENCE: 1}, {})
