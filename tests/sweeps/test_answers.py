"""What every answer carries, whoever gets it and whatever went wrong."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from werkzeug.test import TestResponse

from lms.app import create_app
from lms.core.settings import use
from tests.sweeps.forms import filled
from tests.sweeps.house import BY_CODE, NOBODY, ROLES, House

pytestmark = pytest.mark.xdist_group("sweeps")
RECORD = "certificates.credential"
ELSEWHERE = (
    "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example", " //evil.example", "javascript:alert(1)", "http:evil.example", "/\x00//evil.example", "//[",
    "/a\r\nSet-Cookie: x=y",
)  # fmt: skip


def as_browsers_read(address: str) -> str:
    return re.sub(r"[\x00-\x1f]", "", unescape(address)).strip().replace("\\", "/")


def check(answer: TestResponse, *, stored: bool = False, by_code: bool = False) -> None:
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers.getlist("Referrer-Policy") == ["strict-origin" if by_code else "same-origin"]
    assert not by_code or answer.headers["X-Robots-Tag"] == "noindex"
    assert ("no-store" in answer.headers.get("Cache-Control", "")) is not stored
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("role", [NOBODY, *ROLES])
def test_every_answer_carries_the_safe_headers(house: House, role: str) -> None:
    browser = house.browser(house.people.get(role))
    for rule in house.rules("GET"):
        answer = browser.get(house.path(rule))
        published = rule.endpoint.startswith("credentials.") or rule.endpoint == RECORD
        stored = rule.endpoint == "static" or (published and answer.status_code == 200)
        check(answer, stored=stored, by_code=rule.endpoint in (*BY_CODE, "certificates.holder", RECORD))
    for path in ("/nowhere", "/static/nowhere.css", "//nowhere", "/learn/", "/v/%00", "/practice/x/edit", "/\ud7ff"):
        check(browser.get(path), stored=path.startswith("/static"))
    check(browser.delete("/learn"))
    check(browser.open("/learn", method="OPTIONS"))
    check(browser.post("/practice/new", data={"keep": "x" * 2_100_000}))
    for rule in house.rules("POST"):
        check(browser.post(house.path(rule)), by_code=rule.endpoint in BY_CODE)


def test_an_answer_about_a_broken_page_carries_them_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(**_: object) -> None:
        raise RuntimeError("words nobody should read")

    monkeypatch.setitem(house.app.view_functions, "practice.create", breaks)
    breaks.policy = "signed in"  # type: ignore[attr-defined]
    answer = house.post(house.browser(house.people["trainee"]), "/practice/new", {"keep": "I waited."})
    assert answer.status_code == 500
    assert "words nobody" not in answer.text
    assert 'name="keep" value="I waited."' in answer.text
    check(answer)


def test_behind_https_every_cookie_is_secure(house: House) -> None:
    settings = house.settings.model_copy(update={"public_url": "https://learn.example.org"})
    secured = House(create_app(settings), house.database, settings, house.people, house.strangers, house.ids)
    browser = secured.browser(house.people["trainee"])
    cookie = browser.get_cookie("askwell")
    assert cookie
    browser.set_cookie("askwell", cookie.value, domain="learn.example.org", secure=False)
    secure = {"base_url": "http://learn.example.org", "headers": {"Referer": "http://learn.example.org/account"}}
    answers = [
        secured.post(browser, "/account/theme", {"theme": "dark"}, **secure),
        browser.get("/sign-in", base_url="http://learn.example.org"),
        secured.post(secured.browser(), "/sign-in", filled(house, "security.login")[1], **secure),
    ]
    secured.app.extensions["askwell_database"].engine.dispose()
    use(house.settings)
    cookies = [each for answer in answers for each in answer.headers.getlist("Set-Cookie")]
    assert any(each.startswith("theme=dark") for each in cookies)
    assert all("Secure" in each for each in cookies)
    assert all("Strict-Transport-Security" in answer.headers for answer in answers)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nothing_leads_elsewhere(house: House, target: str) -> None:
    query = {"next": target}
    password = {"password": "seven quiet chairs", "email": "nadia.karimi@harbourside.example", "next": target}
    amara = house.browser(house.people["trainee"])
    answers = [
        house.post(house.browser(), "/sign-in", password, query_string=query),
        house.post(amara, "/account/verify", {"password": "seven quiet chairs", "next": target}, query_string=query),
        amara.get("/sign-in", query_string=query),
        house.browser().get("/sign-in", query_string=query),
        house.browser().get("/learn", query_string=query, headers={"Referer": "//evil.example"}),
        house.post(amara, "/account/theme", {"theme": "dark"}, headers={"Referer": "https://evil.example/"}),
        house.post(amara, "/sign-out", {"next": target}, query_string=query),
    ]  # fmt: skip
    for answer in answers:
        assert answer.status_code < 500
        assert answer.headers.get("Set-Cookie", "askwell=").startswith(("askwell=", "theme="))
        named = re.findall(r'(?:href|action|value)="([^"]*)"', answer.text)
        for each in [answer.location or "/", *(each for each in named if "evil" in each)]:
            assert urlsplit(urljoin("http://localhost/here", as_browsers_read(each))).netloc == "localhost", each
