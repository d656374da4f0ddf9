"""A trainee disputes a signature or a return, and somebody who is no party decides. There is always a next step."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.errors import Conflict, Forbidden
from lms.core.unit import Database
from lms.handover import evidence
from lms.messages.models import Message
from lms.practice import contested, rules, service
from lms.practice.evidence import seen_sessions
from lms.practice.models import Dispute, PracticeEvent, PracticeReturn, PracticeSession, Signature
from lms.practice.signing import find_standing
from lms.record import checking
from lms.register import service as register
from lms.register.models import Leaf
from tests.integration.test_voiding import correct, sign, withdraw
from tests.make import World, actor, make_log

WHY = "I held the silence, and the rating says I did not."
BACK = "The tally of the second half is missing."
BECAUSE = "Both describe the same silence, and it was held."


@pytest.fixture
def signed(store: Database, world: World, sent: uuid.UUID) -> uuid.UUID:
    """The same, signed by Ruth."""
    with store.transaction() as db:
        sign(db, world, sent)
    return sent


@pytest.fixture
def returned(store: Database, world: World, sent: uuid.UUID) -> uuid.UUID:
    """The same, returned by Ruth."""
    with store.transaction() as db:
        give_back(db, world.trainer, sent)
    return sent


def give_back(db: Session, who: uuid.UUID, session_id: uuid.UUID, version: int = 1) -> uuid.UUID:
    return service.return_session(db, actor(db, who), session_id, version, BACK).id


def thing(db: Session, session_id: uuid.UUID) -> uuid.UUID:
    """The signature that stands, or the last return."""
    standing = find_standing(db, session_id)
    returns = select(PracticeReturn.id).where(PracticeReturn.session_id == session_id)
    last = db.scalar(returns.order_by(PracticeReturn.returned_at.desc()).limit(1))
    return standing.id if standing else last or uuid.uuid4()


def dispute(db: Session, world: World, session_id: uuid.UUID, why: str = WHY) -> uuid.UUID:
    return service.dispute(db, actor(db, world.trainee), session_id, thing(db, session_id), why).id


def decide(db: Session, who: uuid.UUID, session_id: uuid.UUID, outcome: str, reason: str = BECAUSE) -> Dispute:
    made = contested.find_open(db, session_id)
    which = made.id if made else uuid.uuid4()
    return service.decide_dispute(db, actor(db, who), session_id, which, outcome, reason, "passkey")


def kinds(db: Session, session_id: uuid.UUID) -> list[str]:
    chosen = select(PracticeEvent.kind).where(PracticeEvent.session_id == session_id)
    return list(db.scalars(chosen.order_by(PracticeEvent.at, PracticeEvent.id)))


def letters(db: Session) -> list[tuple[str, uuid.UUID | None]]:
    rows = db.execute(select(Message.template, Message.person_id).order_by(Message.id))
    return [(row[0], row[1]) for row in rows]


def test_a_disputed_signature_stands_counts_and_is_marked(store: Database, world: World, signed: uuid.UUID) -> None:
    with store.transaction() as db:
        dispute(db, world, signed)
    with store.readers() as db:
        [row] = service.sessions_of(db, world.trainee)
        assert (row.state, row.signature is not None, row.disputed) == ("signed", True, True)
        [seen] = seen_sessions(db, [world.trainee])
        assert (seen.state, seen.level, seen.disputed) == ("signed", 2, True)
        [learner] = evidence.learners(db, evidence.scope(actor(db, world.trainee)))
        [counted] = evidence.gather(db, [learner])[learner.enrolment_id].evidence.sessions
        assert (counted.state, counted.level) == ("signed", 2)
        assert letters(db)[-2:] == [("disputed", world.trainer), ("dispute_asked", world.other_trainer)]
        bodies = db.scalars(select(Message.subject + Message.body)).all()
        assert not any(WHY in each for each in bodies)
        lists = service.queue(db, actor(db, world.other_trainer), "disputes", clock.now())
        assert [(each.id, each.flag and each.flag.word) for each in lists.rows] == [(signed, "Disputed")]
        mine = service.queue(db, actor(db, world.trainer), "signed", clock.now().replace(day=1))
        assert mine.disputes == 1
        assert mine.rows[0].flag is not None
        assert mine.rows[0].flag.word == "Disputed"
        assert checking.verify(db).ok


def test_it_stands_and_that_is_final(store: Database, world: World, signed: uuid.UUID) -> None:
    with store.transaction() as db:
        which = dispute(db, world, signed)
        service.answer(db, actor(db, world.trainer), signed, which, "I counted four interruptions.")
    with store.transaction() as db:
        decide(db, world.other_trainer, signed, "upheld")
    with store.readers() as db:
        session, made = db.get_one(PracticeSession, signed), db.scalars(select(Dispute)).one()
        assert (session.state, session.trainer_id) == ("signed", world.trainer)
        assert find_standing(db, signed) is not None
        assert (made.outcome, made.first_id, made.second_id) == ("upheld", world.trainer, world.other_trainer)
        leaf = db.scalars(select(Leaf).order_by(Leaf.seq.desc()).limit(1)).one()
        assert (leaf.kind, leaf.actor_id, leaf.authenticated_by) == (
            "dispute decided", world.other_trainer, "passkey"
        )  # fmt: skip
        assert kinds(db, signed) == ["sent", "signed", "disputed", "answered", "upheld"]
        told = [("dispute_decided", world.trainee), ("dispute_decided", world.trainer)]
        assert letters(db)[-2:] == told
        assert checking.verify(db).ok
        assert service.get_session(db, actor(db, world.other_trainer), signed), "who decided reads on"
    with pytest.raises(Conflict, match="it stands"), store.transaction() as db:
        dispute(db, world, signed, "Still not.")


def test_what_does_not_stand_waits_for_the_second_assessor(store: Database, world: World, signed: uuid.UUID) -> None:
    with store.transaction() as db:
        dispute(db, world, signed)
    with store.transaction() as db:
        decide(db, world.other_trainer, signed, "overruled")
    with store.readers() as db:
        session, signature = db.get_one(PracticeSession, signed), db.scalars(select(Signature)).one()
        assert (session.state, session.version, session.trainer_id) == ("waiting", 1, world.other_trainer)
        event = db.scalars(select(PracticeEvent).where(PracticeEvent.kind == "overruled")).one()
        assert event.kept is not None
        assert register.digest(event.kept) == signature.digest
        assert signature.voided_at == event.at
        assert checking.verify(db).ok
        assert [each.signed_at for each in seen_sessions(db, [world.trainee])] == [None]
        waiting = {who: service.queue(db, actor(db, who), "waiting", clock.now()) for who in
                   (world.trainer, world.other_trainer)}  # fmt: skip
        assert (waiting[world.trainer].waiting, waiting[world.other_trainer].waiting) == (0, 1)
        [row] = waiting[world.other_trainer].rows
        assert row.flag is not None
        assert row.flag.word == "Overruled"
    for act in (lambda db: sign(db, world, signed), lambda db: give_back(db, world.trainer, signed)):
        with pytest.raises(Forbidden, match="does not stand"), store.transaction() as db:
            act(db)
    with store.transaction() as db:
        who, rated = actor(db, world.other_trainer), {"silence": 4}
        made = service.sign_off(db, who, signed, 1, rated, 3, "It was held.", "password", rules.SECOND)
        assert made.signer_id == world.other_trainer
    with store.readers() as db:
        assert checking.verify(db).ok
        [seen] = seen_sessions(db, [world.trainee])
        assert (seen.level, evidence.why_not_independent(seen)) == (3, "")


def test_a_return_that_does_not_stand_is_signed_or_returned_again(
    store: Database, world: World, returned: uuid.UUID
) -> None:
    with store.transaction() as db:
        dispute(db, world, returned, "Nothing is missing.")
    with store.transaction() as db:
        decide(db, world.other_trainer, returned, "overruled")
    with pytest.raises(Forbidden, match="does not stand"), store.transaction() as db:
        give_back(db, world.trainer, returned)
    with store.transaction() as db:
        assert db.get_one(PracticeSession, returned).version == 1
        waiting = service.queue(db, actor(db, world.other_trainer), "waiting", clock.now())
        assert [each.flag and each.flag.word for each in waiting.rows] == ["Overruled"]
        give_back(db, world.other_trainer, returned)
        opened = service.open_session(db, actor(db, world.trainee), returned)
        assert [each.returned_by for each in opened.returns] == [world.trainer, world.other_trainer]
        assert len(opened.history) == 5
    with store.transaction() as db:
        service.change_practice(
            db, actor(db, world.trainee), returned, 1, 0, make_log(db.get_one(PracticeSession, returned).group_id)
        )
        session = db.get_one(PracticeSession, returned)
        assert (session.version, session.state, session.trainer_id) == (2, "waiting", world.other_trainer)
    with store.transaction() as db:
        sign(db, world, returned, version=2)  # who wrongly returned it may sign it
    with store.readers() as db:
        assert checking.verify(db).ok


@pytest.mark.parametrize("how", ["withdrawn", "corrected", "sent", "dropped"])
def test_either_side_can_end_it_without_a_decision(store: Database, world: World, sent: uuid.UUID, how: str) -> None:
    with store.transaction() as db:
        give_back(db, world.trainer, sent) if how == "sent" else sign(db, world, sent)
    with store.transaction() as db:
        which = dispute(db, world, sent)
    with store.transaction() as db:
        if how == "withdrawn":
            withdraw(db, world, sent)
        elif how == "corrected":
            correct(db, world, sent)
        elif how == "sent":
            log = make_log(db.get_one(PracticeSession, sent).group_id)
            service.change_practice(db, actor(db, world.trainee), sent, 1, 0, log)
        else:
            service.take_back(db, actor(db, world.trainee), sent, which)
            service.take_back(db, actor(db, world.trainee), sent, which)
    with store.readers() as db:
        made = db.scalars(select(Dispute)).one()
        assert made.outcome == ("dropped" if how == "dropped" else "settled")
        assert db.get_one(PracticeEvent, made.ended_id).kind == how == kinds(db, sent)[-1]
        state = db.get_one(PracticeSession, sent).state
        assert state == ("signed" if how == "dropped" else "waiting")
        assert contested.find_open(db, sent) is None
        with pytest.raises(Conflict, match="over"):
            decide(db, world.other_trainer, sent, "upheld")
        assert checking.verify(db).ok


def test_twice_is_once(store: Database, world: World, signed: uuid.UUID) -> None:
    with store.transaction() as db:
        about = thing(db, signed)
        which = dispute(db, world, signed)
        assert dispute(db, world, signed) == which
    with pytest.raises(Conflict, match="already"), store.transaction() as db:
        dispute(db, world, signed, "In other words.")
    for _ in range(2):
        with store.transaction() as db:
            service.answer(db, actor(db, world.trainer), signed, which, "I was there.")
    with pytest.raises(Conflict, match="once"), store.transaction() as db:
        service.answer(db, actor(db, world.trainer), signed, which, "And more.")
    for _ in range(2):
        with store.transaction() as db:
            made = service.decide_dispute(
                db, actor(db, world.other_trainer), signed, which, "overruled", BECAUSE, "password"
            )
            assert made.id == which
    with store.readers() as db:
        assert kinds(db, signed) == ["sent", "signed", "disputed", "answered", "overruled"]
        with pytest.raises(Conflict, match="does not stand any more"):
            service.dispute(db, actor(db, world.trainee), signed, about, WHY)
