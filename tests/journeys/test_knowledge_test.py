"""The knowledge test, from the first question to the result: a lost connection, another device, every answer kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect

from assessments.items import BankItem, ChoiceItem, MatchItem, OrderItem, ShortItem
from lms.core.unit import Database
from lms.exercises import knowledge
from lms.exercises.knowledge_models import KnowledgeTest
from tests.accounts import give_password
from tests.journeys.test_practice import BOTH_WAYS
from tests.journeys.walker import Walker
from tests.make import World

pytestmark = pytest.mark.journey


@BOTH_WAYS
def test_from_the_first_question_to_what_is_worth_another_look(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool
) -> None:
    amara = walk("amara", 390 if script else 1280, script=script)
    amara.sign_in(give_password(app, store, world.trainee))
    amara.open("/learn")
    amara.press("Look at the test")
    amara.press("Begin")
    with store.readers() as db:
        test = db.query(KnowledgeTest).one()
        items = [each.item for each in knowledge.questions(db, test)]
    axe, looked = amara.axe, {items[0].kind}  # one page of each kind is looked at closely
    for number, item in enumerate(items[:-1], 1):
        amara.reads(f"Question {number} of 40")
        if number == 3 and script:
            lose_the_connection(amara, item)
        else:
            answer(amara, item)
        amara.axe = axe and items[number].kind not in looked
        looked.add(items[number].kind)
        amara.press("Save and go on")
    amara.axe = axe
    amara.press("Save, and see all questions")
    amara.reads("39 of 40 answered, all of them saved")
    amara.press("Hand in the test")
    amara.reads("Tick that you have finished")
    amara.page.get_by_label("I have finished").check()
    amara.press("Hand in the test")
    amara.reads("You have passed")
    amara.reads("39 of 40 points")
    amara.reads("You left this one open")


def lose_the_connection(amara: Walker, item: BankItem) -> None:
    """What was chosen without a connection is kept on the device, and sent when it is back."""
    amara.page.context.set_offline(True)
    answer(amara, item)
    expect(amara.page.get_by_role("status")).to_contain_text("Kept on this device", timeout=15_000)
    amara.page.context.set_offline(False)
    expect(amara.page.get_by_role("status")).to_contain_text("Saved", timeout=15_000)
    amara.faults.clear()  # the browser reports the request that found no connection


def answer(amara: Walker, item: BankItem) -> None:
    """The right answer, as somebody gives it."""
    page = amara.page
    match item:
        case ChoiceItem():
            choose(amara, item)
        case OrderItem():
            for place, step in enumerate(item.steps, 1):
                page.get_by_label(step, exact=True).select_option(str(place))
        case MatchItem():
            for pair in item.pairs:
                page.get_by_label(pair.left, exact=True).select_option(label=pair.right)
        case ShortItem():
            page.get_by_label("Your answer, in a word or a few").fill(item.accepted[0])


def choose(amara: Walker, item: ChoiceItem) -> None:
    """The right one, or all right ones, and how sure one is where that is asked."""
    for key in item.keys:
        name, value = (f"answer-{key}", "yes") if item.kind == "multiple" else ("answer", key)
        amara.page.locator(f'[name="{name}"][value="{value}"]').check(force=True)
    if item.kind == "sure":
        amara.page.get_by_label("Sure", exact=True).check(force=True)
