"""The signed cookie is read once for as long as it stays the same, and never longer than it is good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from tests.make import World

Browser = Callable[..., FlaskClient]


@pytest.fixture
def reads(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The cookies that are read, as they are read."""
    seen: list[str] = []
    whole = URLSafeTimedSerializer.loads

    def loads(self: URLSafeTimedSerializer, said: str, *args: object, **more: object) -> object:
        seen.append(said)
        return whole(self, said, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(URLSafeTimedSerializer, "loads", loads)
    return seen


def cookie(browser: FlaskClient) -> str:
    found = browser.get_cookie("askwell")
    assert found is not None
    return found.value


def test_the_same_cookie_is_read_once(sign_in: Browser, world: World, reads: list[str]) -> None:
    amara = sign_in(world.trainee)
    amara.get("/learn")
    reads.clear()
    assert amara.get("/learn").status_code == 200
    assert not reads


def test_a_changed_cookie_is_nobodys(sign_in: Browser, world: World) -> None:
    amara = sign_in(world.trainee)
    assert amara.get("/learn").status_code == 200
    good = cookie(amara)
    other = "A" if good[5] != "A" else "B"
    amara.set_cookie("askwell", good[:5] + other + good[6:])
    assert amara.get("/learn").status_code == 302


def test_a_cookie_that_is_too_old_is_nobodys_although_it_was_read(sign_in: Browser, world: World) -> None:
    amara = sign_in(world.trainee)
    assert amara.get("/learn").status_code == 200
    with time_machine.travel(datetime.now().astimezone() + timedelta(days=32)):
        assert amara.get("/learn").status_code == 302


def test_what_one_page_writes_into_it_no_other_browser_reads(sign_in: Browser, world: World, app: Flask) -> None:
    amara = sign_in(world.trainee)
    amara.get("/learn")
    copy = app.test_client()
    copy.set_cookie("askwell", cookie(amara))
    with amara.session_transaction() as said:
        said["seen"] = "only here"
    with copy.session_transaction() as said:
        assert "seen" not in said


def test_a_cookie_with_a_list_is_read_each_time(sign_in: Browser, world: World, reads: list[str]) -> None:
    amara = sign_in(world.trainee)
    with amara.session_transaction() as said:
        said["list"] = [1]
    amara.get("/learn")
    reads.clear()
    amara.get("/learn")
    assert reads
