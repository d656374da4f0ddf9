"""A trainee reads on a phone why not yet, looks ahead, and does the next thing from the page itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect

from lms.core.unit import Database
from tests.accounts import give_password
from tests.journeys.test_practice import BOTH_WAYS
from tests.journeys.walker import Walker
from tests.make import World

pytestmark = pytest.mark.journey


@BOTH_WAYS
def test_from_why_not_yet_to_the_next_thing_done(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool
) -> None:
    address = give_password(app, store, world.trainee)
    amara = walk("amara", 390, script=script)
    amara.sign_in(address)
    amara.open("/readiness")
    amara.reads("Why not yet?")
    amara.reads("These are signs, not a score.")
    before = many_left(amara)
    step = amara.page.locator("section[aria-labelledby=next-step] h2").inner_text()
    assert step.startswith("Do “"), step
    lesson = step.removeprefix("Do “").split("”")[0]
    amara.page.get_by_label("I lead so many more").select_option("5")
    amara.press("Look ahead")
    amara.reads("Nothing is decided by it.")
    amara.follow(amara.page.locator("section[aria-labelledby=next-step] a.btn"))
    assert amara.heading() == lesson
    amara.press("Done with this lesson")
    amara.reads(f"“{lesson}” is done.")
    amara.open("/readiness")
    expect(amara.page.locator("section[aria-labelledby=next-step] h2")).not_to_contain_text(lesson)
    finish_all(amara)
    assert many_left(amara) < before


def many_left(amara: Walker) -> int:
    return amara.page.locator("section[aria-labelledby=left] .clauses > li").count()


def finish_all(amara: Walker) -> None:
    """As long as a lesson is the next thing, she does it."""
    for _ in range(20):
        title = amara.page.locator("section[aria-labelledby=next-step] h2").inner_text()
        if not title.startswith("Do “"):
            return
        amara.follow(amara.page.locator("section[aria-labelledby=next-step] a.btn"))
        amara.press("Done with this lesson")
        amara.open("/readiness")
    raise AssertionError("the next thing stayed a lesson")
