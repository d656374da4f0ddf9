"""Who disputes, who decides, and who does not: three people, and a database that keeps them apart."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Forbidden, Invalid, NotFound
from lms.core.unit import Database
from lms.people.models import Membership, Organisation
from lms.practice import contested, rules, service
from lms.practice.models import Dispute, PracticeEvent, PracticeSession
from tests.integration.test_disputes import BECAUSE, WHY, decide, dispute, letters, signed, thing
from tests.integration.test_voiding import sign
from tests.make import World, actor, make_log, person

__all__ = ["signed"]


def test_its_writer_may_send_it_to_the_first_assessor_again(store: Database, world: World, signed: uuid.UUID) -> None:
    with store.transaction() as db:
        dispute(db, world, signed)
        decide(db, world.other_trainer, signed, "overruled")
    with store.transaction() as db:
        group = db.get_one(PracticeSession, signed).group_id
        service.change_practice(db, actor(db, world.trainee), signed, 1, 0, make_log(group, signer_id=world.trainer))
    with store.transaction() as db:
        assert sign(db, world, signed, version=2).signer_id == world.trainer


def test_only_whose_session_it_is_disputes_and_only_who_is_no_party_decides(
    store: Database, world: World, signed: uuid.UUID
) -> None:
    with store.transaction() as db:
        about = thing(db, signed)
        for who in (world.trainer, world.administrator, world.other_trainee, world.other_trainer):
            with pytest.raises(NotFound):
                service.dispute(db, actor(db, who), signed, about, WHY)
        with pytest.raises(Invalid):
            service.dispute(db, actor(db, world.trainee), signed, about, " ")
        with pytest.raises(NotFound):
            service.get_session(db, actor(db, world.other_trainer), signed)
        which = dispute(db, world, signed)
        for who in (world.trainer, world.trainee, world.administrator):
            with pytest.raises(Forbidden):
                decide(db, who, signed, "upheld")
        for who in (world.manager, world.other_trainee, world.stranger):
            with pytest.raises(NotFound):
                decide(db, who, signed, "upheld")
        with pytest.raises(Forbidden):
            service.answer(db, actor(db, world.other_trainer), signed, which, "I was not there.")
        for outcome, reason, proof in (("dropped", BECAUSE, "p"), ("upheld", " ", "p"), ("upheld", BECAUSE, "")):
            with pytest.raises(Invalid):
                service.decide_dispute(
                    db, actor(db, world.other_trainer), signed, which, outcome, reason, proof
                )  # fmt: skip


def test_where_nobody_can_decide_who_administers_the_programme_is_told(
    store: Database, world: World, signed: uuid.UUID
) -> None:
    with store.transaction() as db:
        gone = update(Membership).where(Membership.person_id == world.other_trainer)
        db.execute(gone.values(ended_on=clock.today()))
    with store.transaction() as db:
        dispute(db, world, signed)
        assert letters(db)[-2:] == [("disputed", world.trainer), ("dispute_stuck", world.administrator)]
    with store.transaction() as db:
        provider = db.get_one(Organisation, world.provider)
        newcomer = person(db, "Nadia Karimi", provider, Role.TRAINER)
    with store.transaction() as db:
        assert service.queue(db, actor(db, newcomer), "disputes", clock.now()).disputes == 1
        decide(db, newcomer, signed, "upheld")


def test_who_was_overruled_decides_nothing_more_about_the_session(
    store: Database, world: World, signed: uuid.UUID
) -> None:
    with store.transaction() as db:
        dispute(db, world, signed)
        decide(db, world.other_trainer, signed, "overruled")
    with store.transaction() as db:
        service.sign_off(
            db, actor(db, world.other_trainer), signed, 1, {"silence": 1}, 1, "", "password", rules.SECOND
        )  # fmt: skip
    with store.transaction() as db:
        dispute(db, world, signed, "Nor this.")
        assert contested.deciders(db, db.get_one(PracticeSession, signed), world.other_trainer) == {}
        assert service.queue(db, actor(db, world.trainer), "disputes", clock.now()).disputes == 0
        with pytest.raises(Forbidden):
            decide(db, world.trainer, signed, "overruled")


def test_the_database_keeps_three_people_apart_and_one_open(store: Database, world: World, signed: uuid.UUID) -> None:
    with store.transaction() as db:
        dispute(db, world, signed)
    walls: tuple[dict[str, Any], ...] = (
        {"first_id": world.trainee},
        {"outcome": "upheld"},
        {"outcome": "settled"},
        {"second_id": world.other_trainer},
        {"return_id": None, "signature_id": None},
    )
    for values in walls:
        with store.writers() as db, pytest.raises(IntegrityError):
            db.execute(update(Dispute).values(**values))
    with store.writers() as db:
        made = db.scalars(select(Dispute)).one()
        ends = {"outcome": "overruled", "ended_id": made.opened_id}
        for second in (world.trainee, world.trainer):
            with pytest.raises(IntegrityError), db.begin_nested():
                db.execute(update(Dispute).values(second_id=second, **ends))
        event = PracticeEvent(
            session_id=signed, person_id=world.trainee, version=1, kind="upheld", actor_id=world.other_trainer,
            at=clock.now(), reason=WHY,
        )  # fmt: skip
        with pytest.raises(IntegrityError), db.begin_nested():
            db.add(event)  # without an entry in the register
        twin = {column.name: getattr(made, column.name) for column in Dispute.__table__.columns}
        with pytest.raises(IntegrityError), db.begin_nested():
            db.add(Dispute(**(twin | {"id": uuid.uuid4()})))
        db.rollback()
