"""Sign-in safety: what a copied cookie, a suspension or a stray request must not be able to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest
from flask import Flask, g, session
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from lms.core.errors import Invalid
from lms.core.unit import Database
from lms.people import accounts, rules
from lms.people.models import Membership, Person, SignIn
from tests.accounts import later, post, token
from tests.make import PASSWORD, World


def copy_of(browser: FlaskClient, app: Flask) -> FlaskClient:
    """Another browser with the same cookie."""
    with browser.session_transaction() as mine:
        copied = dict(mine)
    other = app.test_client()
    with other.session_transaction() as theirs:
        theirs.update(copied)
    return other


Watch = Callable[..., AbstractContextManager[list[str]]]


class TestSessions:
    def test_a_cookie_copied_before_signing_out_is_dead_after_it(self, inside: FlaskClient, app: Flask) -> None:
        copy = copy_of(inside, app)
        assert copy.get("/account").status_code == 200
        post(inside, "/sign-out", page="/account")
        assert copy.get("/account").status_code == 302

    def test_two_hours_without_a_request_end_it(self, inside: FlaskClient) -> None:
        with later(hours=1, minutes=59):
            assert inside.get("/account").status_code == 200
        with later(hours=3, minutes=58):  # it was used in between
            assert inside.get("/account").status_code == 200
        with later(hours=6):
            assert inside.get("/account").status_code == 302

    def test_twelve_hours_end_it_whatever_happens(self, inside: FlaskClient) -> None:
        for hours in range(1, 12):
            with later(hours=hours):
                assert inside.get("/account").status_code == 200
        with later(hours=12, minutes=1):
            assert inside.get("/account").status_code == 302

    def test_a_suspended_person_is_out_at_once(
        self, inside: FlaskClient, store: Database, world: World, app: Flask, amara: str, letters: list[dict[str, str]]
    ) -> None:
        post(app.test_client(), "/reset", email=amara)
        with store.transaction() as db:
            db.execute(
                update(Membership).where(Membership.person_id == world.trainee).values(ended_on=date(2026, 1, 6))
            )
        assert inside.get("/account").status_code == 302
        assert inside.get(letters[0]["link"].removeprefix("http://127.0.0.1:8000")).location == "/reset"
        assert post(app.test_client(), "/sign-in", email=amara, password=PASSWORD).status_code == 422
        assert len(letters) == 1
        post(app.test_client(), "/reset", email=amara)
        assert len(letters) == 1

    def test_a_closed_account_is_out_at_once(
        self, inside: FlaskClient, store: Database, world: World, app: Flask, amara: str
    ) -> None:
        with store.transaction() as db:
            db.get_one(Person, world.trainee).active = False
        assert inside.get("/account").status_code == 302
        assert post(app.test_client(), "/sign-in", email=amara, password=PASSWORD).status_code == 422

    def test_nothing_in_a_cookie_revives_an_ended_sign_in(self, inside: FlaskClient, amara: str) -> None:
        page = inside.get("/account")
        with inside.session_transaction() as cookie:
            kept = dict(cookie)
        inside.post("/sign-out", data={"csrf_token": token(page), "remember": "y"})
        with inside.session_transaction() as cookie:
            cookie.update(kept | {"fs_paa": 9e12, "fs_gexp": 9e12, "_fresh": True, "_remember": "set"})
        assert inside.get("/account").status_code == 302

    def test_nobody_is_remembered_by_a_second_cookie(self, client: FlaskClient, amara: str) -> None:
        post(client, "/sign-in", email=amara, password=PASSWORD, remember="y")
        assert client.get_cookie("remember_token") is None
        assert client.get_cookie("tf_validity") is None

    def test_the_cookie_cannot_claim_freshness(self, inside: FlaskClient) -> None:
        with later(minutes=6):
            with inside.session_transaction() as cookie:
                cookie["fs_paa"] = cookie["fs_gexp"] = datetime.now(UTC).timestamp() + 1000
            assert inside.get("/account/recovery-codes").status_code == 302

    def test_the_database_keeps_no_token(self, inside: FlaskClient, store: Database) -> None:
        with inside.session_transaction() as cookie:
            mine = cookie[accounts.TOKEN]
        with store.readers() as db:
            kept = db.scalars(select(SignIn.token_digest)).all()
        assert mine not in kept
        assert rules.digest(mine) in kept

    def test_signing_in_again_ends_the_sign_in_before(
        self, inside: FlaskClient, store: Database, world: World, app: Flask, amara: str
    ) -> None:
        copy = copy_of(inside, app)
        post(inside, "/account/password", password=PASSWORD, new_password="lantern orchard pebble tide",
             new_password_confirm="lantern orchard pebble tide")  # fmt: skip
        assert copy.get("/account").status_code == 302
        with store.readers() as db:
            standing = db.scalar(select(func.count()).select_from(SignIn).where(SignIn.ended_at.is_(None)))
        assert standing == 1


class TestProvingAgain:
    def prove(self, app: Flask, browser: FlaskClient, password: str) -> str:
        """What a page of ours would be told in this browser's next request."""
        with browser.session_transaction() as cookie:
            kept = dict(cookie)
        with app.test_request_context("/practice/sign", method="POST"):
            session.update(kept)
            g.app_authenticate = accounts.authenticate
            return accounts.prove_again(password)

    def test_a_fresh_sign_in_is_proof_enough(self, app: Flask, inside: FlaskClient) -> None:
        assert self.prove(app, inside, "") == "password"

    def test_after_five_minutes_the_password_is_asked_for(self, app: Flask, inside: FlaskClient) -> None:
        with later(minutes=6):
            with pytest.raises(Invalid) as refused:
                self.prove(app, inside, "")
            assert "password" in refused.value.fields
            with pytest.raises(Invalid, match="That did not fit"):
                self.prove(app, inside, "guess")
            assert self.prove(app, inside, PASSWORD) == "password"

    def test_guessing_is_counted(self, app: Flask, inside: FlaskClient) -> None:
        for _ in range(10):
            with pytest.raises(Invalid):
                self.prove(app, inside, "guess")
        with pytest.raises(Invalid, match="Too many tries"):
            self.prove(app, inside, PASSWORD)

    def test_a_person_without_a_password_is_told_so(
        self, app: Flask, inside: FlaskClient, store: Database, world: World
    ) -> None:
        with store.transaction() as db:
            db.get_one(Person, world.trainee).password = None
        with later(minutes=6), pytest.raises(Invalid):
            self.prove(app, inside, PASSWORD)


