"""A link and everybody who reaches for it in the same moment; and what was kept of it, changed behind our back."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.unit import Database
from lms.messages.models import Message
from lms.people.models import Person
from lms.practice import observers, observing, service
from lms.practice.models import PracticeEvent, PracticeSession, Signature
from lms.practice.observer_models import ObserverLink
from lms.practice.observing import Over
from lms.practice.signing import StaleReading
from lms.record import checking
from lms.register.models import Leaf
from tests.integration.test_at_once import MANY, at_once
from tests.integration.test_tampering import found_after, other
from tests.integration.test_voiding import correct, sign
from tests.make import World, actor, make_group, make_session
from tests.make_observers import ask, code_of, sign_by_link

Act = Callable[[Session], Any]
REFUSALS = (Over, NotFound, StaleReading, Conflict, Invalid)


def whole(store: Database) -> tuple[int, int]:
    """How many signatures of observers there are and letters about them, the register being in order."""
    with store.readers() as db:
        assert checking.verify(db).problems == ()
        signed = db.scalar(select(func.count()).where(Signature.tier == "link"))
        told = db.scalar(select(func.count()).where(Message.template == "observed"))
        used = db.scalar(select(func.count()).where(ObserverLink.state == "signed"))
        assert signed == told == used
        return signed or 0, db.scalar(select(func.count()).select_from(Leaf)) or 0


def test_many_at_once_on_one_link_sign_once(store: Database, code: str) -> None:
    answers = at_once(store, lambda db: sign_by_link(db, code).id)
    assert len([each for each in answers if isinstance(each, uuid.UUID)]) == 1, answers
    assert len([each for each in answers if isinstance(each, Over)]) == MANY - 1, answers
    assert whole(store) == (1, 1)


def test_asking_many_times_at_once_sends_one_letter(store: Database, world: World, sent: uuid.UUID) -> None:
    answers = at_once(store, lambda db: ask(db, world, sent).id)
    assert len(set(answers)) == 1, answers
    with store.readers() as db:
        assert db.scalar(select(func.count()).where(Message.template == "observer")) == 1


def test_one_address_signs_for_many_sessions_at_once_as_one_person(store: Database, world: World) -> None:
    with store.transaction() as db:
        circle, codes = make_group(db, world), list[str]()
        for day in range(MANY):
            ask(db, world, make_session(db, world, circle, held_on=clock.today() - timedelta(days=day + 1)))
            codes.append(code_of(db))
    answers = at_once(store, lambda db: sign_by_link(db, codes.pop()).signer_id)
    assert len(set(answers)) == 1, answers
    assert whole(store) == (MANY, MANY)


def everybody(store: Database, world: World, sent: uuid.UUID, code: str) -> list[Any]:
    """The observer signs and refuses, the trainer signs and returns, the writer sends again, takes back, corrects."""
    with store.readers() as db:
        link_id = db.scalars(select(ObserverLink.id)).one()

    def amara(db: Session) -> Actor:
        return actor(db, world.trainee)

    acts: list[Act] = [
        lambda db: sign_by_link(db, code),
        lambda db: observing.decline(db, code),
        lambda db: sign(db, world, sent),
        lambda db: observers.send_again(db, amara(db), sent, link_id),
        lambda db: observers.take_back(db, amara(db), sent, link_id),
        lambda db: correct(db, world, sent),
        lambda db: sign_by_link(db, code),
        lambda db: service.return_session(db, actor(db, world.trainer), sent, 1, "The tally is missing."),
    ]
    random.shuffle(acts)

    def one(db: Session) -> str:
        acts.pop()(db)
        return "done"

    return at_once(store, one)


@pytest.mark.parametrize("_time", range(3))
def test_whoever_comes_first_the_register_is_in_order_and_no_link_is_used_twice(
    store: Database, world: World, sent: uuid.UUID, code: str, _time: int
) -> None:
    answers = everybody(store, world, sent, code)
    assert not [each for each in answers if each != "done" and not isinstance(each, REFUSALS)], answers
    assert whole(store)[0] <= 1
    with store.readers() as db:
        standing = service.standing_of(db, sent)
        assert len({each.tier == "link" for each in standing}) == len(standing)
        state = db.get_one(PracticeSession, sent).state
        assert (state == "signed") == any(each.tier != "link" for each in standing)


def test_sent_again_while_the_observer_signs_one_of_the_two_holds(store: Database, world: World, code: str) -> None:
    with store.readers() as db:
        link = db.scalars(select(ObserverLink)).one()
    acts: list[Act] = [
        lambda db: observers.send_again(db, actor(db, world.trainee), link.session_id, link.id).id,
        *[lambda db: sign_by_link(db, code).id] * (MANY - 1),
    ]
    answers = at_once(store, lambda db: acts.pop()(db))  # noqa: PLW0108 - each its own
    assert not [each for each in answers if not isinstance(each, uuid.UUID | Over | NotFound | Conflict)], answers
    signed, _ = whole(store)
    with store.readers() as db:
        sendings, state = db.execute(select(ObserverLink.sendings, ObserverLink.state)).one()
        assert (signed, sendings, state) in ((1, 1, "signed"), (0, 2, "open"))


# What the register binds of an observer's signature, of the link it came by, and of a voided one.
BOUND = {
    Signature: (
        "tier", "signer_id", "signed_at", "meaning", "authenticated_by", "session_version", "digest", "ratings",
        "level", "comment", "leaf_seq", "voided_at",
    ),
    ObserverLink: ("signed_as", "about", "email", "signature_id"),
    PracticeSession: ("minutes", "role", "open", "held_on"),
}  # fmt: skip


@pytest.mark.parametrize("corrected", [False, True], ids=["standing", "voided"])
def test_each_column_of_what_an_observer_signed_is_found(
    store: Database, world: World, sent: uuid.UUID, code: str, corrected: bool
) -> None:
    with store.transaction() as db:
        sign_by_link(db, code)
    with store.transaction() as db:
        if corrected:
            correct(db, world, sent)
    for model, names in BOUND.items():
        for name in names if not (corrected and model is PracticeSession) else ():
            meant, problems = found_after(store, changed(model, name), random.Random(1))  # noqa: S311
            assert any(re.search(rf"\b[Ee]ntry {meant}\b", each) for each in problems), (model, name, problems)
    with store.readers() as db:
        assert checking.verify(db).ok


def changed(model: Any, name: str) -> Any:
    def change(connection: Connection, chance: random.Random) -> int:
        signature = connection.execute(select(Signature.__table__)).one()
        row = connection.execute(select(model.__table__)).one()
        new = {"tier": "account", "role": "shared", "level": 1, "leaf_seq": 99}.get(name)
        if name == "signature_id":  # the link lets go of its signature
            connection.execute(update(ObserverLink).values(state="declined", signature_id=None))
            return int(signature.leaf_seq)
        if name == "signer_id":
            new = connection.execute(select(Person.id).where(Person.name == "Bashir Noor")).scalar_one()
        if name == "voided_at":
            new = other(signature.voided_at or signature.signed_at, chance)
        connection.execute(update(model).values({name: other(getattr(row, name), chance) if new is None else new}))
        return int(signature.leaf_seq)

    return change


def test_a_trainer_s_signature_is_not_made_to_look_surer_than_it_was(
    store: Database, world: World, sent: uuid.UUID
) -> None:
    with store.transaction() as db:
        service.sign_off(db, actor(db, world.trainer), sent, 1, {"asking": 2}, 2, "", "password, face to face")

    def surer(connection: Connection, chance: random.Random) -> int:
        connection.execute(update(Signature).values(tier="account"))
        return 1

    _, problems = found_after(store, surer, random.Random(1))  # noqa: S311
    assert problems == ["Entry 1 and its signature differ in how sure it is who signed."]


def test_what_was_kept_of_an_observer_s_signature_is_found_when_it_is_changed(
    store: Database, world: World, sent: uuid.UUID, code: str
) -> None:
    with store.transaction() as db:
        sign_by_link(db, code)
    with store.transaction() as db:
        correct(db, world, sent)

    def emptied(connection: Connection, chance: random.Random) -> int:
        connection.execute(update(PracticeEvent).where(PracticeEvent.kind == "corrected").values(kept={}))
        return 1

    meant, problems = found_after(store, emptied, random.Random(1))  # noqa: S311
    assert any(re.search(rf"\b[Ee]ntry {meant}\b", each) for each in problems), problems
