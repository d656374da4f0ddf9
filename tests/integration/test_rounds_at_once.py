"""A round written in several places while its holder takes the yes back, on both engines: no word stays."""

from __future__ import annotations

import itertools
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.errors import Conflict
from lms.core.unit import Database
from lms.groups.models import GroupMember, Meeting
from lms.rounds import keeping, service
from lms.rounds.models import Round, RoundRecord, RoundStatement
from lms.rounds.rules import Record, Statement
from lms.rounds.service import Place
from tests.integration.test_at_once import MANY, at_once
from tests.make import World, actor, make_group


@pytest.fixture
def held(store: Database, world: World) -> tuple[Place, str]:
    """A round that may be kept, and the seat of its holder."""
    with store.transaction() as db:
        group = make_group(db, world)
        joan = GroupMember(group_id=group, pseudonym="Joan", joined_on=clock.today() - timedelta(days=30))
        starts = datetime.combine(clock.today() - timedelta(days=1), datetime.min.time())
        met = Meeting(group_id=group, starts_local=starts, zone="Europe/London", minutes=90)
        db.add_all([joan, met])
        db.flush()
        who = actor(db, world.trainee)
        made = service.start(db, who, group, met.id, uuid.uuid4(), str(joan.id), 75)
        at = Place(group, met.id, made.id)
        service.say_yes(db, who, at)
        return at, str(joan.id)


def record(seat: str) -> Record:
    return Record(opening="heron", statements={seat: Statement("otter", "problem", 4)})


def words(store: Database) -> list[int | None]:
    with store.readers() as db:
        return [db.scalar(select(func.count()).select_from(table)) for table in (RoundRecord, RoundStatement)]


def test_one_save_sent_many_times_is_kept_once(store: Database, world: World, held: tuple[Place, str]) -> None:
    at, seat = held
    answers = at_once(store, lambda db: keeping.keep(db, actor(db, world.trainee), at, 0, record(seat)))
    assert answers == [None] * MANY
    assert words(store) == [1, 1]
    with store.readers() as db:
        assert db.scalars(select(RoundRecord.version)).one() == 1


def test_no_word_outlives_the_yes_however_many_write(
    store: Database, world: World, held: tuple[Place, str]
) -> None:  # fmt: skip
    at, seat = held
    turn = itertools.count()

    def act(db: Session) -> Any:
        who = actor(db, world.trainee)
        if next(turn) == MANY // 2:
            return service.withdraw(db, who, at)
        return keeping.keep(db, who, at, 0, record(seat))

    answers = at_once(store, act)
    assert not [each for each in answers if each is not None and not isinstance(each, Conflict)]
    assert words(store) == [0, 0]
    with store.readers() as db:
        assert db.scalars(select(Round.withdrawn_at)).one() is not None


def test_one_start_sent_many_times_is_one_round(store: Database, world: World, held: tuple[Place, str]) -> None:
    (at, seat), key = held, uuid.uuid4()

    def begin(db: Session) -> uuid.UUID:
        return service.start(db, actor(db, world.trainee), at.group_id, at.meeting_id, key, seat, 60).id

    assert len(set(at_once(store, begin))) == 1
