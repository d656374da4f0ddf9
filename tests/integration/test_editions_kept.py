"""What an edition promises in hard cases: those in training before it, earlier content again, old addresses, files that
somebody tampered with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from courses import catalogue
from lms.cli import main
from lms.core.settings import Settings
from lms.core.unit import Database
from lms.editions import service, shelf
from lms.learning import service as learning
from tests.make import World, actor
from tests.make_editions import OPEN_AND_CLOSED, published, rewritten

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
LESSON = "/learn/open-questioning/open-and-closed"
ADDED = """---
id: M04-L19
title: A question nobody has yet
minutes: 7
objective: Wait for a question that nobody in the circle has thought of.
---
Some questions need a second evening.
"""


def one_word(store: Database, folder: Path) -> None:
    published(store, rewritten(folder, OPEN_AND_CLOSED, ("What people get wrong", "What goes astray")), "One word.")


def with_another(store: Database, folder: Path) -> None:
    root = rewritten(folder)
    (root / "04-open-questioning" / "90-nobody-has-it-yet.md").write_text(ADDED, "utf-8")
    published(store, root, "A lesson more.")


def test_who_was_in_training_before_anything_was_published_stays_on_the_first_edition(
    store: Database, world: World, sign_in: SignIn, tmp_path: Path
) -> None:
    published(store)
    one_word(store, tmp_path)
    assert "goes astray" not in sign_in(world.trainee).get(LESSON).text
    assert "Edition 2 of the programme is there" in sign_in(world.trainee).get("/learn").text


def test_who_only_finished_lessons_before_stays_on_it_too(
    store: Database, world: World, sign_in: SignIn, post: Post, tmp_path: Path
) -> None:
    post(sign_in(world.trainer), f"{LESSON}/finish")
    published(store)
    one_word(store, tmp_path)
    assert "goes astray" not in sign_in(world.trainer).get(LESSON).text
    assert "goes astray" in sign_in(world.administrator).get(LESSON).text


def test_a_mistake_is_taken_back_by_publishing_what_stood_before(
    store: Database, world: World, sign_in: SignIn, post: Post, tmp_path: Path
) -> None:
    published(store)
    one_word(store, tmp_path)
    assert published(store, catalogue.CONTENT, "As it was before.").number == 3
    browser = sign_in(world.trainee)
    assert post(browser, "/learn/newer", edition="3").status_code == 303
    assert browser.get(LESSON).status_code == 200
    with store.readers() as db:
        assert shelf.folder_of(db, service.get_edition(db, 3).content_hash).is_dir()


@pytest.mark.parametrize("change", ["UPDATE edition_reader SET number = number", "DELETE FROM edition_reader"])
def test_who_read_what_since_when_is_never_changed(store: Database, world: World, change: str) -> None:
    published(store)
    with pytest.raises(DBAPIError, match="never changed"), store.transaction() as db:
        db.execute(text(change))


def test_an_address_of_long_ago_leads_to_the_lesson_in_every_process(
    store: Database, world: World, sign_in: SignIn, tmp_path: Path
) -> None:
    root = rewritten(tmp_path)
    (root / OPEN_AND_CLOSED).rename(root / "04-open-questioning/02-two-doors.md")
    published(store, root, "The first edition.")
    published(store, catalogue.CONTENT, "Another address.")
    shelf._kept.clear()  # another process, which has read no edition yet
    browser = sign_in(world.administrator)
    assert browser.get("/learn/open-questioning/two-doors").location == LESSON
    assert browser.get("/learn/open-questioning/never-written").status_code == 404


def test_a_lesson_that_came_later_is_not_found_and_the_page_says_where_it_is(
    store: Database, world: World, sign_in: SignIn, tmp_path: Path
) -> None:
    published(store)
    with_another(store, tmp_path)
    browser = sign_in(world.trainee)
    for address in ("/learn/M04-L19", "/learn/open-questioning/nobody-has-it-yet"):
        page = browser.get(address)
        assert page.status_code == 404
        assert "“A question nobody has yet” is not in your edition" in page.text
        assert "/learn/newer" in page.text
    assert sign_in(world.administrator).get("/learn/open-questioning/nobody-has-it-yet").status_code == 200


def test_a_lesson_that_went_is_not_found_and_the_page_says_that_it_counts(
    store: Database, world: World, sign_in: SignIn, post: Post, tmp_path: Path
) -> None:
    with_another(store, tmp_path)
    published(store, catalogue.CONTENT, "A lesson fewer.")
    browser = sign_in(world.trainee)
    post(browser, "/learn/open-questioning/nobody-has-it-yet/finish")
    post(browser, "/learn/newer", edition="2")
    for address in ("/learn/M04-L19", "/learn/open-questioning/nobody-has-it-yet"):
        page = browser.get(address)
        assert page.status_code == 404
        assert "was last taught in edition 1" in page.text
    with store.readers() as db:
        assert "M04-L19" in learning.progress(db, actor(db, world.trainee)).done


def test_files_of_an_edition_that_somebody_changed_on_disk_are_laid_out_anew(
    store: Database, world: World, tmp_path: Path
) -> None:
    one_word(store, tmp_path)
    with store.readers() as db:
        content_hash = service.get_edition(db, 1).content_hash
        file = shelf.folder_of(db, content_hash) / OPEN_AND_CLOSED
        whole = file.read_bytes()
        file.write_bytes(whole.replace(b"astray", b"elsewhere"))
        shelf._kept.clear()
        assert shelf.catalogue_of(db, content_hash).content_hash == content_hash
    assert file.read_bytes() == whole


def test_the_command_lists_editions_and_names_those_the_program_cannot_read(
    store: Database, settings: Settings, world: World, tmp_path: Path
) -> None:
    published(store)
    given = {
        "LMS_DATABASE_URL": settings.database_url,
        "LMS_DATA_DIR": str(tmp_path),
        "LMS_SECRET_KEY": settings.secret_key,
    }
    listed = CliRunner().invoke(main, ["content", "editions"], env=given)
    assert listed.exit_code == 0
    assert "The first edition." in listed.output
    with store.transaction() as db:  # as if a later version of the program read less than this one
        root = rewritten(tmp_path, OPEN_AND_CLOSED, ("minutes:", "hours:"))
        service.publish(db, root, "Hours instead of minutes.")
    listed = CliRunner().invoke(main, ["content", "editions"], env=given)
    assert listed.exit_code == 1
    assert "hours" in listed.output
