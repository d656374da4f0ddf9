"""Suspending: a part ends at once, and stands again when somebody is let or invited back in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.core import clock
from lms.core.actor import Role
from lms.core.unit import Database
from lms.learning import enrolling, stopping
from lms.learning.models import Enrolment
from lms.people import invitations
from lms.people.invitations import Place
from lms.people.models import Membership, SignIn
from tests.accounts import post
from tests.make import STARTED, World, actor

SignIns = Callable[..., FlaskClient]


@pytest.fixture
def inviter(sign_in: SignIns, world: World) -> FlaskClient:
    """The browser of the programme administrator."""
    return sign_in(world.administrator)


class TestSuspending:
    def press(self, browser: FlaskClient, store: Database, person: object, what: str) -> int:
        with store.readers() as db:
            member = db.scalars(select(Membership.id).where(Membership.person_id == person)).one()
        return post(browser, f"/people/{member}/{what}", page="/account").status_code

    def test_a_suspended_person_is_out_and_can_be_let_back_in(
        self, inviter: FlaskClient, world: World, store: Database, sign_in: SignIns
    ) -> None:
        amara = sign_in(world.trainee)
        assert self.press(inviter, store, world.trainee, "suspend") == 302
        assert amara.get("/account").status_code == 302
        assert "Left" in inviter.get("/people?q=Amara").text
        with store.readers() as db:
            assert db.scalars(select(Enrolment.ended_on).where(Enrolment.person_id == world.trainee)).one()
            assert db.scalars(select(SignIn.ended_at).where(SignIn.person_id == world.trainee)).one()
        assert self.press(inviter, store, world.trainee, "restore") == 302
        assert amara.get("/account").status_code == 302  # the old sign-in stays ended
        assert sign_in(world.trainee).get("/account").status_code == 200
        with store.readers() as db:
            assert db.scalars(select(Enrolment.ended_on).where(Enrolment.person_id == world.trainee)).one() is None

    def test_who_is_invited_back_takes_the_row_they_left(
        self, inviter: FlaskClient, world: World, store: Database
    ) -> None:
        assert self.press(inviter, store, world.trainee, "suspend") == 302
        with time_machine.travel(datetime.now(UTC) + timedelta(days=9), tick=False), store.transaction() as db:
            place = Place(world.council, Role.TRAINEE, world.libraries, world.trainer)
            given = {"name": "Amara Osei", "email": "amara.osei@example.org"}
            _, code = invitations.create_invitation(db, actor(db, world.administrator), place=place, **given)
            enrolling.accept(db, code, None, name="Amara Osei", password_hash="a digest")
        assert self.press(inviter, store, world.trainee, "restore") == 302
        with store.readers() as db:
            back = db.scalars(select(Membership).where(Membership.person_id == world.trainee)).one()
        assert (back.unit_id, back.started_on, back.ended_on) == (world.libraries, STARTED, None)

    @pytest.mark.parametrize("first", ["rest", "suspend"])
    def test_who_let_a_training_rest_on_the_day_of_the_suspension_still_rests_after_it(
        self, inviter: FlaskClient, world: World, store: Database, first: str
    ) -> None:
        with store.transaction() as db:
            training = db.scalars(select(Enrolment.id).where(Enrolment.person_id == world.trainee)).one()
            if first == "rest":
                stopping.stop(db, actor(db, world.trainee), training, "")
        assert self.press(inviter, store, world.trainee, "suspend") == 302
        assert self.press(inviter, store, world.trainee, "restore") == 302
        with store.transaction() as db:
            rests = db.scalars(select(Enrolment.ended_on).where(Enrolment.person_id == world.trainee)).one()
            assert rests == (clock.today() if first == "rest" else None)
            assert stopping.go_on(db, actor(db, world.trainee), training).ended_on is None

    def test_nobody_has_one_part_twice(self, world: World, store: Database) -> None:
        for person_id, role, provider in ((world.trainee, "trainee", world.provider), (world.manager, "manager", None)):
            twice = Membership(person_id=person_id, organisation_id=world.council, role=role, provider_id=provider)
            twice.started_on = clock.today()
            with pytest.raises(IntegrityError), store.transaction() as db:
                db.add(twice)

    def test_nobody_suspends_themselves(self, inviter: FlaskClient, world: World, store: Database) -> None:
        assert self.press(inviter, store, world.administrator, "suspend") == 409

    def test_only_those_who_look_after_somebody_can(self, sign_in: SignIns, world: World, store: Database) -> None:
        stranger = sign_in(world.stranger)
        assert self.press(stranger, store, world.trainee, "suspend") == 404
        assert self.press(sign_in(world.manager), store, world.trainer, "suspend") == 404
