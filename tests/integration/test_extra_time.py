"""Extra time for timed tests: granted by those who train somebody, without a reason, until it is withdrawn."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from assessments import bank
from lms.core import clock
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.unit import Database
from lms.exercises import extra_time, knowledge
from lms.exercises.extra_time import Much
from lms.exercises.extra_time_models import ExtraTime
from tests.integration.test_at_once import at_once
from tests.make import World, actor

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]


@pytest.fixture
def timed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The author gave the test fifty minutes."""
    known = bank.current()
    real = known.get_blueprint(knowledge.BLUEPRINT)
    monkeypatch.setattr(type(known), "get_blueprint", lambda *_: real.model_copy(update={"minutes": 50}))


def grants(store: Database) -> list[ExtraTime]:
    with store.readers() as db:
        return list(db.scalars(select(ExtraTime).order_by(ExtraTime.granted_at, ExtraTime.id)))


def path(person_id: uuid.UUID) -> str:
    return f"/people/{person_id}/extra-time"


def key() -> str:
    return str(uuid.uuid4())


def test_a_trainer_grants_it_and_the_next_timed_test_has_it(
    store: Database, world: World, sign_in: Browser, post: Post, timed: None
) -> None:
    ruth, amara = sign_in(world.trainer), sign_in(world.trainee)
    page = ruth.get(path(world.trainee)).text
    assert "We do not ask why" in page
    sent = post(ruth, path(world.trainee), much="50", minutes="", key=key())
    assert (sent.status_code, sent.location) == (303, path(world.trainee))
    first = amara.get("/knowledge-test").text
    assert "You have 75 minutes from the start, 25 of them extra time" in first
    assert "You have been granted 50\u00a0% more time for timed tests." in first
    with store.transaction() as db:
        test = knowledge.begin(db, actor(db, world.trainee), "k")
        assert (test.minutes, test.extra_minutes) == (50, 25)
        assert knowledge.ends_at(test) == test.started_at + timedelta(minutes=75)
        others = knowledge.begin(db, actor(db, world.other_trainee), "k")
        assert others.extra_minutes == 0
    assert "Ruth Tamihana" in ruth.get(path(world.trainee)).text


def test_it_changes_nothing_where_nobody_looks_at_a_clock(store: Database, world: World, sign_in: Browser) -> None:
    with store.transaction() as db:
        extra_time.grant(db, actor(db, world.trainer), world.trainee, Much(minutes=20), uuid.uuid4())
        assert knowledge.begin(db, actor(db, world.trainee), "k").extra_minutes == 0
    assert (
        "20 minutes more for timed tests. Nobody times this one." in sign_in(world.trainee).get("/knowledge-test").text
    )


def test_once_withdrawn_the_next_test_has_none_and_the_begun_one_keeps_its_minutes(
    store: Database, world: World, sign_in: Browser, post: Post, timed: None
) -> None:
    with store.transaction() as db:
        grant = extra_time.grant(db, actor(db, world.trainer), world.trainee, Much(percent=100), uuid.uuid4()).id
        test = knowledge.begin(db, actor(db, world.trainee), "k").id
    ilse = sign_in(world.administrator)
    for _ in range(2):
        assert post(ilse, f"{path(world.trainee)}/{grant}/withdraw").status_code == 303
    [row] = grants(store)
    assert row.withdrawn_by == world.administrator
    page = ilse.get(path(world.trainee)).text
    assert "Withdrawn by Ilse Brandt" in page
    with store.transaction() as db:
        amara = actor(db, world.trainee)
        assert knowledge.get_test(db, amara, test).extra_minutes == 50
        assert extra_time.minutes_more(db, amara, 50) == 0
        extra_time.grant(db, actor(db, world.trainer), world.trainee, Much(percent=25), uuid.uuid4())
        assert extra_time.minutes_more(db, amara, 50) == 13, "whole minutes, and never fewer"


