"""A signature that counts no more: what was signed stays word for word, and is evidence nowhere until signed again."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.unit import Database
from lms.messages.models import Message
from lms.practice import rules, service
from lms.practice.evidence import seen_sessions
from lms.practice.models import PracticeEvent, PracticeSession, Signature
from lms.practice.rows import Beside
from lms.practice.signing import find_standing
from lms.register import service as register
from lms.register.models import Leaf
from tests.integration.test_at_once import MANY, at_once
from tests.make import OBSERVED, World, actor, make_group, make_log, make_session

WHY = "I counted the advice twice."


@pytest.fixture
def signed(store: Database, world: World) -> uuid.UUID:
    """A session of Amara’s that Ruth has signed."""
    with store.transaction() as db:
        made = make_session(db, world, make_group(db, world))
    with store.transaction() as db:
        sign(db, world, made)
    return made


SEEN = Beside(OBSERVED)


def sign(db: Session, world: World, session_id: uuid.UUID, version: int = 1, beside: Beside = SEEN) -> Signature:
    who, rated = actor(db, world.trainer), {"asking": 2, "silence": 3}
    return service.sign_off(db, who, session_id, version, rated, 2, "You waited.", "password", beside=beside)


def correct(db: Session, world: World, session_id: uuid.UUID, version: int = 1, **changes: Any) -> PracticeSession:
    given = {"advice": 1, "because": WHY} | changes
    log = make_log(db.get_one(PracticeSession, session_id).group_id, **given)
    return service.correct_practice(db, actor(db, world.trainee), session_id, version, 0, log)


def withdraw(db: Session, world: World, session_id: uuid.UUID, why: str = "I signed the wrong evening.") -> None:
    standing = find_standing(db, session_id)
    which = standing.id if standing else uuid.uuid4()
    service.withdraw_signature(db, actor(db, world.trainer), session_id, which, why, "password")


def test_a_correction_keeps_what_was_signed_word_for_word(store: Database, world: World, signed: uuid.UUID) -> None:
    with store.transaction() as db:
        correct(db, world, signed)
    with store.readers() as db:
        session, signature = db.get_one(PracticeSession, signed), db.scalars(select(Signature)).one()
        assert (session.state, session.version, session.advice, session.trainer_id) == ("waiting", 2, 1, world.trainer)
        event = db.scalars(select(PracticeEvent).where(PracticeEvent.kind == "corrected")).one()
        assert (event.reason, event.actor_id, event.signature_id) == (WHY, world.trainee, signature.id)
        assert event.kept is not None
        assert register.digest(event.kept) == signature.digest
        assert event.kept["questions"]["advice"] == 2
        assert signature.voided_at is not None
        leaf = db.scalars(select(Leaf).order_by(Leaf.seq.desc()).limit(1)).one()
        assert (leaf.kind, leaf.subject_id, leaf.actor_id) == ("signature corrected", signed, world.trainee)
        payload = rules.payload_for_voiding(signature.id, signature.digest, signature.leaf_seq, WHY)
        assert leaf.digest == register.digest(payload)
        assert register.verify(db).ok
        letters = db.scalars(select(Message).order_by(Message.id)).all()
        assert [each.template for each in letters] == ["sign_off_asked", "signed", "corrected"]
        assert WHY not in letters[-1].body + leaf.reason


@pytest.mark.parametrize("kind", ["corrected", "withdrawn"])
def test_a_voided_signature_is_evidence_nowhere(store: Database, world: World, signed: uuid.UUID, kind: str) -> None:
    with store.transaction() as db:
        correct(db, world, signed) if kind == "corrected" else withdraw(db, world, signed)
    with store.readers() as db:
        [row] = service.sessions_of(db, world.trainee)
        assert (row.state, row.signature) == ("waiting", None)
        [seen] = seen_sessions(db, [world.trainee], comments=True)
        assert (seen.state, seen.signed_at, seen.level, seen.meaning, seen.comment) == ("waiting", None, None, None, "")
        lists = service.queue(db, actor(db, world.trainer), "waiting", clock.now().replace(day=1))
        assert (lists.waiting, lists.signed) == (1, 0)


def test_the_queue_goes_by_what_was_agreed_and_still_stands(store: Database, world: World, signed: uuid.UUID) -> None:
    with store.transaction() as db:
        group = db.get_one(PracticeSession, signed).group_id
        later = make_session(db, world, group, held_on=clock.today() - timedelta(days=1))

    def agreed() -> int | None:
        with store.readers() as db:
            rows = service.queue(db, actor(db, world.trainer), "waiting", clock.now()).rows
            return next(row.agreed for row in rows if row.id == later)

    assert agreed() == 2
    with store.transaction() as db:
        withdraw(db, world, signed)
    assert agreed() is None
    with store.transaction() as db:
        sign(db, world, signed)
    assert agreed() == 2


def test_it_is_signed_again_and_the_old_signature_stays(store: Database, world: World, signed: uuid.UUID) -> None:
    with store.transaction() as db:
        correct(db, world, signed)
    with store.transaction() as db:
        again = sign(db, world, signed, version=2)
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Signature)) == 2
        [row] = service.sessions_of(db, world.trainee)
        assert row.signature is not None
        assert row.signature.id == again.id
        assert len(seen_sessions(db, [world.trainee])) == 1
        kinds = db.scalars(select(PracticeEvent.kind).order_by(PracticeEvent.at, PracticeEvent.id)).all()
        assert kinds == ["sent", "signed", "corrected", "signed"]


def test_a_correction_needs_a_reason_a_difference_and_its_own_writer(
    store: Database, world: World, signed: uuid.UUID
) -> None:
    for changes in ({"because": ""}, {"advice": 2}):
        with pytest.raises(Invalid) as refused, store.transaction() as db:
            correct(db, world, signed, **changes)
        assert set(refused.value.fields) == {"because"}
    with store.transaction() as db:
        log = make_log(db.get_one(PracticeSession, signed).group_id, because=WHY, advice=1)
        for who in (world.trainer, world.other_trainee, world.stranger):
            with pytest.raises(NotFound):
                service.correct_practice(db, actor(db, who), signed, 1, 0, log)
        with pytest.raises(Conflict, match="never changed"):
            service.change_practice(db, actor(db, world.trainee), signed, 1, 0, log)
        assert find_standing(db, signed) is not None


def test_only_who_signed_withdraws_and_says_why(store: Database, world: World, signed: uuid.UUID) -> None:
    with store.transaction() as db:
        standing = find_standing(db, signed)
        assert standing is not None
        for who in (world.trainee, world.administrator):
            with pytest.raises(Forbidden):
                service.withdraw_signature(db, actor(db, who), signed, standing.id, "No.", "password")
        for who in (world.manager, world.other_trainee, world.other_trainer):
            with pytest.raises(NotFound):
                service.withdraw_signature(db, actor(db, who), signed, standing.id, "No.", "password")
        for why, proof in ((" ", "password"), ("No.", "")):
            with pytest.raises(Invalid):
                service.withdraw_signature(db, actor(db, world.trainer), signed, standing.id, why, proof)
        withdraw(db, world, signed)
    with store.readers() as db:
        session = db.get_one(PracticeSession, signed)
        assert (session.state, session.version, session.trainer_id) == ("waiting", 1, world.trainer)
        leaf = db.scalars(select(Leaf).order_by(Leaf.seq.desc()).limit(1)).one()
        assert (leaf.kind, leaf.authenticated_by, leaf.reason) == ("signature withdrawn", "password", "")
        letter = db.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
        assert (letter.template, letter.person_id) == ("withdrawn", world.trainee)
        assert "wrong evening" not in letter.body


def test_one_of_a_correction_and_a_withdrawal_at_once_wins(store: Database, world: World, signed: uuid.UUID) -> None:
    turns = iter(range(MANY))

    def act(db: Session) -> str:
        if next(turns) % 2:
            withdraw(db, world, signed)
            return "withdrawn"
        return str(correct(db, world, signed).version)

    answers = at_once(store, act)
    # The same correction sent again is the same correction; a second withdrawal has nothing left to withdraw.
    assert {str(each) for each in answers if not isinstance(each, Exception)} in ({"withdrawn"}, {"2"})
    assert all(isinstance(each, str | Conflict) for each in answers)
    with store.readers() as db:
        assert db.scalar(select(func.count()).where(PracticeEvent.kept.is_not(None))) == 1
        assert db.scalar(select(func.count()).select_from(Leaf)) == 2


def test_many_withdrawals_at_once_are_one(store: Database, world: World, signed: uuid.UUID) -> None:
    answers = at_once(store, lambda db: withdraw(db, world, signed))
    assert answers.count(None) == 1
    assert sum(isinstance(each, Conflict) for each in answers) == MANY - 1


def test_the_database_keeps_the_history_and_both_sides_apart(store: Database, world: World, signed: uuid.UUID) -> None:
    with store.transaction() as db:
        withdraw(db, world, signed)
    change = update(PracticeEvent).values(actor_id=world.other_trainer)
    for statement in (change, delete(PracticeEvent)):
        with store.writers() as db, pytest.raises(DBAPIError, match="never"):
            db.execute(statement)
    with store.readers() as db:
        signature = db.scalars(select(Signature)).one()
    made = {
        "id": uuid.uuid4(), "session_id": signed, "person_id": world.trainee, "version": 1, "kind": "withdrawn",
        "actor_id": world.trainee, "at": clock.now(), "reason": "No.", "signature_id": signature.id, "kept": {"a": 1},
        "leaf_seq": 3,
    }  # fmt: skip
    walls: tuple[dict[str, Any], ...] = (
        made,  # the writer withdraws what somebody else signed
        made | {"kind": "corrected", "actor_id": world.trainer},  # the signer corrects what somebody else wrote
        made | {"actor_id": world.trainer},  # voided twice
        made | {"actor_id": world.trainer, "reason": ""},
        made | {"actor_id": world.trainer, "leaf_seq": None},
    )
    for values in walls:
        with store.writers() as db, pytest.raises(IntegrityError):
            db.execute(insert(PracticeEvent).values(**values))
