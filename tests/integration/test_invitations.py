"""Invitations: who may let whom in, by letter, without telling anybody who has an account."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.core import clock
from lms.core.unit import Database
from lms.learning.models import Enrolment
from lms.messages.models import Message
from lms.people.models import Invitation, Membership, Person
from lms.people.rules import digest
from tests.accounts import give_password, post, token
from tests.make import PASSWORD, World

JONAH = "jonah.price@example.org"
NEW_PASSWORD = "lantern orchard pebble tide"
SignIns = Callable[..., FlaskClient]


@pytest.fixture
def inviter(sign_in: SignIns, world: World) -> FlaskClient:
    """The browser of the programme administrator."""
    return sign_in(world.administrator)


def asked(world: World, **changed: str) -> dict[str, str]:
    fields = {
        "name": "Jonah Price",
        "email": JONAH,
        "role": "trainee",
        "place": f"{world.council} {world.parks}",
        "trainer": str(world.trainer),
    }
    return fields | changed


def code_of(store: Database, email: str = JONAH) -> str:
    """The code in the newest letter to an address."""
    with store.readers() as db:
        letter = db.scalars(select(Message).where(Message.email == email).order_by(Message.id.desc()).limit(1)).one()
    found = re.search(r"http://127\.0\.0\.1:8000/invitation/(\S+)", letter.body)
    assert found, letter.body
    return found[1]


def count(store: Database, table: type) -> int:
    with store.readers() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


class TestInviting:
    def test_a_trainee_gets_a_letter_and_a_chair(
        self, inviter: FlaskClient, world: World, store: Database, client: FlaskClient
    ) -> None:
        assert post(inviter, "/people/invite", **asked(world)).location == "/people"
        page = inviter.get("/people").text
        assert "one invited and not here yet" in page
        assert JONAH in page
        path = f"/invitation/{code_of(store)}"
        assert "Harbourside Council invites you as trainee facilitator" in client.get(path).text
        done = post(client, path, name="Jonah Price", password=NEW_PASSWORD)
        assert (done.status_code, done.location) == (302, "/")
        assert "Jonah Price" in client.get("/account").text
        with store.readers() as db:
            jonah = db.scalars(select(Person).where(Person.email == JONAH)).one()
            enrolment = db.scalars(select(Enrolment).where(Enrolment.person_id == jonah.id)).one()
        assert (enrolment.provider_id, enrolment.trainer_id) == (world.provider, world.trainer)
        assert enrolment.unit_id == world.parks
        assert enrolment.started_on == clock.today()

    def test_the_link_works_once(
        self, inviter: FlaskClient, world: World, store: Database, app: Flask, client: FlaskClient
    ) -> None:
        post(inviter, "/people/invite", **asked(world))
        path = f"/invitation/{code_of(store)}"
        post(client, path, name="Jonah Price", password=NEW_PASSWORD)
        again = app.test_client().get(path)
        assert again.status_code == 404
        assert again.text == app.test_client().get("/invitation/unknown").text

    def test_the_link_runs_out_after_two_weeks(
        self, inviter: FlaskClient, world: World, store: Database, client: FlaskClient
    ) -> None:
        post(inviter, "/people/invite", **asked(world))
        path = f"/invitation/{code_of(store)}"
        with time_machine.travel(datetime.now(UTC) + timedelta(days=14, minutes=1)):
            assert client.get(path).status_code == 404

    def test_the_database_keeps_no_code(self, inviter: FlaskClient, world: World, store: Database) -> None:
        post(inviter, "/people/invite", **asked(world))
        code = code_of(store)
        with store.readers() as db:
            assert db.scalars(select(Invitation.code_digest)).all() == [digest(code)]

    def test_inviting_twice_makes_a_new_letter_and_no_second_invitation(
        self, inviter: FlaskClient, world: World, store: Database, client: FlaskClient
    ) -> None:
        post(inviter, "/people/invite", **asked(world))
        first = code_of(store)
        post(inviter, "/people/invite", **asked(world, email=f" {JONAH.upper()}"))
        assert count(store, Invitation) == 1
        assert client.get(f"/invitation/{first}").status_code == 404
        assert client.get(f"/invitation/{code_of(store)}").status_code == 200

    def test_the_letter_can_be_sent_again(
        self, inviter: FlaskClient, world: World, store: Database, client: FlaskClient
    ) -> None:
        post(inviter, "/people/invite", **asked(world))
        first = code_of(store)
        address = re.findall(r'action="(/people/invitations/[^"]+/send)"', inviter.get("/people").text)[0]
        assert post(inviter, address, page="/people").location == "/people"
        assert client.get(f"/invitation/{first}").status_code == 404
        assert client.get(f"/invitation/{code_of(store)}").status_code == 200

    def test_a_weak_password_comes_back_with_the_name_kept(
        self, inviter: FlaskClient, world: World, store: Database, client: FlaskClient
    ) -> None:
        post(inviter, "/people/invite", **asked(world))
        answer = post(client, f"/invitation/{code_of(store)}", name="Jonah P. Price", password="jonahprice1")
        assert answer.status_code == 422
        assert "too easy to guess" in answer.text
        assert 'value="Jonah P. Price"' in answer.text

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"name": ""}, "Write their name."),
            ({"email": "jonah"}, "Write the whole address"),
            ({"role": ""}, "Choose the part they take."),
            ({"place": ""}, "Choose where they belong."),
            ({"trainer": ""}, "Choose a trainer."),
        ],
    )
    def test_mistakes_come_back_with_everything_typed(
        self, inviter: FlaskClient, world: World, store: Database, changed: dict[str, str], sentence: str
    ) -> None:
        answer = post(inviter, "/people/invite", **asked(world, **changed))
        assert answer.status_code == 422
        assert sentence in answer.text
        assert count(store, Invitation) == 0

    def test_a_trainee_needs_a_unit(self, inviter: FlaskClient, world: World) -> None:
        answer = post(inviter, "/people/invite", **asked(world, place=f"{world.council} whole"))
        assert "A trainee belongs to one" in answer.text

    def test_two_steps_are_asked_for_even_of_those_who_come_back(
        self, inviter: FlaskClient, world: World, store: Database, app: Flask
    ) -> None:
        address = give_password(app, store, world.trainee)
        with store.transaction() as db:
            db.get_one(Person, world.trainee).tf_primary_method = "authenticator"
            db.scalars(select(Membership).where(Membership.person_id == world.trainee)).one().ended_on = clock.today()
        post(inviter, "/people/invite", **asked(world, email=address))
        browser = app.test_client()
        answer = post(browser, f"/invitation/{code_of(store, address)}", name="Amara Osei", password=NEW_PASSWORD)
        assert answer.location == "/sign-in"
        assert browser.get("/account").status_code == 302


class TestScope:
    def test_managers_invite_into_their_own_organisation_only(
        self, sign_in: SignIns, world: World, store: Database
    ) -> None:
        hana, stranger = sign_in(world.manager), sign_in(world.stranger)
        assert post(hana, "/people/invite", **asked(world)).status_code == 302
        assert post(stranger, "/people/invite", **asked(world, email="x@example.org")).status_code == 422
        page = hana.get("/people/invite").text
        assert "Elsewhere" not in page
        assert 'value="administrator"' not in page
        assert count(store, Invitation) == 1

    def test_parts_beyond_ones_own_are_refused(self, sign_in: SignIns, world: World) -> None:
        hana = sign_in(world.manager)
        answer = post(hana, "/people/invite", **asked(world, role="administrator", place=f"{world.provider} whole"))
        assert answer.status_code == 422

    def test_a_role_does_not_fit_every_place(self, inviter: FlaskClient, world: World, store: Database) -> None:
        answer = post(inviter, "/people/invite", **asked(world, role="administrator", place=f"{world.council} whole"))
        assert answer.status_code == 404
        assert count(store, Invitation) == 0

    @pytest.mark.parametrize("who", ["trainee", "trainer"])
    def test_others_do_not_see_the_people(self, sign_in: SignIns, world: World, who: str) -> None:
        assert sign_in(getattr(world, who)).get("/people").status_code == 404

    def test_everybody_sees_only_the_people_they_look_after(self, sign_in: SignIns, world: World) -> None:
        ilse, hana = sign_in(world.administrator).get("/people").text, sign_in(world.manager).get("/people").text
        assert "Amara Osei" in ilse
        assert "Ruth Tamihana" in ilse
        assert "Odd Stranger" not in ilse
        assert "Amara Osei" in hana
        assert "Ruth Tamihana" not in hana
        assert "6 people here" in ilse

    def test_people_are_found_by_name_or_address(self, inviter: FlaskClient) -> None:
        found = inviter.get("/people?q=AMARA").text
        assert "Amara Osei" in found
        assert "Farid Rahimi" not in found
        assert "Nobody by that name" in inviter.get("/people?q=%25").text

    def test_the_list_costs_few_queries(self, inviter: FlaskClient, queries: Callable[..., object]) -> None:
        with queries() as seen:  # type: ignore[attr-defined]
            inviter.get("/people")
        assert len(seen) <= 4


class TestKnownAddresses:
    def test_the_inviter_learns_nothing_about_other_organisations(
        self, inviter: FlaskClient, world: World, store: Database, app: Flask
    ) -> None:
        known = give_password(app, store, world.stranger)
        for address in (known, "nobody.yet@example.org"):
            answer = post(inviter, "/people/invite", **asked(world, email=address, name="Typed Name"))
            assert (answer.status_code, answer.location) == (302, "/people")
        page = inviter.get("/people").text
        assert "Odd Stranger" not in page
        assert page.count("Typed Name</b>") == 2

    def test_a_known_person_takes_the_place_signed_in(
        self, inviter: FlaskClient, world: World, store: Database, app: Flask, client: FlaskClient
    ) -> None:
        address = give_password(app, store, world.stranger)
        people = count(store, Person)
        post(inviter, "/people/invite", **asked(world, email=address))
        path = f"/invitation/{code_of(store, address)}"
        page = client.get(path)
        assert "You already have an account" in page.text
        assert client.post(path, data={"csrf_token": "", "name": "X", "password": NEW_PASSWORD}).status_code == 400
        sign_in = re.findall(r'href="(/sign-in[^"]+)"', page.text)[0]
        assert post(client, sign_in, email=address, password=PASSWORD, next=path).location == path
        assert post(client, path).location == "/"
        assert count(store, Person) == people
        with store.readers() as db:
            roles = db.scalars(select(Membership.role).where(Membership.person_id == world.stranger)).all()
        assert sorted(roles) == ["manager", "trainee"]

    def test_nobody_takes_somebody_elses_place(
        self, inviter: FlaskClient, world: World, store: Database, app: Flask, sign_in: SignIns
    ) -> None:
        address = give_password(app, store, world.stranger)
        post(inviter, "/people/invite", **asked(world, email=address))
        path = f"/invitation/{code_of(store, address)}"
        farid = sign_in(world.other_trainee)
        assert "signed in as Farid Rahimi" in farid.get(path).text
        assert post(farid, path).status_code == 404
        stranger = app.test_client()
        protection = token(stranger.get("/sign-in"))
        answer = stranger.post(path, data={"csrf_token": protection, "name": "Thief", "password": NEW_PASSWORD})
        assert answer.status_code == 404
        assert post(app.test_client(), "/sign-in", email=address, password=PASSWORD).status_code == 302

    def test_somebody_who_has_the_part_already_is_not_invited(self, inviter: FlaskClient, world: World) -> None:
        answer = post(inviter, "/people/invite", **asked(world, email="amara.osei@example.org"))
        assert answer.status_code == 422
        assert "already has this part in Harbourside Council" in answer.text
