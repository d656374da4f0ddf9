"""A trainee codes two invented rounds, the first too differently from the key, and rates an evening by the rubric."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect

from assessments import cases, transcripts
from assessments.double_coding import own_labels
from lms.core.unit import Database
from tests.accounts import give_password
from tests.journeys.test_practice import BOTH_WAYS
from tests.journeys.walker import Walker
from tests.make import World

pytestmark = pytest.mark.journey
LESSON = "/learn/open-questioning/coding-a-session"
FIRST, SECOND = "choir-second-altos", "fire-station-quiet-watch"
KEYS = {"open": "o", "closed": "c", "unsure": "u"}


@BOTH_WAYS
def test_a_round_is_coded_beside_the_key_and_then_another(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool
) -> None:
    amara = walk("amara", 390 if script else 1280, script=script)
    amara.sign_in(give_password(app, store, world.trainee))
    amara.open(LESSON)
    amara.press("Choose a round")
    amara.press("Code this one")
    code(amara, dict.fromkeys(transcripts.current()[FIRST].keyed, ("closed", "no")))
    amara.press("Lay it beside the key")
    assert amara.heading() == "You and the key read it differently"
    amara.reads("That is below 0.60")
    amara.reads("Ambrose means well in every line")
    amara.press("Code this one")
    sheet = transcripts.current()[SECOND]
    assert amara.heading() == sheet.title
    wanted = {turn: (label.openness, label.advice) for turn, label in own_labels(sheet).items()}
    some = dict(list(wanted.items())[:4])
    code(amara, some)
    leave_and_come_back(amara)
    for turn, (openness, _) in some.items():
        expect(amara.page.locator(f"[name=open-{turn}][value={openness}]")).to_be_checked()
    code(amara, {turn: both for turn, both in wanted.items() if turn not in some})
    amara.press("Lay it beside the key")
    assert amara.heading() == "You and the key can work together"
    amara.reads("Nowhere do you differ")
    amara.press("All rounds")
    amara.reads(re.compile("κ 1.00"))
    rate_an_evening(amara)


def rate_an_evening(amara: Walker) -> None:
    """As the key does but for one row, and that row comes first."""
    amara.open("/learn/reflection-and-feedback/calibration")
    amara.press("Choose an evening")
    amara.press("Rate this one")
    case = next(iter(cases.current().values()))
    assert amara.heading() == case.title
    for row, level in case.levels.items():
        given = 5 if row == "time" else level
        amara.page.locator(f"[name=row-{row}][value='{given}']").check(force=True)
    amara.press("Lay it beside the key")
    assert amara.heading() == "You use the anchors as we do"
    amara.reads("9 of 10 rows within one anchor, 9 of them the same")
    assert amara.page.get_by_role("heading", level=2).nth(1).inner_text() == "Time"


def code(amara: Walker, wanted: dict[str, tuple[str, str]]) -> None:
    """Give turns their codes: by one key each where there is script, which goes on to the next by itself by n."""
    if not amara.script:
        for turn, (openness, advice) in wanted.items():
            amara.page.locator(f"[name=open-{turn}][value={openness}]").check(force=True)
            amara.page.locator(f"[name=advice-{turn}]").set_checked(advice == "yes")
        return
    amara.page.locator(f"[name=open-{next(iter(wanted))}]").first.focus()
    for turn, (openness, advice) in wanted.items():
        assert amara.page.evaluate("document.activeElement.name") == f"open-{turn}"
        amara.page.keyboard.press(KEYS[openness])
        if advice == "yes":
            amara.page.keyboard.press("a")
        amara.page.keyboard.press("n")


def leave_and_come_back(amara: Walker) -> None:
    """By the button that saves; with script also by a page that is closed on the way."""
    if amara.script:
        with amara.page.expect_response(re.compile("/draft$")):
            amara.page.keyboard.press("Enter")
        amara.open(amara.page.url)
        return
    amara.press("Save and leave")
    amara.press("Go on coding")
