"""Somebody from a lesson is asked in one's own words, waits, hears “yes, but”, and at the end what nobody asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from assessments import bank
from lms.core.unit import Database
from tests.accounts import give_password
from tests.journeys.walker import Walker
from tests.make import World

pytestmark = pytest.mark.journey
BERNADETTE = bank.current().get_dialogue("the-notebook")


@pytest.mark.parametrize(
    ("database_url", "script"),
    [("sqlite", True), ("sqlite", False)],
    indirect=["database_url"],
    ids=["script", "no script"],
)
def test_from_a_lesson_to_what_nobody_asked(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool
) -> None:
    amara = walk("amara", 390 if script else 1280, script=script)
    amara.sign_in(give_password(app, store, world.trainee))
    amara.open("/learn/open-questioning/deep-questions")
    amara.press("Meet them")
    amara.press("Begin")
    amara.write("Your next question", "What does she write down?")
    amara.press("Look at my words")
    amara.reads("The coach reads it as")
    amara.choose("What is it after?", "What happened")
    amara.press("Ask her this")
    amara.reads(BERNADETTE.layers[0].open.clarify)
    amara.press("Say nothing for a moment")
    amara.reads(BERNADETTE.layers[0].silence)
    amara.write("Your next question", "Have you tried talking to her?")
    amara.press("Look at my words")
    amara.press("Ask her this")
    amara.reads(BERNADETTE.advice[0])
    amara.press("Stop here, and read what nobody asked")
    for thread in BERNADETTE.threads:
        amara.reads(thread.says)
    amara.press("Begin again")
    amara.reads("Question 1 of up to 12")
