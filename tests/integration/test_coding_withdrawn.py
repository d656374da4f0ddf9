"""A yes that is taken back, a sample that is stopped or late: no word is left anywhere."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.coding import asking, jobs, service, settling
from lms.coding.models import CodingConsent, CodingLabel, CodingSample, CodingWords
from lms.coding.settling import OldComparison
from lms.core import clock
from lms.core.errors import Conflict, Forbidden, NotFound
from lms.core.jobs import Job
from lms.core.unit import Database
from tests.make import World, actor
from tests.make_coding import BIRDS, Circle


@pytest.fixture(autouse=True)
def configured(app: object) -> None:
    """Services read the settings that the application chose."""


@pytest.fixture
def circle(store: Database, world: World) -> Circle:
    with store.transaction() as db:
        return Circle.make(db, world)


def words_kept(db: Session) -> int:
    return db.scalars(select(func.count()).select_from(CodingWords)).one()


def test_whoever_takes_their_yes_back_is_gone_at_once_and_two_settle_anew(
    store: Database, circle: Circle, world: World
) -> None:
    with store.transaction() as db:
        sample_id = circle.read(db, many=20)
        circle.settle(db, sample_id)
        bashir = actor(db, world.other_trainer)
        before = settling.compare(db, bashir, sample_id)
        amara = actor(db, world.trainee)
        asking.take_back(db, amara, circle.group_id, sample_id, circle.seats["Dag"])
        asking.take_back(db, amara, circle.group_id, sample_id, circle.seats["Dag"])
        sample = db.get_one(CodingSample, sample_id)
        assert (sample.taken_out, sample.state, sample.proposed_by) == (6, "comparing", None)
        assert circle.seats["Dag"] not in db.scalars(select(CodingWords.seat)).all()
        with pytest.raises(OldComparison):
            settling.agree(db, bashir, sample_id, before.sample.version - 1, "password")
        result = circle.close(db, sample_id)
        assert result.turns == 14
        with pytest.raises(Conflict, match="only figures are kept"):
            asking.take_back(db, amara, circle.group_id, sample_id, circle.seats["Joan"])


def test_when_too_few_turns_are_left_the_sample_ends(store: Database, circle: Circle, world: World) -> None:
    with store.transaction() as db:
        sample_id = circle.named(db)
        asking.take_back(db, actor(db, world.trainee), circle.group_id, sample_id, circle.seats["Joan"])
        sample = db.get_one(CodingSample, sample_id)
        assert (sample.state, sample.ended_because, words_kept(db)) == ("ended", "few", 0)
        circle.ask(db)  # of the same meeting, anew


def test_the_whole_sample_ends_when_whoever_brought_the_problem_takes_their_yes_back(
    store: Database, circle: Circle, world: World
) -> None:
    with store.transaction() as db:
        sample_id = circle.read(db)
        asking.take_back(db, actor(db, world.trainee), circle.group_id, sample_id, circle.seats["Sefo"])
        assert db.get_one(CodingSample, sample_id).ended_because == "holder"
        assert words_kept(db) == db.scalars(select(func.count()).select_from(CodingLabel)).one() == 0
        with pytest.raises(Conflict):
            settling.compare(db, actor(db, world.trainer), sample_id)


def test_nobody_takes_back_the_yes_of_another(store: Database, circle: Circle, world: World) -> None:
    with store.transaction() as db:
        sample = circle.ask(db)
        circle.say_yes(db, sample.id, "Farid", "Joan")
        with pytest.raises(Forbidden):
            asking.take_back(db, actor(db, world.trainee), circle.group_id, sample.id, circle.seats["Farid"])
        with pytest.raises(Forbidden):
            asking.take_back(db, actor(db, world.other_trainee), circle.group_id, sample.id, circle.seats["Joan"])
        asking.take_back(db, actor(db, world.other_trainee), circle.group_id, sample.id)
        taken = db.get_one(CodingConsent, (sample.id, circle.seats["Farid"]))
        assert taken.taken_back_at is not None


def test_somebody_who_has_left_the_circle_still_takes_their_yes_back(
    store: Database, circle: Circle, world: World
) -> None:
    from lms.groups import service as groups

    with store.transaction() as db:
        sample = circle.ask(db)
        circle.say_yes(db, sample.id, "Farid")
        groups.remove_member(db, actor(db, world.trainee), circle.group_id, uuid.UUID(circle.seats["Farid"]))
        farid = actor(db, world.other_trainee)
        with pytest.raises(NotFound):
            service.get_circle(db, farid, circle.group_id)
        asking.take_back(db, farid, circle.group_id, sample.id)
        assert not asking.standing_yes(asking.list_consents(db, sample.id))


def test_what_is_not_finished_in_time_ends_and_takes_its_words_along(store: Database, circle: Circle) -> None:
    with store.transaction() as db:
        sample_id = circle.named(db)
        job = db.scalars(select(Job).where(Job.name == "end_coding")).one()
        over = datetime.combine(clock.today("Europe/London") + timedelta(days=43), time(), ZoneInfo("Europe/London"))
        assert timedelta(0) <= job.due_at - over < timedelta(seconds=1)
    for _ in range(2):
        jobs.end_coding(store, **job.arguments)
    with store.readers() as db:
        assert db.get_one(CodingSample, sample_id).ended_because == "late"
        assert words_kept(db) == 0


def test_a_closed_sample_is_not_ended_by_its_last_day(store: Database, circle: Circle) -> None:
    with store.transaction() as db:
        sample_id = circle.read(db)
        circle.close(db, sample_id)
        job = db.scalars(select(Job).where(Job.name == "end_coding")).one()
    jobs.end_coding(store, **job.arguments)
    with store.readers() as db:
        assert db.get_one(CodingSample, sample_id).state == "closed"


def test_a_sample_that_is_stopped_leaves_nothing(store: Database, circle: Circle, world: World) -> None:
    with store.transaction() as db:
        sample_id = circle.named(db)
        with pytest.raises(Forbidden):
            asking.stop(db, actor(db, world.other_trainee), circle.group_id, sample_id)
        for _ in range(2):
            asking.stop(db, actor(db, world.trainee), circle.group_id, sample_id)
        assert words_kept(db) == 0
        assert not any(bird in str(db.execute(select(CodingSample)).all()) for bird in BIRDS)
