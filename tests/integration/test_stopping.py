"""Stopping for now and coming back: by one's own word, with nothing lost, and only where one still belongs."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.unit import Database
from lms.learning import service as learning
from lms.learning.models import Enrolment, LessonDone
from lms.messages.models import Message
from lms.people.models import Membership
from tests.make import World, actor

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]


def training_of(store: Database, person_id: uuid.UUID) -> Enrolment:
    with store.readers() as db:
        return db.scalars(select(Enrolment).where(Enrolment.person_id == person_id)).one()


def letters(store: Database, person_id: uuid.UUID) -> list[str]:
    with store.readers() as db:
        return [each.subject for each in db.scalars(select(Message).where(Message.person_id == person_id))]


def test_somebody_stops_and_comes_back_where_they_were(
    store: Database, world: World, sign_in: SignIn, post: Post
) -> None:
    browser, training = sign_in(world.trainee), training_of(store, world.trainee)
    with store.transaction() as db:
        learning.finish_lesson(db, actor(db, world.trainee), "M05-L1", "0" * 64)
    assert "Stop for now" in browser.get("/learn/training").text
    for _ in range(2):
        assert post(browser, f"/learn/training/{training.id}/stop", reason="A new baby.").status_code == 303
    assert training_of(store, world.trainee).ended_on == clock.today()
    assert "Rests since" in browser.get("/learn/training").text
    assert browser.get("/").status_code == 200
    for _ in range(2):
        assert post(browser, f"/learn/training/{training.id}/go-on").location == "/learn"
    again = training_of(store, world.trainee)
    assert (again.ended_on, again.standard_version, again.started_on) == (
        None, training.standard_version, training.started_on,
    )  # fmt: skip
    assert letters(store, world.trainer) == ["Amara Osei stops for now", "Amara Osei is back"]
    with store.readers() as db:
        assert db.scalars(select(LessonDone.lesson_id)).all() == ["M05-L1"]
        kept = db.scalars(select(Message).where(Message.person_id == world.trainer)).first()
        assert kept is not None
        assert "A new baby." in kept.body


def test_a_reason_far_too_long_comes_back(store: Database, world: World, sign_in: SignIn, post: Post) -> None:
    training = training_of(store, world.trainee)
    answer = post(sign_in(world.trainee), f"/learn/training/{training.id}/stop", reason="x" * 1_001)
    assert answer.status_code == 422
    assert "Shorten it to 1,000" in answer.text
    assert training_of(store, world.trainee).ended_on is None


@pytest.mark.parametrize("what", ["stop", "go-on"])
def test_nobody_stops_or_wakes_somebody_elses_training(
    store: Database, world: World, sign_in: SignIn, post: Post, what: str
) -> None:
    training = training_of(store, world.trainee)
    for person_id in (world.other_trainee, world.trainer, world.manager, world.administrator):
        assert post(sign_in(person_id), f"/learn/training/{training.id}/{what}").status_code == 404
    assert post(sign_in(world.trainee), f"/learn/training/{uuid.uuid4()}/{what}").status_code == 404


def test_who_was_let_go_does_not_come_back_by_themselves(
    store: Database, world: World, sign_in: SignIn, post: Post
) -> None:
    training = training_of(store, world.trainee)
    browser = sign_in(world.trainee)
    with store.transaction() as db:
        db.add(
            Membership(
                person_id=world.trainee, organisation_id=world.provider, role="trainer", started_on=clock.today()
            )
        )
        mine = (Membership.person_id == world.trainee, Membership.organisation_id == world.council)
        db.execute(update(Membership).where(*mine).values(ended_on=clock.today()))
        db.execute(update(Enrolment).where(Enrolment.id == training.id).values(ended_on=clock.today()))
    assert post(browser, f"/learn/training/{training.id}/go-on").status_code == 404


def test_a_manager_nominates_somebody_from_the_page_of_a_unit(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.manager)
    page = browser.get(f"/coverage/units/{world.parks}").text
    address = f"/nominations/new?unit={world.parks}"
    assert address in page
    assert f'value="{world.parks}" selected' in browser.get(address).text
