"""Several sessions of one meeting signed in one go while others act: each is signed once, and all of them or none."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.errors import Conflict, Forbidden
from lms.core.unit import Database
from lms.messages.models import Message
from lms.practice import service
from lms.practice.models import PracticeSession
from lms.record import checking
from lms.register.models import Leaf
from tests.integration.test_at_once import MANY, at_once
from tests.integration.test_together import Two, overrule, reviewed, signatures, two
from tests.make import World, actor, make_log

__all__ = ["two"]
TEN = 10


def test_whoever_is_barred_from_one_signs_none(store: Database, world: World, two: Two) -> None:
    with store.transaction() as db:
        service.sign_off(db, actor(db, world.trainer), two[1], 1, {"asking": 5}, 5, "", "password")
    overrule(store, world, two[1])
    with store.readers() as db:
        version = db.get_one(PracticeSession, two[1]).version
    reviews = [reviewed(two[0]), reviewed(two[1], version)]
    with pytest.raises(Forbidden), store.transaction() as db:
        service.sign_together(db, actor(db, world.trainer), reviews, "password")
    assert not signatures(store)


def test_signed_many_times_at_once_each_is_signed_once(store: Database, world: World, two: Two) -> None:
    turns = iter([two, two[::-1]] * TEN)

    def act(db: Session) -> list[uuid.UUID]:
        reviews = [reviewed(each) for each in next(turns)]
        return sorted(each.id for each in service.sign_together(db, actor(db, world.trainer), reviews, "password"))

    answers = at_once(store, act, TEN)
    assert len(set(map(str, answers))) == 1, answers
    assert set(signatures(store)) == set(two)
    with store.readers() as db:
        assert db.scalar(select(func.count()).where(Leaf.kind == "signature")) == 2
        assert db.scalar(select(func.count()).where(Message.template == "signed")) == 2
        assert checking.verify(db).ok


def test_together_and_alone_at_once_sign_each_once(store: Database, world: World, two: Two) -> None:
    turns = iter(range(MANY))

    def act(db: Session) -> list[uuid.UUID]:
        who = actor(db, world.trainer)
        if next(turns) % 2:
            return [service.sign_off(db, who, two[1], 1, {"asking": 2}, 2, "You waited.", "password").id]
        return [each.id for each in service.sign_together(db, who, [reviewed(each) for each in two], "password")]

    answers = at_once(store, act)
    refused = [each for each in answers if isinstance(each, Exception)]
    assert all(isinstance(each, Conflict) for each in refused), answers
    assert set(signatures(store)) in ({two[1]}, set(two))
    assert bool(refused) == (set(signatures(store)) == {two[1]})


def test_together_and_a_change_at_once_is_one_of_them(store: Database, world: World, two: Two) -> None:
    turns = iter(range(MANY))
    with store.readers() as db:  # not in the transaction, which then would not look at what the lock lets it see
        log = make_log(db.get_one(PracticeSession, two[1]).group_id, role="shared", keep="Other words.")

    def act(db: Session) -> str:
        if next(turns) % 2:
            service.change_practice(db, actor(db, world.other_trainee), two[1], 1, 0, log)
            return "changed"
        service.sign_together(db, actor(db, world.trainer), [reviewed(each) for each in two], "password")
        return "signed"

    answers = at_once(store, act)
    said = {each for each in answers if isinstance(each, str)}
    assert len(said) == 1, answers
    assert all(isinstance(each, (str, Conflict)) for each in answers), answers
    assert set(signatures(store)) == (set(two) if said == {"signed"} else set())
