"""A form is taken only from a page of ours, for the browser it was made for; what was found good is not read again."""

from __future__ import annotations

import flask_wtf.csrf
import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf

from lms.core import form_token
from lms.core.form_token import Protection

KEY = "a key for a test of forms, long enough"


@pytest.fixture
def site() -> Flask:
    made = Flask(__name__)
    made.config.update(SECRET_KEY=KEY, WTF_CSRF_TIME_LIMIT=None)
    Protection(made)
    made.add_url_rule("/", "page", generate_csrf)
    made.add_url_rule("/take", "take", lambda: "taken", methods=["POST"])
    return made


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tokens that the library read."""
    seen, reads = list[str](), flask_wtf.csrf.validate_csrf

    def note(token: str) -> None:
        seen.append(token)
        reads(token)

    monkeypatch.setattr(flask_wtf.csrf, "validate_csrf", note)
    return seen


def send(browser: FlaskClient, token: str, **more: object) -> int:
    return browser.post("/take", data={"csrf_token": token}, **more).status_code


def test_a_token_is_read_once_however_many_forms_it_comes_with(site: Flask, read: list[str]) -> None:
    browser = site.test_client()
    token = browser.get("/").text
    assert [send(browser, token) for _ in range(3)] == [200, 200, 200]
    assert read == [token]


def test_the_token_of_one_browser_does_not_serve_another(site: Flask) -> None:
    hers, his = site.test_client(), site.test_client()
    token = hers.get("/").text
    assert (send(hers, token), his.get("/").status_code) == (200, 200)
    assert send(his, token) == 400
    assert send(site.test_client(), token) == 400


def test_a_token_that_nobody_signed_is_refused_every_time(site: Flask) -> None:
    browser = site.test_client()
    good = browser.get("/").text
    assert send(browser, good) == 200
    assert [send(browser, wrong) for wrong in (good[:-1], "", "x", "x")] == [400] * 4


def test_when_a_browser_gets_a_new_token_the_old_one_is_refused(site: Flask) -> None:
    browser = site.test_client()
    token = browser.get("/").text
    assert send(browser, token) == 200
    with browser.session_transaction() as cookie:
        cookie["csrf_token"] = "f" * 40
    assert send(browser, token) == 400


def test_behind_https_a_form_from_another_site_is_refused_though_its_token_was_good(site: Flask) -> None:
    browser, safe = site.test_client(), "https://askwell.example"
    token = browser.get("/", base_url=safe).text
    ours, theirs = {"Referer": f"{safe}/"}, {"Referer": "https://askwell.example.evil.example/"}
    assert send(browser, token, base_url=safe, headers=ours) == 200
    assert send(browser, token, base_url=safe, headers=theirs) == 400
    assert send(browser, token, base_url=safe) == 400


def test_no_more_browsers_are_remembered_than_there_is_room_for(
    site: Flask, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(form_token, "MOST", 2)
    browsers = [(each, each.get("/").text) for each in (site.test_client() for _ in range(3))]
    assert [send(*each) for each in browsers * 2] == [200] * 6
    assert len(read) > 3
    assert len(site.extensions["csrf"]._good) <= 2


def test_a_page_read_with_get_needs_no_token(site: Flask, read: list[str]) -> None:
    with site.test_client() as browser:
        assert browser.get("/").status_code == 200
        assert session["csrf_token"]
    assert read == []
