"""Disputes while others act: many at once, or two sides in the same moment. One of them is what happened."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.actor import Role
from lms.core.errors import Conflict
from lms.core.unit import Database
from lms.people.models import Organisation
from lms.practice import contested, service
from lms.practice.models import Dispute, PracticeEvent, PracticeSession
from lms.record import checking
from lms.register.models import Leaf
from tests.integration.test_at_once import MANY, at_once
from tests.integration.test_disputes import BECAUSE, WHY, dispute, give_back, letters, returned, signed, thing
from tests.integration.test_voiding import sign
from tests.make import World, actor, make_log, person

__all__ = ["returned", "signed"]


def test_many_at_once_dispute_once(store: Database, world: World, signed: uuid.UUID) -> None:
    answers = at_once(store, lambda db: dispute(db, world, signed))
    assert len(set(map(str, answers))) == 1, answers
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Dispute)) == 1
        assert [each[0] for each in letters(db)].count("disputed") == 1


def test_of_two_second_assessors_at_once_one_decides(store: Database, world: World, signed: uuid.UUID) -> None:
    with store.transaction() as db:
        provider = db.get_one(Organisation, world.provider)
        seconds = [world.other_trainer, *(person(db, f"Second {n}", provider, Role.TRAINER) for n in range(MANY - 1))]
        which = dispute(db, world, signed)
    turns = iter(enumerate(seconds))

    def act(db: Session) -> str:
        turn, who = next(turns)
        outcome = "upheld" if turn % 2 else "overruled"
        return str(
            service.decide_dispute(db, actor(db, who), signed, which, outcome, f"{BECAUSE} {turn}", "password").outcome
        )

    answers = at_once(store, act)
    assert sum(isinstance(each, str) for each in answers) == 1, answers
    assert sum(isinstance(each, Conflict) for each in answers) == MANY - 1, answers
    with store.readers() as db:
        assert db.scalar(select(func.count()).where(Leaf.kind == "dispute decided")) == 1
        assert checking.verify(db).ok


def test_a_decision_and_a_withdrawal_at_once_are_one_of_them(store: Database, world: World, signed: uuid.UUID) -> None:
    with store.transaction() as db:
        which, signature = dispute(db, world, signed), thing(db, signed)
    turns = iter(range(MANY))

    def act(db: Session) -> str:
        if next(turns) % 2:
            service.withdraw_signature(db, actor(db, world.trainer), signed, signature, "Amara is right.", "password")
            return "withdrawn"
        who = actor(db, world.other_trainer)
        return str(service.decide_dispute(db, who, signed, which, "overruled", BECAUSE, "password").outcome)

    answers = at_once(store, act)
    assert {each for each in answers if isinstance(each, str)} in ({"withdrawn"}, {"overruled"}), answers
    assert all(isinstance(each, str | Conflict) for each in answers), answers
    with store.readers() as db:
        assert db.scalar(select(func.count()).where(PracticeEvent.kept.is_not(None))) == 1
        assert checking.verify(db).ok


def test_a_dispute_and_a_change_at_once_leave_nothing_half(store: Database, world: World, returned: uuid.UUID) -> None:
    with store.readers() as db:
        group, about = db.get_one(PracticeSession, returned).group_id, thing(db, returned)
    turns = iter(range(MANY))

    def act(db: Session) -> str:
        amara = actor(db, world.trainee)
        if next(turns) % 2:
            return str(service.change_practice(db, amara, returned, 1, 0, make_log(group, keep="Fuller.")).version)
        return str(service.dispute(db, amara, returned, about, WHY).id)

    answers = at_once(store, act)
    assert all(isinstance(each, str | Conflict) for each in answers), answers
    with store.readers() as db:
        session = db.get_one(PracticeSession, returned)
        assert (session.state, session.version) == ("waiting", 2)
        assert contested.find_open(db, returned) is None


def test_a_dispute_and_the_trainer_at_once_are_in_some_order(
    store: Database, world: World, returned: uuid.UUID
) -> None:
    """Ruth presses “return” once more, or signs on a page that is old, while Amara disputes that it came back."""
    with store.readers() as db:
        about = thing(db, returned)
    turns = iter(range(MANY))

    def act(db: Session) -> str:
        turn = next(turns) % 3
        if turn == 0:
            return str(service.dispute(db, actor(db, world.trainee), returned, about, WHY).id)
        return str(give_back(db, world.trainer, returned)) if turn == 1 else str(sign(db, world, returned).id)

    answers = at_once(store, act)
    assert all(isinstance(each, str | Conflict) for each in answers), answers
    with store.readers() as db:
        assert db.get_one(PracticeSession, returned).state == "returned"
        assert contested.find_open(db, returned) is not None
