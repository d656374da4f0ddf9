"""Editions: published once and for good, and nobody's programme changes before they say so."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from courses import catalogue
from lms.core.errors import Conflict
from lms.core.unit import Database
from lms.editions import service, shelf
from lms.editions.models import Edition, EditionFile, EditionReader
from lms.learning import service as learning
from lms.learning.models import Enrolment
from tests.make import World, actor
from tests.make_editions import OPEN_AND_CLOSED, published, rewritten

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
Queries = Callable[[], AbstractContextManager[list[str]]]
LESSON = "/learn/open-questioning/open-and-closed"
TITLE = "Two doors, and who walks through"


def begun(store: Database, world: World) -> None:
    """Edition 1 is out, and the trainee has finished a lesson of it."""
    published(store)
    with store.transaction() as db:
        learning.finish_lesson(db, actor(db, world.trainee), "M04-L2", "0" * 64)


def retitled(store: Database, folder: Path) -> Edition:
    was = catalogue.current().lesson_by_id("M04-L2").title
    return published(store, rewritten(folder, OPEN_AND_CLOSED, (was, TITLE)), "A lesson has a plainer title.")


def test_the_same_content_is_not_published_twice(store: Database) -> None:
    first = published(store)
    assert first.number == 1
    with pytest.raises(Conflict, match="Nothing has changed since edition 1"):
        published(store)


def test_a_file_that_did_not_change_is_kept_once(store: Database, tmp_path: Path) -> None:
    files = len(set(published(store).files.values()))
    retitled(store, tmp_path)
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(EditionFile)) == files + 1


@pytest.mark.parametrize("table", ["edition", "edition_file"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_what_was_published_stays(store: Database, table: str, change: str) -> None:
    published(store)
    column = {"edition": "new", "edition_file": "body"}[table]
    with pytest.raises(DBAPIError, match="never changed"), store.transaction() as db:
        db.execute(text(change.format(table, column, column)))


def test_without_an_edition_everybody_reads_what_is_on_disk(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.trainee)
    assert browser.get(LESSON).status_code == 200
    assert "Nothing newer waits" in browser.get("/learn/newer").text


def test_who_has_begun_reads_on_in_their_edition_and_who_has_not_reads_the_newest(
    store: Database, world: World, sign_in: SignIn, tmp_path: Path
) -> None:
    begun(store, world)
    retitled(store, tmp_path)
    was = catalogue.current().lesson_by_id("M04-L2").title
    mine, new = sign_in(world.trainee).get(LESSON).text, sign_in(world.trainer).get(LESSON).text
    assert was in mine
    assert TITLE not in mine
    assert TITLE in new


def test_a_newer_edition_is_a_line_a_page_and_a_choice(
    store: Database, world: World, sign_in: SignIn, post: Post, tmp_path: Path
) -> None:
    begun(store, world)
    browser = sign_in(world.trainee)
    assert "Edition 2" not in browser.get("/learn").text
    retitled(store, tmp_path)
    assert "Edition 2 of the programme is there" in browser.get("/learn").text
    page = browser.get("/learn/newer").text
    assert "1 lesson is not as before" in page
    assert "New title" in page
    assert "You finished it, and that stays." in page
    assert "A lesson has a plainer title." in page
    for _ in range(2):
        assert post(browser, "/learn/newer", edition="2").status_code == 303
    assert TITLE in browser.get(LESSON).text
    assert "is there" not in browser.get("/learn").text
    with store.readers() as db:
        mine = select(EditionReader.number).where(EditionReader.person_id == world.trainee)
        assert sorted(db.scalars(mine)) == [1, 2]


def test_a_page_on_which_yet_another_edition_is_missing_is_refused_and_shows_it(
    store: Database, world: World, sign_in: SignIn, post: Post, tmp_path: Path
) -> None:
    begun(store, world)
    retitled(store, tmp_path)
    published(
        store, rewritten(tmp_path, OPEN_AND_CLOSED, ("What people get wrong", "What goes astray")), "A third door."
    )
    answer = post(sign_in(world.trainee), "/learn/newer", edition="2")
    assert answer.status_code == 409
    assert "Another edition was published while your page was open" in answer.text
    assert "A third door." in answer.text
    assert "A lesson has a plainer title." in answer.text


@pytest.mark.parametrize("typed", ["", "x", "0", "99", "²", "9" * 40])
def test_a_number_that_is_no_edition_is_a_sentence(
    store: Database, world: World, sign_in: SignIn, post: Post, tmp_path: Path, typed: str
) -> None:
    begun(store, world)
    retitled(store, tmp_path)
    assert post(sign_in(world.trainee), "/learn/newer", edition=typed).status_code == 409


def test_a_lesson_that_moved_is_found_by_either_address(
    store: Database, world: World, sign_in: SignIn, tmp_path: Path
) -> None:
    begun(store, world)
    folder = rewritten(tmp_path, OPEN_AND_CLOSED)
    (folder / OPEN_AND_CLOSED).rename(folder / "04-open-questioning/02-two-doors.md")
    published(store, folder, "A lesson stands under another name.")
    old, new = sign_in(world.trainee), sign_in(world.trainer)
    assert old.get(LESSON).status_code == 200
    assert new.get(LESSON).location == "/learn/open-questioning/two-doors"
    assert new.get("/learn/open-questioning/two-doors").status_code == 200
    assert old.get("/learn/open-questioning/two-doors").location == LESSON
    assert old.get("/learn/M04-L2").location == LESSON
    assert new.get("/learn/open-questioning/never-written").status_code == 404


def test_an_exercise_of_an_older_edition_leads_where_it_stands_today_or_says_that_it_is_gone(
    store: Database, world: World, sign_in: SignIn, tmp_path: Path
) -> None:
    activity = catalogue.current().lesson_by_id("M04-L2").activities[0]
    old = rewritten(tmp_path, OPEN_AND_CLOSED, (f"id: {activity.id}", "id: M04-L2-long-gone"))
    (old / OPEN_AND_CLOSED).rename(old / "04-open-questioning/02-two-doors.md")
    published(store, old, "The first edition.")
    browser = sign_in(world.trainee)
    assert browser.get("/learn/open-questioning/two-doors").status_code == 200
    answer = browser.get("/learn/open-questioning/two-doors/long-gone", follow_redirects=True)
    assert "is not part of the programme any more" in answer.text
    others = [each for each in catalogue.current().lesson_by_id("M04-L2").activities if each.id != activity.id]
    for each in others:
        answer = browser.get(f"/learn/open-questioning/two-doors/{each.slug}")
        assert answer.location == f"{LESSON}/{each.slug}"
    assert browser.get("/learn/open-questioning/two-doors/never-there").status_code == 404


def test_a_lesson_of_an_older_edition_asks_the_database_no_more_often(
    store: Database, world: World, sign_in: SignIn, queries: Queries, tmp_path: Path
) -> None:
    begun(store, world)
    published(store, rewritten(tmp_path, OPEN_AND_CLOSED, ("What people get wrong", "What goes astray")), "One word.")
    browser = sign_in(world.trainee)
    browser.get(LESSON)
    with queries() as asked:
        browser.get(LESSON)
    assert len(asked) == 3, asked


def test_an_edition_is_laid_out_by_whoever_comes_first(
    store: Database, world: World, sign_in: SignIn, tmp_path: Path
) -> None:
    edition = published(
        store, rewritten(tmp_path, OPEN_AND_CLOSED, ("What people get wrong", "What goes astray")), "One word."
    )
    with sign_in(world.trainee).application.app_context(), store.readers() as db:
        folder = shelf.folder_of(db, edition.content_hash)
        assert shelf.folder_of(db, edition.content_hash) == folder
        assert catalogue.load(folder).content_hash == edition.content_hash
    assert [each.name for each in folder.parent.iterdir()] == [edition.content_hash]


def test_beginning_again_keeps_the_edition_one_began_with(store: Database, world: World, tmp_path: Path) -> None:
    begun(store, world)
    retitled(store, tmp_path)
    with store.transaction() as db:
        service.begin(db, world.trainee)
        assert learning.progress(db, actor(db, world.trainee)).edition == 1


def test_what_joins_or_leaves_is_told_of_ones_own_way(
    store: Database, world: World, sign_in: SignIn, tmp_path: Path
) -> None:
    with store.transaction() as db:
        db.execute(update(Enrolment).where(Enrolment.person_id == world.trainee).values(standard_version=6))
    begun(store, world)
    folder = rewritten(tmp_path)
    way = folder / "programmes" / "certified.yaml"
    way.write_text(way.read_text("utf-8").replace("  - M14-L4\n", ""), "utf-8")
    published(store, folder, "One lesson is not asked for any more.")
    page = sign_in(world.trainee).get("/learn/newer").text
    assert "No longer on your way" in page
    assert catalogue.current().lesson_by_id("M14-L4").title in page
