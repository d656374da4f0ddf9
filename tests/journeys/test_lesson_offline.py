"""A lesson on the way home: the network goes in the middle of a sentence, and every word is on another device."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from lms.core.unit import Database
from tests.accounts import give_password
from tests.journeys.walker import Walker
from tests.make import World

pytestmark = pytest.mark.journey
LESSON = "/learn/open-questioning/open-and-closed"
BEFORE = "The words lay out a yes and a no."
AFTER = " And still, hardly anybody hears it that way."


def write(page: Page, text: str) -> None:
    page.locator("#note-say-text").press_sequentially(text, delay=1)


def test_every_word_and_the_place_are_there_on_another_device(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World
) -> None:
    email = give_password(app, store, world.trainee)
    phone, tablet = walk("phone", 390), walk("tablet", 1280)
    phone.sign_in(email)
    phone.open("/learn")
    phone.follow(phone.page.get_by_role("link", name="Open and closed, and can’t tell").first)
    phone.page.wait_for_function("navigator.serviceWorker.controller !== null")
    expect_kept(phone.page)
    with phone.page.expect_response(re.compile("/place$")):
        phone.page.get_by_role("heading", name="Say it in your own words").scroll_into_view_if_needed()
        phone.page.mouse.wheel(0, 300)
    with phone.page.expect_response(re.compile("/draft$")):
        write(phone.page, BEFORE)

    phone.page.context.set_offline(True)
    write(phone.page, AFTER)
    says(phone.page, "Kept on this device. We send it when you are back online")
    phone.page.goto(LESSON)
    phone.look()
    phone.reads(re.compile("You are offline. This is your copy of "))
    expect(phone.page.locator("#note-say-text")).to_have_value(BEFORE + AFTER)
    phone.page.goto("/learn/values/status-and-power")
    phone.look()
    assert phone.heading() == "You are offline, and this page is not on your device"
    phone.follow(phone.page.get_by_role("link", name="Open and closed, and can’t tell"))
    expect(phone.page.locator("#note-say-text")).to_have_value(BEFORE + AFTER)

    with phone.page.expect_response(lambda answer: answer.url.endswith("/draft") and answer.ok):
        phone.page.context.set_offline(False)
    says(phone.page, "Saved ")

    tablet.sign_in(email)
    tablet.open("/learn")
    tablet.reads("You had read as far as “Say it in your own words”.")
    tablet.press("Go on")
    expect(tablet.page.locator("#note-say-text")).to_have_value(BEFORE + AFTER)
    expect(tablet.page.get_by_role("heading", name="Say it in your own words")).to_be_in_viewport()


def test_what_was_written_goes_off_from_another_page_and_a_copy_is_for_its_reader_alone(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World
) -> None:
    amara, ruth = give_password(app, store, world.trainee), give_password(app, store, world.trainer)
    shared = walk("shared", 390)
    shared.sign_in(amara)
    shared.open(LESSON)
    shared.page.wait_for_function("navigator.serviceWorker.controller !== null")
    expect_kept(shared.page)
    shared.page.context.set_offline(True)
    write(shared.page, BEFORE)
    says(shared.page, "Kept on this device. We send it when you are back online")
    shared.page.context.clear_cookies()  # her sign-in is over, and nothing could be sent
    shared.page.goto("/account")
    shared.page.context.set_offline(False)

    shared.sign_in(ruth)
    shared.open(LESSON)
    expect(shared.page.locator("#note-say-text")).to_have_value("")
    shared.open("/account")
    shared.press("Sign out")
    shared.page.context.set_offline(True)
    shared.page.goto(LESSON)
    assert shared.heading() == "You are offline, and this page is not on your device"
    shared.page.context.set_offline(False)

    shared.sign_in(amara)
    shared.open("/account")
    shared.page.wait_for_function("!Object.keys(localStorage).some((each) => each.startsWith('askwell:'))")
    shared.open(LESSON)
    expect(shared.page.locator("#note-say-text")).to_have_value(BEFORE)


def test_without_script_what_is_written_is_kept_by_a_button(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World
) -> None:
    amara = walk("amara", 1280, script=False)
    amara.sign_in(give_password(app, store, world.trainee))
    amara.open(LESSON)
    amara.page.locator("#note-say-text").fill(BEFORE)
    amara.follow(amara.page.locator("#note-say").get_by_role("button", name="Keep it"))
    assert amara.page.url.endswith(f"{LESSON}#note-say")
    assert amara.page.locator("#note-say-text").input_value() == BEFORE
    amara.follow(amara.page.locator("#note-say").get_by_role("link", name="Show it to your trainer"))
    amara.reads("“Open and closed, and can’t tell”, in your own words")


def says(page: Page, words: str) -> None:
    """What stands below the words one writes, which are sent eight seconds after the first letter."""
    expect(page.locator("#note-say-saved")).to_contain_text(words, timeout=15_000)


def expect_kept(page: Page) -> None:
    """The browser holds a copy of the page that is open."""
    held = "async () => !!(await caches.match(location.pathname))"
    page.wait_for_function(held)
