"""A word is looked up by keyboard alone: found in lessons, glossary and one's own notes, and read in its place."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from flask import Flask

from lms.core.unit import Database
from lms.journal import service as journal
from tests.accounts import give_password
from tests.journeys.test_practice import BOTH_WAYS
from tests.journeys.walker import Walker
from tests.make import World, actor

pytestmark = pytest.mark.journey


@BOTH_WAYS
def test_a_word_is_looked_up_by_keyboard(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool
) -> None:
    with store.transaction() as db:
        journal.save(db, actor(db, world.trainee), uuid.uuid4(), 0, "Eleven seconds of silence. I counted the tiles.")
    amara = walk("amara", 390 if script else 1280, script=script)
    amara.sign_in(give_password(app, store, world.trainee))
    amara.open("/learn")
    amara.page.get_by_label("Find in lessons, your notes and the glossary").focus()
    amara.page.keyboard.type("silence")
    amara.page.keyboard.press("Enter")
    amara.page.wait_for_url("**/search?q=silence")
    amara.look()
    amara.reads("Your notes, 1")
    assert amara.page.locator("mark", has_text="silence").count() > 5

    amara.open("/glossary#silence")
    amara.reads("Time in which nobody speaks and people work.")
    amara.press("Why silence works")
    assert amara.heading() == "Why silence works"

    amara.open('/search?q="unclosed NEAR(')
    amara.reads("Try a shorter word")
    amara.open("/search?q=")
    amara.reads("Type a word or two")
