"""Who an observer is: somebody known by an address, without an account, and never the writer."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Forbidden, HouseError, Invalid
from lms.core.unit import Database
from lms.learning import enrolling
from lms.messages import service as messages
from lms.messages.models import Message
from lms.people import charge, invitations
from lms.people import service as people
from lms.people.invitations import Place
from lms.people.models import Membership, Person
from lms.practice.models import Signature
from lms.practice.observer_models import ObserverLink
from lms.record import checking
from lms.register.models import Leaf
from tests.integration.test_observers import state
from tests.integration.test_voiding import correct
from tests.make import World, actor, make_group, make_session
from tests.make_observers import RATED, ask, code_of, sign_by_link


def test_an_observer_has_no_account_and_no_letter_makes_one(store: Database, world: World, code: str) -> None:
    with store.transaction() as db:
        maria = sign_by_link(db, code).signer_id
        person = db.get_one(Person, maria)
        assert (person.name, person.email, person.password) == ("M. Ortiz", "maria@hospice.example", None)
        assert people.find_account(db, "email", person.email) is None, "no sign-in, no new password"
        assert people.get_actor(db, maria).memberships == ()
        assert "M. Ortiz" not in [row.name for row in charge.list_members(db, actor(db, world.administrator))]
        assert maria not in people.people_with(db, Role.TRAINER, [world.provider])
        assert not db.scalars(select(Membership).where(Membership.person_id == maria)).all()


def test_an_observer_can_be_invited_later_and_is_the_same_person(store: Database, world: World, code: str) -> None:
    with store.transaction() as db:
        maria = sign_by_link(db, code).signer_id
        place = Place(world.provider, Role.TRAINER)
        _, invited = invitations.create_invitation(
            db, actor(db, world.administrator), name="Maria Ortiz", email="maria@hospice.example", place=place
        )
    with store.transaction() as db:
        person = enrolling.accept(db, invited, None, name="Maria Ortiz", password_hash="x" * 60)
        assert person.id == maria
        assert people.find_account(db, "email", "maria@hospice.example") is not None
        assert checking.verify(db).ok


def test_one_address_is_one_person_however_often_they_sign(store: Database, world: World) -> None:
    with store.transaction() as db:
        circle, signers = make_group(db, world), set()
        for day in (3, 4):
            ask(db, world, make_session(db, world, circle, held_on=clock.today() - timedelta(days=day)))
            signers.add(sign_by_link(db, code_of(db), signed_as=f"Maria {day}").signer_id)
        assert len(signers) == 1


def test_an_address_that_came_to_be_the_writer_s_signs_nothing(
    store: Database, world: World, sent: uuid.UUID, code: str
) -> None:
    with store.transaction() as db:
        db.execute(update(Person).where(Person.id == world.trainee).values(email="maria@hospice.example"))
    with pytest.raises(Forbidden), store.transaction() as db:
        sign_by_link(db, code)
    assert state(store) == "open"


@pytest.mark.parametrize("wrong", [{"ratings": {}}, {"ratings": {"nothing": 1}}, {"level": 6}])
def test_what_is_no_review_is_refused(store: Database, code: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid), store.transaction() as db:
        sign_by_link(db, code, **wrong)
    assert state(store) == "open"


def test_the_database_takes_no_second_word_of_either_kind(store: Database, world: World, code: str) -> None:
    with store.transaction() as db:
        made = sign_by_link(db, code)
        twin = {column.name: getattr(made, column.name) for column in Signature.__table__.columns}
        for wrong in ({}, {"tier": "heard of"}, {"tier": "account", "signer_id": made.person_id}):
            with pytest.raises(IntegrityError), db.begin_nested():
                db.execute(insert(Signature).values(twin | {"id": uuid.uuid4()} | wrong))
        db.execute(insert(Signature).values(twin | {"id": uuid.uuid4(), "tier": "account"}))
        for wrong_state in ("open", "signed"):
            with pytest.raises(IntegrityError), db.begin_nested():
                db.execute(update(ObserverLink).values(state=wrong_state, signature_id=None))


def test_nothing_is_kept_of_a_signature_that_breaks_half_way(
    store: Database, world: World, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.practice.history.note", lambda *_, **__: (_ for _ in ()).throw(HouseError("down")))
    with pytest.raises(HouseError), store.transaction() as db:
        sign_by_link(db, code)
    monkeypatch.undo()
    with store.readers() as db:
        assert db.scalar(select(func.count()).where(Message.template == "observed")) == 0
        assert db.scalar(select(func.count()).select_from(Leaf)) == 0
    with store.transaction() as db:
        assert sign_by_link(db, code).ratings == RATED


def test_who_was_named_to_sign_is_still_asked_after_a_correction(store: Database, world: World) -> None:
    with store.transaction() as db:
        made = make_session(db, world, make_group(db, world), signer_id=world.other_trainer)
        ask(db, world, made)
        sign_by_link(db, code_of(db))
        assert correct(db, world, made).trainer_id == world.other_trainer


def test_a_letter_that_was_sent_keeps_no_link(store: Database, code: str) -> None:
    with store.transaction() as db:
        letter = db.scalars(select(Message).where(Message.template == "observer")).one()
        messages.note_sent(db, letter.id)
        assert letter.body == ""
