"""The second step: an authenticator app, and recovery codes for a day without it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP
from sqlalchemy import select

from lms.core.unit import Database
from lms.people.models import Person, SignIn
from tests.accounts import post, token
from tests.make import PASSWORD, World


def verified_by(store: Database, world: World) -> list[str]:
    with store.readers() as db:
        standing = select(SignIn.verified_by).where(SignIn.person_id == world.trainee, SignIn.ended_at.is_(None))
        return list(db.scalars(standing))


class TestAuthenticatorApp:
    def set_up(self, browser: FlaskClient) -> TOTP:
        page = post(browser, "/account/authenticator", setup="authenticator")
        assert page.status_code == 200
        found = re.search(r'<b class="code">([A-Z2-7-]+)</b>', page.text)
        assert found, page.text
        assert "<svg" in page.text
        assert "data:image" not in page.text
        app = TOTP(key=found[1].replace("-", ""))
        fields = {"csrf_token": token(page), "code": "000000"}
        wrong = browser.post("/sign-in/code", data=fields)
        assert wrong.status_code == 422
        assert "Show this square to your app" in wrong.text
        assert found[0] in wrong.text, "the same key as before"
        assert "<svg" in wrong.text
        assert "That code does not fit" in wrong.text
        fields["code"] = str(app.generate().token)
        done = browser.post("/sign-in/code", data=fields)
        assert (done.status_code, done.location) == (302, "/account")
        return app

    def test_it_is_asked_for_after_the_password_and_each_code_works_once(
        self, inside: FlaskClient, app: Flask, amara: str, store: Database, world: World
    ) -> None:
        phone = self.set_up(inside)
        post(inside, "/sign-out", page="/account")
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2), tick=False):
            code = str(phone.generate().token)
            sent = post(inside, "/sign-in", email=amara, password=PASSWORD, next="/account")
            assert sent.location == "/sign-in/code?next=/account"
            assert inside.get("/account").status_code == 302
            answer = post(inside, sent.location, code=f"{code[:3]} {code[3:]}", next="/account")
            assert (answer.status_code, answer.location) == (302, "/account")
            assert verified_by(store, world) == ["password and authenticator app"]
            second = app.test_client()
            again = post(second, "/sign-in", email=amara, password=PASSWORD).location
            assert post(second, again, code=code).status_code == 422

    def test_a_recovery_code_works_once_instead(
        self, inside: FlaskClient, app: Flask, amara: str, store: Database, world: World
    ) -> None:
        self.set_up(inside)
        page = post(inside, "/account/recovery-codes", generate_new_codes="yes")
        codes = re.findall(r"<li>([0-9a-f-]{14})</li>", page.text)
        assert len(codes) == 8
        with store.readers() as db:
            kept = db.get_one(Person, world.trainee).mf_recovery_codes
            assert kept is not None
            assert codes[0] not in kept
        for browser, worked in ((app.test_client(), 302), (app.test_client(), 422)):
            assert post(browser, "/sign-in", email=amara, password=PASSWORD).status_code == 302
            assert post(browser, "/sign-in/recovery-code", code=codes[0].upper()).status_code == worked
        assert "password and recovery code" in verified_by(store, world)

    def test_it_can_be_turned_off(self, inside: FlaskClient, app: Flask, amara: str) -> None:
        self.set_up(inside)
        assert post(inside, "/account/authenticator", setup="disable").location == "/account"
        assert post(app.test_client(), "/sign-in", email=amara, password=PASSWORD).location == "/"

    def test_the_step_between_is_nobody_yet(self, inside: FlaskClient, app: Flask, amara: str) -> None:
        self.set_up(inside)
        halfway = app.test_client()
        post(halfway, "/sign-in", email=amara, password=PASSWORD)
        assert halfway.get("/account").status_code == 302
        assert halfway.get("/account/authenticator").status_code == 302

    def test_a_stray_link_to_the_code_page_signs_nobody_out(self, inside: FlaskClient) -> None:
        assert inside.get("/sign-in/code").location == "/"
        assert inside.get("/account").status_code == 200
