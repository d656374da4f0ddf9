"""Guessing: few tries, few hashes at once, and nobody waits for a hash."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.core.unit import Database
from lms.people import guard, rules
from lms.people.models import FailedSignIn, Organisation
from tests.accounts import later, post, token
from tests.make import PASSWORD


class TestTries:
    def test_ten_failures_in_five_minutes_close_the_door_for_five_minutes(
        self, client: FlaskClient, amara: str
    ) -> None:
        for _ in range(10):
            assert post(client, "/sign-in", email=amara, password="guess").status_code == 422
        refused = post(client, "/sign-in", email=amara, password=PASSWORD)
        assert refused.status_code == 422
        assert "Too many tries. Wait 5 minutes" in refused.text
        with later(minutes=5, seconds=1):
            assert post(client, "/sign-in", email=amara, password=PASSWORD).status_code == 302

    def test_unknown_addresses_are_counted_the_same(self, client: FlaskClient, amara: str) -> None:
        for _ in range(10):
            post(client, "/sign-in", email="nobody@example.org", password="guess")
        assert "Too many tries" in post(client, "/sign-in", email="nobody@example.org", password="guess").text

    def test_the_account_counts_wherever_the_tries_come_from(self, app: Flask, amara: str) -> None:
        for each in range(10):
            browser = app.test_client()
            page = token(browser.get("/sign-in"))
            browser.post(
                "/sign-in",
                data={"csrf_token": page, "email": amara, "password": "guess"},
                environ_base={"REMOTE_ADDR": f"192.0.2.{each}"},
            )
        assert "Too many tries" in post(app.test_client(), "/sign-in", email=amara, password=PASSWORD).text

    def test_the_network_counts_whatever_the_account(self, app: Flask, client: FlaskClient, amara: str) -> None:
        for each in range(10):
            post(client, "/sign-in", email=f"guess{each}@example.org", password="guess")
        assert "Too many tries" in post(client, "/sign-in", email=amara, password=PASSWORD).text

    def test_good_sign_ins_do_not_count(self, app: Flask, amara: str, store: Database) -> None:
        for _ in range(12):
            assert post(app.test_client(), "/sign-in", email=amara, password=PASSWORD).status_code == 302
        with store.readers() as db:
            assert db.scalar(select(func.count()).select_from(FailedSignIn)) == 0

    def test_asking_again_is_counted_too(self, inside: FlaskClient) -> None:
        for _ in range(10):
            post(inside, "/account/verify", password="guess")
        assert "Too many tries" in post(inside, "/account/verify", password=PASSWORD).text

    def test_networks_of_ipv6_are_counted_as_one(self) -> None:
        assert rules.network_of("2001:db8::1") == rules.network_of("2001:db8::ffff:1") == "2001:db8::/64"
        assert rules.network_of("192.0.2.7") == "192.0.2.7"
        assert rules.network_of(None) == "unknown"


class TestHashing:
    @pytest.mark.parametrize(
        ("page", "fields"),
        [
            ("/sign-in", {"email": "amara.osei@example.org", "password": PASSWORD}),
            ("/sign-in", {"email": "nobody@example.org", "password": PASSWORD}),
            ("/reset", {"email": "amara.osei@example.org"}),
            ("/reset", {"email": "nobody@example.org"}),
        ],
    )
    def test_no_writer_waits_while_a_password_is_hashed(
        self, client: FlaskClient, amara: str, app: Flask, store: Database, page: str, fields: dict[str, str],
        letters: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        wrote: list[str] = []
        context = app.extensions["security"].pwd_context._context

        def while_hashing(real: Callable[..., object]) -> Callable[..., object]:
            def slow(*given: object, **options: object) -> object:
                with store.transaction() as db:  # on SQLite this waits 4 seconds and fails if somebody holds the lock
                    db.add(Organisation(name=f"Written meanwhile {len(wrote)}", kind="client"))
                wrote.append(page)
                return real(*given, **options)

            return slow

        monkeypatch.setattr(context, "verify", while_hashing(context.verify))
        monkeypatch.setattr(context, "hash", while_hashing(context.hash))
        assert post(client, page, **fields).status_code in (200, 302, 422)
        assert len(wrote) == 1  # as many for addresses that nobody has

    def test_few_hashes_run_at_once(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        running, most, gate = 0, 0, threading.Lock()
        pause = threading.Event()

        class Slow:
            def hash(self, password: str) -> str:
                nonlocal running, most
                with gate:
                    running += 1
                    most = max(most, running)
                pause.wait(0.05)
                with gate:
                    running -= 1
                return password

        def work() -> None:
            with app.app_context():
                guard.Hashing(Slow()).hash("one")

        threads = [threading.Thread(target=work) for _ in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert most == guard.HASHES_AT_ONCE