def test_nobody_grants_it_to_themselves_or_to_people_of_another_training(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    for who in (world.trainee, world.other_trainee, world.manager, world.stranger):
        assert sign_in(who).get(path(world.trainee)).status_code == 404
        assert post(sign_in(who), path(world.trainee), much="25", key=key()).status_code == 404
    for nobody in (world.manager, world.trainer, uuid.uuid4()):
        assert sign_in(world.trainer).get(path(nobody)).status_code == 404
    with store.transaction() as db:
        from lms.people.models import Membership

        db.add(
            Membership(
                person_id=world.trainee, organisation_id=world.provider, role="trainer", started_on=clock.today()
            )
        )
        db.flush()
        with pytest.raises(Forbidden):
            extra_time.grant(db, actor(db, world.trainee), world.trainee, Much(percent=25), uuid.uuid4())
    assert "Nobody grants themselves extra time." in sign_in(world.trainee).get(path(world.trainee)).text
    assert not grants(store)


def test_anothers_grant_is_not_withdrawn_under_somebody_elses_name(store: Database, world: World) -> None:
    with store.transaction() as db:
        ruth = actor(db, world.trainer)
        grant = extra_time.grant(db, ruth, world.trainee, Much(percent=25), uuid.uuid4())
        with pytest.raises(NotFound):
            extra_time.withdraw(db, ruth, world.other_trainee, grant.id)
        with pytest.raises(NotFound):
            extra_time.withdraw(db, ruth, world.trainee, uuid.uuid4())


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Choose how much more time."),
        ({"much": "75"}, "Choose how much more time."),
        ({"much": "minutes"}, "Write the minutes as a whole number, 240 at most."),
        ({"much": "minutes", "minutes": "0"}, "Write the minutes as a whole number, 240 at most."),
        ({"much": "minutes", "minutes": "soon"}, "Write the minutes as a whole number, 240 at most."),
        ({"much": "minutes", "minutes": "999"}, "Write the minutes as a whole number, 240 at most."),
    ],
)
def test_what_cannot_be_used_is_said_and_kept(
    store: Database, world: World, sign_in: Browser, post: Post, typed: dict[str, str], sentence: str
) -> None:
    refused = post(sign_in(world.trainer), path(world.trainee), key=key(), **typed)
    assert refused.status_code == 422
    assert sentence in refused.text
    if typed.get("minutes"):
        assert f'value="{typed["minutes"]}"' in refused.text
    assert not grants(store)


def test_a_service_refuses_what_the_form_would(store: Database, world: World) -> None:
    with store.transaction() as db:
        for much in (Much(), Much(percent=75), Much(minutes=0), Much(minutes=1000)):
            with pytest.raises(Invalid):
                extra_time.grant(db, actor(db, world.trainer), world.trainee, much, uuid.uuid4())


def test_the_same_form_twice_is_one_and_another_meanwhile_is_said(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    ruth, once = sign_in(world.trainer), {"much": "25", "minutes": "", "key": key()}
    assert [post(ruth, path(world.trainee), **once).status_code for _ in range(2)] == [303, 303]
    told = post(sign_in(world.administrator), path(world.trainee), much="100", minutes="", key=key())
    assert told.status_code == 409
    assert "There is extra time already: 25\u00a0% more time, granted by Ruth Tamihana." in told.text
    assert len(grants(store)) == 1
    assert re.search(r"withdraw", told.text)


def test_granted_many_times_at_once_is_granted_once(store: Database, world: World) -> None:
    answers = at_once(
        store,
        lambda db: extra_time.grant(db, actor(db, world.trainer), world.trainee, Much(percent=25), uuid.uuid4()).id,
        many=5,
    )
    assert sum(isinstance(each, Conflict) for each in answers) == 4, answers
    assert len(grants(store)) == 1


def test_the_table_takes_one_kind_of_amount(store: Database, world: World) -> None:
    for much in ({}, {"percent": 25, "minutes": 10}, {"percent": 0}, {"minutes": -1}):
        given = {"key": uuid.uuid4(), "person_id": world.trainee, "provider_id": world.provider}
        with store.writers() as db:
            db.add(ExtraTime(**given, **much, granted_by=world.trainer, granted_at=clock.now()))
            with pytest.raises(IntegrityError):
                db.flush()
