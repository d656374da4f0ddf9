"""Every way to an assessor's signature asks for a figure that holds, and no page takes more queries for it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.unit import Database
from lms.learning.models import Enrolment
from lms.practice import calibrating, forms, service
from lms.practice.calibration import Uncalibrated
from lms.practice.models import Signature
from lms.record import checking
from tests.integration.test_disputes import decide, dispute
from tests.integration.test_review_page import counted
from tests.integration.test_together import RATED, Two, both, reviewed, typed
from tests.integration.test_voiding import correct, sign
from tests.make import World, actor, calibrate
from tests.make_observers import ask, code_of, sign_by_link

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]


def ask_for_figures(db: Session, person_id: uuid.UUID | None = None) -> None:
    """From now on what people are trained towards asks for calibrated signers."""
    whose = Enrolment.person_id == person_id if person_id else Enrolment.id.is_not(None)
    db.execute(update(Enrolment).where(whose).values(standard_version=3))


def standing(store: Database) -> list[Signature]:
    with store.readers() as db:
        assert checking.verify(db).ok
        return list(db.scalars(select(Signature).where(Signature.voided_at.is_(None))))


def test_of_several_who_led_a_meeting_only_those_are_signed_whose_standard_allows_it(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        amaras, farids = both(db, world)
        ask_for_figures(db, world.trainee)
    ruth, path = sign_in(world.trainer), f"/sign-off/{farids}/together"
    page = ruth.get(path).text
    assert "Not signed on this page." in page
    assert "You cannot sign this session: no agreement figure (κ) is on record." in page
    assert f"{forms.about(amaras)}sign" not in page
    answer = post(ruth, path, **typed((amaras, RATED | {"comment": "You waited."}), (farids, RATED)))
    assert answer.status_code == 409
    assert "You waited." in answer.text
    assert not standing(store)
    assert post(ruth, path, **typed((farids, RATED))).status_code == 303
    assert [each.session_id for each in standing(store)] == [farids]


def test_where_nobody_can_be_signed_for_together_each_is_read_alone(
    store: Database, world: World, sign_in: Browser
) -> None:
    with store.transaction() as db:
        amaras, _ = both(db, world)
        ask_for_figures(db)
    answer = sign_in(world.trainer).get(f"/sign-off/{amaras}/together")
    assert (answer.status_code, answer.location) == (303, f"/sign-off/{amaras}")


def test_together_seals_the_figure_with_each_and_without_one_signs_none(store: Database, world: World) -> None:
    with store.transaction() as db:
        two: Two = both(db, world)
        ask_for_figures(db, world.other_trainee)
    with store.transaction() as db, pytest.raises(Uncalibrated), db.begin_nested():
        service.sign_together(db, actor(db, world.trainer), [reviewed(each) for each in two], "password")
    assert not standing(store)
    with store.transaction() as db:
        calibrate(db, world)
        service.sign_together(db, actor(db, world.trainer), [reviewed(each) for each in two], "password")
    assert all(each.agreement for each in standing(store))


def test_what_was_corrected_is_signed_anew_only_by_who_is_calibrated_then(
    store: Database, world: World, sent: uuid.UUID
) -> None:
    with store.transaction() as db:
        ask_for_figures(db)
        year_old = calibrate(db, world, done_on=clock.today() - timedelta(days=360))
        sign(db, world, sent)
        correct(db, world, sent)
        calibrating.withdraw(db, actor(db, world.administrator), year_old, "Of another set.")
        with pytest.raises(Uncalibrated, match=r"no agreement figure \(κ\) is on record"):
            sign(db, world, sent, version=2)
        calibrate(db, world, hundredths=80)
        sign(db, world, sent, version=2)
    [anew] = standing(store)
    assert anew.agreement is not None
    assert anew.agreement["kappa_open_closed"]["hundredths"] == 80


def test_who_overruled_a_colleague_signs_as_second_assessor_only_while_calibrated(
    store: Database, world: World, sent: uuid.UUID
) -> None:
    bashir = replace(world, trainer=world.other_trainer)
    with store.transaction() as db:
        sign(db, world, sent)
        dispute(db, world, sent)
        decide(db, world.other_trainer, sent, "overruled")
        ask_for_figures(db)
        with pytest.raises(Uncalibrated):
            sign(db, bashir, sent)
        calibrate(db, world, world.other_trainer)
        sign(db, bashir, sent)
    assert [each.signer_id for each in standing(store)] == [world.other_trainer]


def test_an_observer_by_a_link_is_no_assessor_and_is_asked_nothing(
    store: Database, world: World, sent: uuid.UUID
) -> None:
    with store.transaction() as db:
        ask_for_figures(db)
        ask(db, world, sent)
        sign_by_link(db, code_of(db))
    [observed] = standing(store)
    assert (observed.tier, observed.agreement) == ("link", None)


@pytest.mark.parametrize("known", [True, False])
def test_the_pages_take_no_more_queries_for_it(
    app: Flask, store: Database, world: World, sent: uuid.UUID, sign_in: Browser, known: bool
) -> None:
    """Whoever has no figure that holds reads who can record one: that is the one query more."""
    with store.transaction() as db:
        if known:
            calibrate(db, world)
            calibrate(db, world, kind="icc_rubric", items=12)
        ask_for_figures(db)
    ruth, amara = sign_in(world.trainer), sign_in(world.trainee)
    for who, path, most, without in (
        (ruth, "/sign-off", 5, 6), (ruth, "/sign-off?show=signed", 5, 6), (ruth, f"/sign-off/{sent}", 6, 7),
        (amara, f"/practice/{sent}", 7, 7), (amara, f"/practice/{sent}/sign-here", 5, 6),
    ):  # fmt: skip
        with counted(app) as statements:
            assert who.get(path).status_code == 200
        assert len(statements) <= (most if known else without), path
