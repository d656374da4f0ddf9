"""A figure is a year old: its owner comments, cannot sign, codes a round by keyboard, takes a new one, and signs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from assessments import transcripts
from assessments.double_coding import own_labels
from lms.core import clock
from lms.core.unit import Database
from lms.learning.models import Enrolment
from lms.practice.models import Signature
from lms.record import checking
from tests.accounts import give_password
from tests.journeys.test_practice import BOTH_WAYS, rate
from tests.journeys.test_rounds_to_code import code
from tests.journeys.walker import PASSWORD, Walker
from tests.make import World, calibrate, make_group, make_session
from tests.make_raters import KEPT, code_round

pytestmark = pytest.mark.journey


@BOTH_WAYS
def test_who_lapsed_comments_and_signs_once_she_has_a_figure_again(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool
) -> None:
    email = give_password(app, store, world.trainer)
    with store.transaction() as db:
        make_session(db, world, make_group(db, world))
        db.execute(update(Enrolment).values(standard_version=3))
        calibrate(db, world, done_on=clock.today() - timedelta(days=367))
        code_round(db, world.trainer, KEPT[0], days_ago=2)
    ruth = walk("ruth", 390 if script else 1280, script=script)
    ruth.sign_in(email)
    ruth.open("/sign-off")
    ruth.reads("You can read, comment and send back. You cannot sign")
    ruth.press("Amara Osei")
    ruth.reads("held until")
    ruth.write("What you want to say to Amara", "You let it be quiet.")
    ruth.press("Say it to Amara")
    ruth.open("/sign-off")
    take_a_figure(ruth)
    ruth.open("/sign-off")
    ruth.press("Amara Osei")
    rate(ruth)
    ruth.press("Sign session 1")
    with store.readers() as db:
        signature = db.query(Signature).one()
        assert signature.agreement is not None
        assert signature.agreement["kappa_open_closed"]["items"] == 48
        assert checking.verify(db).ok


def take_a_figure(ruth: Walker) -> None:
    """She codes the second of two rounds kept for assessors, and takes what comes of both."""
    ruth.press("Code rounds and take a figure yourself")
    assert ruth.heading() == "You can comment, and not sign for everybody"
    ruth.reads("15 more questions to go.")
    ruth.press("Code this one")
    sheet = transcripts.current()[KEPT[1]]
    assert ruth.heading() == sheet.title
    code(ruth, {turn: (label.openness, label.advice) for turn, label in own_labels(sheet).items()})
    ruth.press("Lay it beside the key")
    ruth.press("How far you agree with the key")
    ruth.reads("κ 1.00 on 48 questions")
    if ruth.page.get_by_label("Your password, to take it").count():
        ruth.write("Your password, to take it", PASSWORD)
    ruth.press("Use this as my figure")
    assert ruth.heading().startswith("You can sign for everybody until")
    ruth.reads("Taken by you")
