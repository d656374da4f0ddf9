"""Practice from before: shown first, brought in once, never signed, and nobody else's to change."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.core.errors import Invalid, NotFound
from lms.core.unit import Database
from lms.handover import service as handover
from lms.practice import earlier
from lms.practice.earlier_reading import Earlier
from lms.practice.models import EarlierSession
from tests.integration.test_at_once import MANY, at_once
from tests.make import World, actor

Post = Callable[..., TestResponse]
LOG = "Client,Date,Hours,Number in group\nWanda Newer,2024-04-30,1.5,6\nOtto,2024-05-14,1,1\nTotal,,2.5,\n"


def row(**changes: Any) -> Earlier:
    given = {"held_on": date(2024, 4, 30), "until": None, "minutes": 90, "kind": "group", "role": "led", "people": 6}
    return Earlier(**(given | changes))


def rows(*values: Earlier) -> dict[str, Earlier]:
    return {each.digest(1): each for each in values}


def kept(store: Database) -> int:
    with store.readers() as db:
        return db.scalar(select(func.count()).select_from(EarlierSession)) or 0


def upload(post: Post, browser: FlaskClient, data: bytes = LOG.encode(), name: str = "logs/my log.csv") -> TestResponse:
    return post(browser, "/practice/earlier", file=(io.BytesIO(data), name))


def carried(page: TestResponse) -> dict[str, str]:
    return {name: unescape(re.search(f'name="{name}" value="([^"]*)"', page.text)[1]) for name in ("name", "rows")}  # type: ignore[index]


def test_bringing_in_twice_is_bringing_in_once(store: Database, world: World) -> None:
    with store.transaction() as db:
        assert earlier.bring_in(db, actor(db, world.trainee), rows(row(), row(minutes=60)), "log.csv") == 2
    with store.transaction() as db:
        assert earlier.bring_in(db, actor(db, world.trainee), rows(row(), row(minutes=45)), "again.csv") == 1
        assert earlier.sum_of(db, world.trainee) == earlier.Sum(3, 195)
    with store.transaction() as db:  # the same log of somebody else is theirs
        assert earlier.bring_in(db, actor(db, world.other_trainee), rows(row()), "log.csv") == 1


def test_one_log_brought_in_many_times_at_once_is_there_once(store: Database, world: World) -> None:
    log = rows(row(), row(minutes=60))
    answers = at_once(store, lambda db: earlier.bring_in(db, actor(db, world.trainee), log, "log.csv"))
    assert [type(each) for each in answers] == [int] * MANY
    assert (sum(answers), kept(store)) == (2, 2)


def test_somebody_else_s_row_is_not_there(store: Database, world: World) -> None:
    with store.transaction() as db:
        earlier.bring_in(db, actor(db, world.trainee), rows(row()), "log.csv")
        found = db.scalars(select(EarlierSession.id)).one()
    for who in (world.other_trainee, world.trainer, world.administrator):
        with pytest.raises(NotFound), store.transaction() as db:
            earlier.remove(db, actor(db, who), found)
    with store.transaction() as db:
        earlier.remove(db, actor(db, world.trainee), found)
    assert not kept(store)


def test_there_is_an_end_to_what_somebody_can_bring_in(
    store: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(earlier, "MOST_KEPT", 1)
    with pytest.raises(Invalid), store.transaction() as db:
        earlier.bring_in(db, actor(db, world.trainee), rows(row(), row(minutes=60)), "log.csv")
    assert not kept(store)


def test_a_file_is_shown_first_and_kept_by_the_second_step(
    store: Database, world: World, sign_in: Callable[..., FlaskClient], post: Post
) -> None:
    amara = sign_in(world.trainee)
    page = upload(post, amara)
    assert page.status_code == 200
    for words in (
        "Two rows can be brought in",
        "One refused",
        "Line 4",
        "No date.",
        "2 as they are",
        "1 hour 30 minutes.",
    ):
        assert words in page.text
    assert "Wanda" not in page.text
    assert not kept(store)
    form = carried(page)
    assert form["name"] == "my log.csv"
    assert post(amara, "/practice/earlier/bring-in", **form).location == "/practice/earlier"
    assert kept(store) == 2
    shown = amara.get("/practice/earlier").text
    assert "2 hours 30 minutes of earlier practice" in shown
    assert "Two rows brought in." in shown
    post(amara, "/practice/earlier/bring-in", **form)
    assert "All of these rows were here already." in amara.get("/practice/earlier").text
    assert "All of this is here already" in upload(post, amara).text
    assert kept(store) == 2


def test_it_is_said_on_the_page_of_readiness_and_counts_nowhere(
    store: Database, world: World, sign_in: Callable[..., FlaskClient]
) -> None:
    def judged() -> object:
        with store.readers() as db:
            return handover.readiness_of(db, actor(db, world.trainer), world.trainee, handover.today()).readiness

    ruth, amara, before = sign_in(world.trainer), sign_in(world.trainee), judged()
    assert "Earlier practice" not in ruth.get(f"/readiness/{world.trainee}").text
    assert 'href="/practice/earlier"' in amara.get("/practice").text
    with store.transaction() as db:
        earlier.bring_in(db, actor(db, world.trainee), rows(row(minutes=600)), "log.csv")
    said = "Earlier practice: 10 hours, brought in by Amara, not signed here."
    assert said in ruth.get(f"/readiness/{world.trainee}").text
    assert judged() == before


def test_a_file_that_is_no_log_comes_back_with_a_sentence(
    world: World, sign_in: Callable[..., FlaskClient], post: Post
) -> None:
    amara = sign_in(world.trainee)
    for data, name, words in (
        (b"\x89PNG\x00", "photo.png", "We cannot read this file as a table"),
        (b"x" * 1_000_001, "long.csv", "larger than 1 MB"),
        (b"", "", "Choose a file first."),
        (b"Dear Ruth", "letter.csv", "no row of headings"),
    ):
        page = upload(post, amara, data, name)
        assert page.status_code == 422, name
        assert words in page.text
    assert post(amara, "/practice/earlier").status_code == 422


def test_what_was_changed_on_the_way_is_read_by_the_same_rules(
    store: Database, world: World, sign_in: Callable[..., FlaskClient], post: Post
) -> None:
    amara = sign_in(world.trainee)
    page = post(amara, "/practice/earlier/bring-in", name="x.csv", rows="Date,Minutes\n2999-01-01,90\n2024-01-01,5\n")
    assert page.status_code == 422
    assert "1 January 2999 is still to come." in page.text
    assert not kept(store)


def test_a_row_is_removed_by_its_person(
    store: Database, world: World, sign_in: Callable[..., FlaskClient], post: Post
) -> None:
    with store.transaction() as db:
        earlier.bring_in(db, actor(db, world.trainee), rows(row()), "log.csv")
        found = db.scalars(select(EarlierSession.id)).one()
    address = f"/practice/earlier/{found}/remove"
    assert post(sign_in(world.other_trainee), address).status_code == 404
    assert post(sign_in(world.trainee), f"/practice/earlier/{uuid.uuid4()}/remove").status_code == 404
    assert post(sign_in(world.trainee), address).status_code == 303
    assert not kept(store)


def test_the_empty_sheet_is_read_back(world: World, sign_in: Callable[..., FlaskClient], post: Post) -> None:
    amara = sign_in(world.trainee)
    sheet = amara.get("/practice/earlier/template.csv")
    assert sheet.headers["Content-Disposition"] == 'attachment; filename="earlier-practice.csv"'
    assert "no rows below" in upload(post, amara, sheet.data, "earlier-practice.csv").text
    assert "One row can be brought in" in upload(post, amara, sheet.data + b"1,2024-04-30,,90,group,led,6\n").text
