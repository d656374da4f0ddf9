"""Whoever invites chooses the award; one comes after the other, and what came before stays in the record."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from assessments.standards import get_standard
from lms.core.actor import Role
from lms.core.unit import Database
from lms.handover import everybody
from lms.handover import service as handover
from lms.learning.models import Enrolment
from lms.people.models import Membership, Organisation, Person, Unit
from lms.practice import unlocking
from tests.accounts import post
from tests.integration.test_invitations import JONAH, NEW_PASSWORD, asked, code_of
from tests.make import STARTED, World, actor, buy, person

SignIn = Callable[..., FlaskClient]
WHY = "He has led Balint groups for nine years."
COMES_AFTER = "“Associate facilitator” comes after “Trained member”, which Jonah has not reached with this provider."


@pytest.fixture
def ilse(sign_in: SignIn, world: World) -> FlaskClient:
    return sign_in(world.administrator)


@pytest.fixture
def amara_s(store: Database, world: World) -> uuid.UUID:
    """Amara’s membership; she is in training towards Trained member."""
    with store.transaction() as db:
        mine = update(Enrolment).where(Enrolment.person_id == world.trainee)
        db.execute(mine.values(standard_id="member", standard_version=1))
        return db.scalars(select(Membership.id).where(Membership.person_id == world.trainee)).one()


def trainings(store: Database, who: str | uuid.UUID) -> list[tuple[str, int, str]]:
    """What somebody is in training towards, the first one first: standard, version, why early."""
    with store.readers() as db:
        whose = Person.email == who if isinstance(who, str) else Person.id == who
        rows = (
            select(Enrolment).join(Person, Person.id == Enrolment.person_id).where(whose, Enrolment.ended_on.is_(None))
        )
        found = db.scalars(rows.order_by(Enrolment.id))
        return [(each.standard_id, each.standard_version, each.early_because) for each in found]


def reach(store: Database, world: World, standard_id: str) -> None:
    """Amara was found ready by a standard, as far as a decision goes."""
    with store.transaction() as db:
        learner = handover.get_learner(db, actor(db, world.trainer), world.trainee)
        assert learner.standard_id == standard_id
        seen = handover.standing_of(db, learner, handover.today()).readiness
        ruth, key = actor(db, world.trainer), uuid.uuid4()
        handover._record(db, ruth, learner, "ready", "All of it.", "password", key, seen)


class TestInviting:
    @pytest.mark.parametrize("award", ["member", "certified"])
    def test_the_award_that_was_chosen_is_what_they_are_trained_towards(
        self, ilse: FlaskClient, world: World, store: Database, client: FlaskClient, award: str
    ) -> None:
        assert post(ilse, "/people/invite", **asked(world, award=award)).location == "/people"
        post(client, f"/invitation/{code_of(store)}", name="Jonah Price", password=NEW_PASSWORD)
        assert trainings(store, JONAH) == [(award, get_standard(award).version, "")]
        assert client.get("/").status_code == 200

    def test_certified_is_chosen_until_somebody_chooses_otherwise(self, ilse: FlaskClient) -> None:
        page = ilse.get("/people/invite").text
        assert page.count("checked") == 1
        assert 'value="certified"' in page.split("checked")[0][-120:]

    def test_what_comes_before_is_said_and_nothing_typed_is_lost(self, ilse: FlaskClient, world: World) -> None:
        answer = post(ilse, "/people/invite", **asked(world, award="associate"))
        assert answer.status_code == 422
        assert COMES_AFTER in answer.text
        assert JONAH in answer.text

    def test_a_reason_lets_somebody_begin_early_and_both_are_in_the_record(
        self, ilse: FlaskClient, world: World, store: Database, client: FlaskClient
    ) -> None:
        sent = post(ilse, "/people/invite", **asked(world, award="associate", because=WHY))
        assert sent.location == "/people"
        post(client, f"/invitation/{code_of(store)}", name="Jonah Price", password=NEW_PASSWORD)
        assert trainings(store, JONAH) == [("member", 3, ""), ("associate", 4, WHY)]
        assert "Trained member" in client.get("/readiness").text

    def test_nobody_begins_as_a_lead_early(self, ilse: FlaskClient, world: World) -> None:
        answer = post(ilse, "/people/invite", **asked(world, award="lead", because=WHY))
        assert answer.status_code == 422
        assert "Nobody begins it early." in answer.text
        assert WHY in answer.text

    def test_the_answer_tells_nothing_about_people_one_does_not_look_after(
        self, sign_in: SignIn, world: World, store: Database, amara_s: uuid.UUID
    ) -> None:
        reach(store, world, "member")
        with store.transaction() as db:
            amara = db.get_one(Person, world.trainee).email
            port = Organisation(name="Port Authority", kind="client")
            db.add(port)
            db.flush()
            buy(db, db.get_one(Organisation, world.provider), port)
            quay = Unit(organisation_id=port.id, name="Quay", headcount=9)
            db.add(quay)
            db.flush()
            manager, place = person(db, "Ada Lund", port, Role.MANAGER), f"{port.id} {quay.id}"
        there, here = sign_in(manager), sign_in(world.administrator)
        for email in (amara, JONAH):
            answer = post(there, "/people/invite", **asked(world, email=email, award="associate", place=place))
            assert answer.status_code == 422
            assert COMES_AFTER in answer.text
        sent = post(here, "/people/invite", **asked(world, email=amara, award="associate", place=place))
        assert sent.location == "/people", "whoever looks after them knows that they reached it"


class TestMovingOn:
    def test_somebody_who_reached_it_moves_on_without_a_reason(
        self, ilse: FlaskClient, world: World, store: Database, amara_s: uuid.UUID
    ) -> None:
        reach(store, world, "member")
        page = f"/people/{amara_s}/award"
        for _ in range(2):
            assert post(ilse, page, award="associate", trainer=str(world.trainer), because="").location == page
        assert trainings(store, world.trainee) == [("member", 1, ""), ("associate", 4, "")]
        assert page in ilse.get("/people").text

    def test_somebody_who_has_not_needs_one(
        self, ilse: FlaskClient, world: World, store: Database, amara_s: uuid.UUID
    ) -> None:
        page = f"/people/{amara_s}/award"
        answer = post(ilse, page, award="associate", trainer=str(world.trainer), because="")
        assert answer.status_code == 422
        assert "which Amara has not reached with this provider" in answer.text
        assert post(ilse, page, award="associate", trainer=str(world.trainer), because=WHY).location == page
        assert trainings(store, world.trainee)[1] == ("associate", 4, WHY)
        assert WHY in unescape(ilse.get(page).text)

    @pytest.mark.parametrize("award", ["member", "associate", "no-such-award"])
    def test_nobody_moves_down(
        self, ilse: FlaskClient, world: World, store: Database, amara_s: uuid.UUID, award: str
    ) -> None:
        with store.transaction() as db:
            mine = update(Enrolment).where(Enrolment.person_id == world.trainee)
            db.execute(mine.values(standard_id="certified", standard_version=4))
        sent = {"award": award, "trainer": str(world.trainer), "because": WHY}
        assert post(ilse, f"/people/{amara_s}/award", **sent).status_code == 422
        assert trainings(store, world.trainee) == [("certified", 4, "")]

    def test_whoever_reached_a_rung_is_offered_what_comes_after_it_and_nothing_below(
        self, ilse: FlaskClient, world: World, store: Database, amara_s: uuid.UUID
    ) -> None:
        reach(store, world, "member")
        with store.transaction() as db:
            db.execute(update(Enrolment).where(Enrolment.person_id == world.trainee).values(ended_on=STARTED))
        page = f"/people/{amara_s}/award"
        assert 'value="member"' not in ilse.get(page).text
        assert 'value="associate"' in ilse.get(page).text
        again = post(ilse, page, award="member", trainer=str(world.trainer), because=WHY)
        assert again.status_code == 422
        assert trainings(store, world.trainee) == []

    def test_the_manager_does_it_too_and_strangers_find_nothing(
        self, sign_in: SignIn, world: World, amara_s: uuid.UUID
    ) -> None:
        page = f"/people/{amara_s}/award"
        assert sign_in(world.manager).get(page).status_code == 200
        assert sign_in(world.stranger).get(page).status_code == 404
        assert sign_in(world.trainer).get(page).status_code == 404

    def test_nobody_moves_themselves_on_or_trains_themselves(
        self, sign_in: SignIn, world: World, store: Database, amara_s: uuid.UUID
    ) -> None:
        with store.transaction() as db:
            for role in (Role.ADMINISTRATOR, Role.TRAINER):
                part = {"organisation_id": world.provider, "role": role, "started_on": STARTED}
                db.add(Membership(person_id=world.trainee, **part))
        page, sent = f"/people/{amara_s}/award", {"award": "associate", "because": WHY}
        assert post(sign_in(world.trainee), page, **sent, trainer=str(world.trainer)).status_code == 409
        assert post(sign_in(world.administrator), page, **sent, trainer=str(world.trainee)).status_code == 422

    def test_a_part_that_ended_or_is_no_trainee_s_has_no_award(
        self, ilse: FlaskClient, world: World, store: Database, amara_s: uuid.UUID
    ) -> None:
        with store.transaction() as db:
            ruth_s = db.scalars(select(Membership.id).where(Membership.person_id == world.trainer)).one()
        assert ilse.get(f"/people/{ruth_s}/award").status_code == 404
        post(ilse, f"/people/{amara_s}/suspend", page="/people")
        assert ilse.get(f"/people/{amara_s}/award").status_code == 409


def test_of_several_trainings_the_lowest_that_is_not_reached_has_its_turn_and_stands_once_in_the_list(
    ilse: FlaskClient, world: World, store: Database, amara_s: uuid.UUID
) -> None:
    def turn() -> list[str]:
        with store.readers() as db:
            rows = everybody.find(db, actor(db, world.trainer), handover.today()).rows
            listed = [each.learner.standard_id for each in rows if each.learner.person_id == world.trainee]
            return [*listed, handover.get_learner(db, actor(db, world.trainee), world.trainee).standard_id]

    assert turn() == ["member", "member"]
    post(ilse, f"/people/{amara_s}/award", award="associate", trainer=str(world.trainer), because=WHY)
    assert turn() == ["member", "member"]
    reach(store, world, "member")
    assert turn() == ["associate", "associate"]
    reach(store, world, "associate")
    assert turn() == ["associate", "associate"]
    post(ilse, f"/people/{amara_s}/award", award="certified", trainer=str(world.trainer), because="")
    assert turn() == ["certified", "certified"]


def test_what_comes_before_leading_is_that_of_the_training_begun_last(
    ilse: FlaskClient, world: World, store: Database, amara_s: uuid.UUID
) -> None:
    def left() -> bool:
        with store.readers() as db:
            return bool(unlocking.find_left(db, world.trainee, world.provider, handover.today()))

    assert not left()
    post(ilse, f"/people/{amara_s}/award", award="certified", trainer=str(world.trainer), because="")
    assert left()
