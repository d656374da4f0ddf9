"""Accounts: signing in and out, resetting, changing, verifying, and what the account page shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.core.unit import Database
from lms.people.models import SignIn
from tests.accounts import post, token
from tests.make import PASSWORD, World

NEW_PASSWORD = "lantern orchard pebble tide"


def verified_by(store: Database, world: World) -> list[str]:
    with store.readers() as db:
        standing = select(SignIn.verified_by).where(SignIn.person_id == world.trainee, SignIn.ended_at.is_(None))
        return list(db.scalars(standing))


class TestSigningIn:
    def test_a_password_opens_the_door(self, client: FlaskClient, amara: str) -> None:
        answer = post(client, "/sign-in", email=amara, password=PASSWORD)
        assert (answer.status_code, answer.location) == (302, "/")
        assert client.get("/account").status_code == 200

    def test_addresses_are_compared_without_case_or_spaces(self, client: FlaskClient, amara: str) -> None:
        assert post(client, "/sign-in", email=f" {amara.upper()} ", password=PASSWORD).status_code == 302

    def test_known_and_unknown_addresses_get_the_same_answer(self, client: FlaskClient, amara: str) -> None:
        known = post(client, "/sign-in", email=amara, password="not the password")
        unknown = post(client, "/sign-in", email="nobody@example.org", password="not the password")
        assert known.status_code == unknown.status_code == 422
        plain = re.compile(r'value="[^"]*"')
        assert plain.sub("", known.text) == plain.sub("", unknown.text)
        assert "<title>Error: Sign in" in known.text

    def test_what_was_typed_comes_back_but_not_the_password(self, client: FlaskClient, amara: str) -> None:
        page = post(client, "/sign-in", email=amara, password="not the password").text
        assert f'value="{amara}"' in page
        assert "not the password" not in page

    def test_empty_fields_are_named(self, client: FlaskClient, world: World) -> None:
        assert post(client, "/sign-in", email="", password="").status_code == 422

    @pytest.mark.parametrize(
        ("wanted", "reached"),
        [
            ("/account?tab=1", "/account?tab=1"),
            ("https://elsewhere.example/", "/"),
            ("//elsewhere.example/", "/"),
            ("/\\elsewhere.example", "/%5Celsewhere.example"),
            ("\t//elsewhere.example", "/"),
        ],
    )
    def test_the_way_on_stays_on_this_site(self, client: FlaskClient, amara: str, wanted: str, reached: str) -> None:
        answer = post(client, "/sign-in", email=amara, password=PASSWORD, next=wanted)
        assert answer.location == reached

    def test_a_closed_page_leads_to_the_door_and_back(self, client: FlaskClient, amara: str) -> None:
        sent = client.get("/account")
        assert sent.location == "/sign-in?next=/account"
        page = client.get(sent.location).text
        assert 'name="next" value="/account"' in page

    def test_the_cookie_changes_with_the_sign_in(self, client: FlaskClient, amara: str) -> None:
        client.get("/sign-in")
        with client.session_transaction() as before:
            before["planted"] = "by somebody else"
            old = before["csrf_token"]
        post(client, "/sign-in", email=amara, password=PASSWORD)
        with client.session_transaction() as after:
            assert "planted" not in after
            assert after.get("csrf_token") != old


class TestSigningOut:
    def test_signing_out_is_a_post(self, inside: FlaskClient) -> None:
        assert inside.get("/sign-out").status_code == 405
        assert post(inside, "/sign-out", page="/account").location == "/sign-in"
        assert inside.get("/account").status_code == 302

    def test_one_other_browser_can_be_signed_out(
        self, inside: FlaskClient, sign_in: Callable[..., FlaskClient], store: Database, world: World
    ) -> None:
        other = sign_in(world.trainee)
        address = re.findall(r'action="(/account/sign-ins/[^"]+/end)"', inside.get("/account").text)
        assert len(address) == 1
        assert post(inside, address[0], page="/account").status_code == 302
        assert other.get("/account").status_code == 302
        assert inside.get("/account").status_code == 200

    def test_every_other_browser_can_be_signed_out(
        self, inside: FlaskClient, sign_in: Callable[..., FlaskClient], world: World
    ) -> None:
        others = [sign_in(world.trainee), sign_in(world.trainee)]
        post(inside, "/account/sign-ins/end-others", page="/account")
        assert [each.get("/account").status_code for each in others] == [302, 302]
        assert inside.get("/account").status_code == 200

    def test_nobody_ends_somebody_elses_sign_in(
        self, inside: FlaskClient, sign_in: Callable[..., FlaskClient], store: Database, world: World
    ) -> None:
        farid = sign_in(world.other_trainee)
        with store.readers() as db:
            theirs = db.scalars(select(SignIn.id).where(SignIn.person_id == world.other_trainee)).one()
        assert post(inside, f"/account/sign-ins/{theirs}/end", page="/account").status_code == 404
        assert farid.get("/account").status_code == 200


class TestNewPassword:
    def test_a_new_password_replaces_the_old_and_ends_the_other_sign_ins(
        self, inside: FlaskClient, amara: str, app: Flask, sign_in: Callable[..., FlaskClient], world: World
    ) -> None:
        other = sign_in(world.trainee)
        fields = {"password": PASSWORD, "new_password": NEW_PASSWORD, "new_password_confirm": NEW_PASSWORD}
        answer = post(inside, "/account/password", **fields)
        assert (answer.status_code, answer.location) == (302, "/account")
        assert inside.get("/account").status_code == 200
        assert other.get("/account").status_code == 302
        stranger = app.test_client()
        assert post(stranger, "/sign-in", email=amara, password=PASSWORD).status_code == 422
        assert post(stranger, "/sign-in", email=amara, password=NEW_PASSWORD).status_code == 302

    @pytest.mark.parametrize(
        ("new", "sentence"),
        [
            ("short", "at least 10 characters"),
            ("passwordpassword", "too easy to guess"),
            ("Amara Osei 1", "too easy to guess"),
            (PASSWORD, "the password you have now"),
            ("x" * 129, "at most 128"),
        ],
    )
    def test_a_bad_one_is_refused_in_words(self, inside: FlaskClient, new: str, sentence: str) -> None:
        fields = {"password": PASSWORD, "new_password": new, "new_password_confirm": new}
        answer = post(inside, "/account/password", **fields)
        assert answer.status_code == 422
        assert sentence in answer.text

    def test_long_passphrases_are_welcome(self, inside: FlaskClient) -> None:
        long = "a lamp in every window of the long low house by the harbour, and nobody at home to see the tide"
        fields = {"password": PASSWORD, "new_password": long, "new_password_confirm": long}
        assert post(inside, "/account/password", **fields).status_code == 302

    def test_the_old_password_must_be_right(self, inside: FlaskClient) -> None:
        fields = {"password": "wrong", "new_password": NEW_PASSWORD, "new_password_confirm": NEW_PASSWORD}
        answer = post(inside, "/account/password", **fields)
        assert answer.status_code == 422
        assert "That is not your password" in answer.text


class TestReset:
    def ask(self, client: FlaskClient, letters: list[dict[str, str]], address: str) -> str:
        answer = post(client, "/reset", email=address)
        assert answer.status_code == 200
        return letters[-1]["link"].partition("/reset/")[2] if letters else ""

    def test_a_letter_brings_a_link_that_works_once(
        self,
        client: FlaskClient,
        amara: str,
        letters: list[dict[str, str]],
        sign_in: Callable[..., FlaskClient],
        world: World,
    ) -> None:
        other = sign_in(world.trainee)
        path = f"/reset/{self.ask(client, letters, amara)}"
        answer = post(client, path, password=NEW_PASSWORD, password_confirm=NEW_PASSWORD)
        assert (answer.status_code, answer.location) == (302, "/sign-in")
        assert other.get("/account").status_code == 302
        assert [each["template"] for each in letters] == ["reset", "password_changed"]
        assert client.get(path).location == "/reset"
        assert post(client, "/sign-in", email=amara, password=NEW_PASSWORD).status_code == 302

    def test_the_link_leads_to_the_public_address(
        self, client: FlaskClient, amara: str, letters: list[dict[str, str]]
    ) -> None:
        page = client.get("/reset")
        client.post("/reset", data={"csrf_token": token(page), "email": amara}, headers={"Host": "evil.example"})
        assert all(each["link"].startswith("http://127.0.0.1:8000/reset/") for each in letters)

    def test_known_and_unknown_addresses_get_the_same_answer(
        self, client: FlaskClient, amara: str, letters: list[dict[str, str]]
    ) -> None:
        plain = re.compile(r'value="[^"]*"')
        known = post(client, "/reset", email=amara)
        unknown = post(client, "/reset", email="nobody@example.org")
        assert plain.sub("", known.text) == plain.sub("", unknown.text)
        assert known.status_code == unknown.status_code == 200
        assert len(letters) == 1

    def test_the_link_runs_out_after_two_hours(
        self, client: FlaskClient, amara: str, letters: list[dict[str, str]]
    ) -> None:
        path = f"/reset/{self.ask(client, letters, amara)}"
        with time_machine.travel(datetime.now(UTC) + timedelta(hours=2, minutes=1)):
            assert client.get(path).location == "/reset"

    def test_a_weak_password_comes_back_with_words(
        self, client: FlaskClient, amara: str, letters: list[dict[str, str]]
    ) -> None:
        path = f"/reset/{self.ask(client, letters, amara)}"
        answer = post(client, path, password="1234567890", password_confirm="1234567890")
        assert answer.status_code == 422
        assert "too easy to guess" in answer.text

    def test_letters_to_one_address_are_few(
        self, client: FlaskClient, amara: str, letters: list[dict[str, str]]
    ) -> None:
        answers = [post(client, "/reset", email=amara).status_code for _ in range(11)]
        assert answers == [200] * 10 + [422]
        assert len(letters) == 10


class TestVerifying:
    def test_account_changes_need_a_fresh_proof(self, inside: FlaskClient, store: Database, world: World) -> None:
        assert inside.get("/account/passkeys").status_code == 200
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=6)):
            sent = inside.get("/account/passkeys")
            assert sent.location == "/account/verify?next=/account/passkeys"
            answer = post(inside, sent.location, password=PASSWORD, next="/account/passkeys")
            assert answer.location == "/account/passkeys"
            assert inside.get("/account/passkeys").status_code == 200
        assert verified_by(store, world) == ["password"]

    def test_opening_the_page_proves_nothing(self, inside: FlaskClient) -> None:
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=6)):
            inside.get("/account/verify")
            assert post(inside, "/account/verify", password="wrong").status_code == 422
            assert inside.get("/account/passkeys").status_code == 302

    def test_a_copied_cookie_gains_nothing_by_the_proof(self, inside: FlaskClient, app: Flask) -> None:
        with inside.session_transaction() as mine:
            copied = dict(mine)
        thief = app.test_client()
        with thief.session_transaction() as theirs:
            theirs.update(copied)
        assert thief.get("/account").status_code == 200
        post(inside, "/account/verify", password=PASSWORD)
        assert thief.get("/account").status_code == 302
        assert inside.get("/account").status_code == 200


def test_the_theme_is_kept_in_the_browser(inside: FlaskClient) -> None:
    post(inside, "/account/theme", page="/account", theme="dark")
    assert 'data-theme="dark"' in inside.get("/account").text
    post(inside, "/account/theme", page="/account", theme="device")
    assert "data-theme" not in inside.get("/account").text


def test_json_is_not_spoken_at_the_door(client: FlaskClient, amara: str) -> None:
    protection = token(client.get("/sign-in"))
    headers = {"X-CSRFToken": protection}
    assert client.post("/sign-in", json=["not a form"], headers=headers).status_code == 404
    assert client.get("/sign-in", headers={"Accept": "application/json"}).mimetype == "text/html"


def test_each_empty_password_has_a_sentence_of_its_own(inside: FlaskClient) -> None:
    answer = post(inside, "/account/password", password=PASSWORD, new_password="", new_password_confirm="")
    assert answer.status_code == 422
    assert "Before it counts" in answer.text
    assert answer.text.count("Write a password.") == 2  # in the summary and at the field
    assert answer.text.count("Write the same once more.") == 2
