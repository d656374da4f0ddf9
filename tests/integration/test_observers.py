"""Somebody from outside signs by a link: asked by letter, once, beside the trainer and never in the trainer's place."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from lms.core import clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.unit import Database
from lms.messages.models import Message
from lms.people.models import Person
from lms.people.rules import digest
from lms.practice import observers, observing, rules, service
from lms.practice.evidence import seen_sessions
from lms.practice.models import PracticeEvent, PracticeSession, Signature
from lms.practice.observer_models import ObserverLink
from lms.practice.observing import Over
from lms.practice.signing import StaleReading, find_observed, find_standing
from lms.record import checking
from lms.register import service as register
from lms.register.models import Leaf
from tests.integration.test_voiding import correct, sign
from tests.make import World, actor, make_group, make_log, make_session
from tests.make_observers import MARIA, ask, code_of, sign_by_link


def state(store: Database) -> str:
    with store.readers() as db:
        return db.scalars(select(ObserverLink.state).order_by(ObserverLink.id.desc()).limit(1)).one()


def test_the_letter_holds_a_link_a_name_and_a_day_and_nothing_that_was_written(
    store: Database, world: World, sent: uuid.UUID, code: str
) -> None:
    with store.readers() as db:
        letter = db.scalars(select(Message).where(Message.template == "observer")).one()
        session, link = db.get_one(PracticeSession, sent), db.scalars(select(ObserverLink)).one()
        assert (letter.email, letter.person_id, letter.organisation_id) == ("maria@hospice.example", None, None)
        assert "Amara Osei" in letter.subject
        for word in (session.keep, session.differently, MARIA["about"], "Parks & Depot"):
            assert word not in letter.subject + letter.body
        assert link.code_digest == digest(code)
        assert code not in str([getattr(link, column.name) for column in ObserverLink.__table__.columns])
        assert len(code) >= 43, "256 bits"
        assert link.expires_at == link.sent_at + timedelta(days=14)


def test_what_an_observer_signs_stands_beside_and_the_session_waits_on(
    store: Database, world: World, sent: uuid.UUID, code: str
) -> None:
    with store.transaction() as db:
        made = sign_by_link(db, code)
        session = db.get_one(PracticeSession, sent)
        assert (session.state, session.trainer_id, session.version) == ("waiting", world.trainer, 1)
        assert (made.tier, made.authenticated_by) == ("link", "a link sent by e-mail")
        assert made.digest == register.digest(rules.payload_for_observer(session))
        assert not set(rules.NOT_FOR_OBSERVERS) & set(rules.payload_for_observer(session))
        assert find_standing(db, sent) is None
        assert find_observed(db, sent) is made
        leaf = db.scalars(select(Leaf)).one()
        assert (leaf.kind, leaf.actor_id, leaf.authenticated_by) == ("signature", made.signer_id, made.authenticated_by)
        told = db.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
        assert (told.template, told.person_id) == ("observed", world.trainee)
        assert "let them think" not in told.body
        assert checking.verify(db).ok
    assert state(store) == "signed"
    with store.transaction() as db:
        sign(db, world, sent)
    with store.readers() as db:
        assert find_observed(db, sent) is not None
        assert db.get_one(PracticeSession, sent).state == "signed"
        assert checking.verify(db).ok


def test_the_trainer_may_sign_first_and_the_observer_after(
    store: Database, world: World, sent: uuid.UUID, code: str
) -> None:
    with store.transaction() as db:
        sign(db, world, sent)
    with store.transaction() as db:
        sign_by_link(db, code)
        assert db.get_one(PracticeSession, sent).state == "signed"
        opened = service.open_session(db, actor(db, world.trainee), sent)
        assert (opened.signature is not None, opened.observed is not None) == (True, True)
        assert checking.verify(db).ok


def test_of_an_observer_s_signature_nothing_is_evidence_that_counts(
    store: Database, world: World, sent: uuid.UUID, code: str
) -> None:
    with store.transaction() as db:
        sign_by_link(db, code)
        [row] = service.sessions_of(db, world.trainee)
        assert (row.state, row.signature) == ("waiting", None)
        [seen] = seen_sessions(db, [world.trainee], comments=True)
        assert (seen.state, seen.signer_name, seen.level, seen.tier, seen.comment) == (
            "waiting", "Ruth Tamihana", None, None, "",
        )  # fmt: skip
        assert (seen.observer_name, seen.observed_level, seen.observer_seated) == ("M. Ortiz", 3, False)
        lists = service.queue(db, actor(db, world.trainer), "waiting", clock.now())
        assert (lists.waiting, lists.signed, lists.rows[0].agreed) == (1, 0, None)


@pytest.mark.parametrize(
    ("email", "words"),
    [("Amara.Osei@Example.org", "your own address"), ("bashir.noor@example.org", "Bashir is a trainer here")],
)
def test_who_has_another_way_to_sign_or_none_is_refused(
    store: Database, world: World, sent: uuid.UUID, email: str, words: str
) -> None:
    with store.transaction() as db, pytest.raises(Invalid, match=words):
        ask(db, world, sent, email=email)


def test_one_is_asked_at_a_time_and_the_same_one_twice_is_one_letter(
    store: Database, world: World, sent: uuid.UUID, code: str
) -> None:
    with store.transaction() as db:
        first = db.scalars(select(ObserverLink)).one()
        assert ask(db, world, sent) is first
        with pytest.raises(Invalid, match="Maria Ortiz is asked already"):
            ask(db, world, sent, email="joan@hospice.example")
    with store.readers() as db:
        assert db.scalar(select(func.count()).where(Message.template == "observer")) == 1


def test_sent_again_the_old_link_is_dead_and_the_new_one_has_fourteen_days(
    store: Database, world: World, sent: uuid.UUID, code: str
) -> None:
    with time_machine.travel(clock.now() + timedelta(days=13)), store.transaction() as db:
        link = db.scalars(select(ObserverLink)).one()
        observers.send_again(db, actor(db, world.trainee), sent, link.id)
        new = code_of(db)
    assert new != code
    with time_machine.travel(clock.now() + timedelta(days=26)), store.transaction() as db:
        assert observing.open_link(db, code) is None
        with pytest.raises(NotFound):
            sign_by_link(db, code)
        sign_by_link(db, new)
    assert state(store) == "signed"


def test_a_link_runs_out_after_fourteen_days_and_can_be_sent_again(
    store: Database, world: World, sent: uuid.UUID, code: str
) -> None:
    with time_machine.travel(clock.now() + timedelta(days=14, seconds=1)), store.transaction() as db:
        shown = observing.open_link(db, code)
        assert shown is not None
        assert shown.state == "expired"
        for act in (sign_by_link, observing.decline):
            with pytest.raises(Over):
                act(db, code)
        observers.send_again(db, actor(db, world.trainee), sent, shown.link.id)
        sign_by_link(db, code_of(db))


def test_a_link_works_once(store: Database, code: str) -> None:
    with store.transaction() as db:
        sign_by_link(db, code)
    for act in (sign_by_link, observing.decline):
        with pytest.raises(Over), store.transaction() as db:
            act(db, code)
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Signature)) == 1


def test_taken_back_it_opens_nothing_and_another_may_be_asked(
    store: Database, world: World, sent: uuid.UUID, code: str
) -> None:
    with store.transaction() as db:
        amara, link = actor(db, world.trainee), db.scalars(select(ObserverLink)).one()
        observers.take_back(db, amara, sent, link.id)
        assert observing.open_link(db, code) is None
        with pytest.raises(NotFound):
            sign_by_link(db, code)
        for act in (observers.take_back, observers.send_again):
            with pytest.raises(Conflict):
                act(db, amara, sent, link.id)
        ask(db, world, sent, email="joan@hospice.example", name="Joan Reed")


def test_who_did_not_see_it_ends_the_link_and_the_writer_is_told(
    store: Database, world: World, sent: uuid.UUID, code: str
) -> None:
    with store.transaction() as db:
        observing.decline(db, code)
    with store.transaction() as db:
        told = db.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
        assert (told.template, told.person_id, state(store)) == ("not_seen", world.trainee, "declined")
        assert db.scalar(select(func.count()).select_from(Leaf)) == 0
        assert db.scalars(select(Person).where(Person.email == "maria@hospice.example")).all() == []
        ask(db, world, sent, email="joan@hospice.example", name="Joan Reed")


def test_letters_about_one_session_and_of_one_person_have_an_end(store: Database, world: World) -> None:
    with store.transaction() as db:
        amara, circle = actor(db, world.trainee), make_group(db, world)
        first, second = (make_session(db, world, circle, held_on=clock.today() - timedelta(days=day)) for day in (3, 4))
        for session_id in (first, second):
            link = ask(db, world, session_id)
            for _ in range(observers.MOST_SENDINGS - 1):
                observers.send_again(db, amara, session_id, link.id)
        with pytest.raises(Invalid, match="as often as they are sent"):
            observers.send_again(db, amara, second, link.id)
        third = make_session(db, world, circle, held_on=clock.today() - timedelta(days=5))
        with pytest.raises(Invalid, match="Wait a day"):
            ask(db, world, third)
    with time_machine.travel(clock.now() + timedelta(days=1, minutes=1)), store.transaction() as db:
        ask(db, world, third)


def test_only_the_writer_asks_and_only_while_it_waits(store: Database, world: World, sent: uuid.UUID) -> None:
    for who in (world.trainer, world.other_trainee, world.administrator, world.stranger):
        with store.transaction() as db, pytest.raises(NotFound):
            observers.ask(db, actor(db, who), sent, **MARIA)
    with store.transaction() as db:
        sign(db, world, sent)
    with store.transaction() as db, pytest.raises(Conflict, match="waits for its trainer"):
        ask(db, world, sent)


def test_a_new_version_has_to_be_read_and_then_the_same_link_signs_it(
    store: Database, world: World, sent: uuid.UUID, code: str
) -> None:
    with store.transaction() as db:
        group = db.get_one(PracticeSession, sent).group_id
        service.change_practice(db, actor(db, world.trainee), sent, 1, 0, make_log(group, advice=1))
    with pytest.raises(StaleReading), store.transaction() as db:
        sign_by_link(db, code)
    with store.transaction() as db:
        assert sign_by_link(db, code, version=2).session_version == 2


def test_while_it_is_with_its_writer_nobody_signs_it(store: Database, world: World, sent: uuid.UUID, code: str) -> None:
    with store.transaction() as db:
        service.return_session(db, actor(db, world.trainer), sent, 1, "The tally is missing.")
    with pytest.raises(Over), store.transaction() as db:
        sign_by_link(db, code)
    assert state(store) == "open"


@pytest.mark.parametrize("before", ["waiting", "returned", "signed"])
def test_a_correction_voids_what_the_observer_signed_as_well(
    store: Database, world: World, sent: uuid.UUID, code: str, before: str
) -> None:
    with store.transaction() as db:
        sign_by_link(db, code)
    with store.transaction() as db:
        if before == "signed":
            sign(db, world, sent)
        if before == "returned":
            service.return_session(db, actor(db, world.trainer), sent, 1, "The tally is missing.")
    with store.transaction() as db:
        group = db.get_one(PracticeSession, sent).group_id
        with pytest.raises(Conflict):
            service.change_practice(db, actor(db, world.trainee), sent, 1, 0, make_log(group, advice=1))
        with pytest.raises(Invalid):
            correct(db, world, sent, because="")
        session = correct(db, world, sent)
        assert (session.state, session.version, session.trainer_id) == ("waiting", 2, world.trainer)
    with store.transaction() as db:
        many = 2 if before == "signed" else 1
        kept = db.scalars(select(PracticeEvent).where(PracticeEvent.kind == "corrected")).all()
        signatures = {each.id: each for each in db.scalars(select(Signature))}
        assert len(kept) == len(signatures) == many
        for event in kept:
            assert event.kept is not None
            assert event.signature_id is not None
            assert register.digest(event.kept) == signatures[event.signature_id].digest
        assert db.scalars(select(Leaf.kind)).all() == ["signature"] * many + ["signature corrected"] * many
        assert service.standing_of(db, sent) == []
        assert checking.verify(db).ok
        ask(db, world, sent)
        sign_by_link(db, code_of(db), version=2)
        sign(db, world, sent, version=2)
        assert checking.verify(db).ok