class TestCost:
    def test_the_sign_in_page_asks_the_database_nothing(self, queries: Watch, client: FlaskClient) -> None:
        with queries() as seen:
            assert client.get("/sign-in").status_code == 200
        assert seen == []

    def test_knowing_who_is_there_costs_one_query(self, queries: Watch, inside: FlaskClient) -> None:
        with queries() as seen:
            assert inside.get("/account/verify").status_code == 200
        # who is there; on the library's own pages also the person, and whether they have a passkey to offer
        assert len([each for each in seen if "sign_in" in each]) == 1
        assert len(seen) <= 3

    def test_a_static_file_costs_none(self, queries: Watch, inside: FlaskClient) -> None:
        with queries() as seen:
            assert inside.get("/static/app.css").status_code == 200
        assert seen == []


def test_pages_between_the_doors_are_kept_by_nobody(client: FlaskClient, amara: str) -> None:
    for path in ("/sign-in", "/reset"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


def test_devices_are_named_in_words() -> None:
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
    assert rules.device_name(firefox) == "Firefox on Windows"
    assert rules.device_name(phone) == "Safari on iPhone"
    assert rules.device_name("") == "A browser"


def test_passwords_are_judged_with_what_is_known_about_the_person() -> None:
    assert rules.password_fault("Amara Osei 1", "Amara Osei", "amara.osei@example.org") == rules.TOO_EASY
    assert rules.password_fault("seven quiet chairs", "Amara Osei") is None
    assert re.search("at least 10", rules.password_fault("aB3$", "Amara Osei") or "")
