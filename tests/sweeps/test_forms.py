"""Every form, sent by somebody who means harm or whose page is old: refused in words, and nothing typed is lost."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from werkzeug.datastructures import MultiDict

from courses import catalogue
from lms.app import LONGEST_REQUEST
from tests.sweeps.forms import filled
from tests.sweeps.house import NOBODY, House

pytestmark = pytest.mark.xdist_group("sweeps")
LONG = "x" * 100_000
HOSTILE = {
    "empty": "", "long": LONG, "nul": "a\x00b", "surrogates": b"\xed\xa0\x80\xed\xb0\x80", "emoji": "🫠" * 300,
    "right to left": "\u202egpj.exe", "expanding": "\ufdfa" * 100 + "@x.example", "negative": "-1", "huge": "9" * 400,
    "big": "999999999",
    "fraction": "1e309", "markup": "<script>alert(1)</script>", "sql": "' OR 1=1; DROP TABLE person; --",
    "no such record": "00000000-0000-4000-8000-000000000000", "path": "../../../../etc/passwd", "template": "{{ 7*7 }}",
    "last day": "9999-12-31", "first day": "0001-01-01", "header": "a\r\nBcc: x@example.org", "figures": "٣",
    "json": '{"id": "\\ud800"}',
}  # fmt: skip
REACHING_FURTHER = ("long", "nul", "expanding", "huge", "last day", "header")


def browser_for(house: House, role: str) -> FlaskClient:
    return house.browser(house.people.get(role))


def trouble(answer: Any) -> bool:
    return answer.status_code >= 500 or "Traceback" in answer.text


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_values_in_every_field_break_nothing(house: House, kind: str) -> None:
    broken = []
    for rule in house.rules("POST"):
        role, good = filled(house, rule.endpoint)
        for name in good if kind in REACHING_FURTHER else ():
            value = MultiDict([*((key, each) for key, each in good.items() if key != name), (name, HOSTILE[kind])])
            answer = house.post(browser_for(house, role), house.path(rule), value)
            if trouble(answer):
                broken.append((rule.endpoint, name))
        if trouble(house.post(browser_for(house, role), house.path(rule), dict.fromkeys(good, HOSTILE[kind]))):
            broken.append((rule.endpoint, "all"))
    assert not broken


def test_a_page_without_its_token_gives_everything_back_but_secrets(house: House) -> None:
    lost = []
    for rule in house.rules("POST"):
        role, good = filled(house, rule.endpoint)
        typed = {name: f"typed “{name}” <&> {value}" for name, value in good.items()}
        answer = browser_for(house, role).post(house.path(rule), data=typed)
        assert answer.status_code == 400, rule.rule
        for name, value in typed.items():
            kept = f'name="{name}" value="{escape(value)}"' in answer.text
            if kept == ("password" in name or name in ("code", "credential")):
                lost.append((rule.endpoint, name))
    assert not lost


def test_signed_out_meanwhile_everything_comes_back(house: House) -> None:
    for rule in house.rules("POST"):
        role = filled(house, rule.endpoint)[0]
        if role == NOBODY or rule.endpoint == "security.logout":
            continue
        answer = house.post(browser_for(house, NOBODY), house.path(rule), {"keep": "I waited <long>", "password": "no"})
        assert answer.status_code == 401, rule.rule
        assert 'value="I waited &lt;long&gt;"' in answer.text, rule.rule
        assert 'value="no"' not in answer.text, rule.rule


def test_other_shapes_than_a_form_break_nothing(house: House) -> None:
    shapes: list[Callable[[], dict[str, Any]]] = [
        lambda: {"json": {"name": ["a", {"b": 1}]}},
        lambda: {"data": b"\xff\xfe\x00", "content_type": "application/octet-stream"},
        lambda: {"data": b"--x\r\nnot a part", "content_type": "multipart/form-data; boundary=x"},
        lambda: {"data": b"a=b", "content_type": "multipart/form-data"},
        lambda: {"data": {"name": (io.BytesIO(b"file"), "../../x.py")}, "content_type": "multipart/form-data"},
        lambda: {"data": b"&".join(b"keep=%d" % n for n in range(3000))},
    ]
    broken = [
        (rule.endpoint, place)
        for rule in house.rules("POST")
        for place, shape in enumerate(shapes)
        if trouble(browser_for(house, filled(house, rule.endpoint)[0]).post(house.path(rule), **shape()))
    ]
    assert not broken


def test_too_much_is_a_page_that_says_so(house: House) -> None:
    for rule in house.rules("POST"):
        for role in {NOBODY, filled(house, rule.endpoint)[0]}:
            answer = browser_for(house, role).post(house.path(rule), data={"keep": "x" * (LONGEST_REQUEST + 1)})
            assert answer.status_code == 413, rule.rule
            assert "Too long to take in one go" in answer.text


def test_only_a_drill_asks_where_the_coach_could_not_tell(house: House) -> None:
    known, quiz = catalogue.current(), house.ids["quiz"]
    lesson = known.lesson_of(quiz)
    path = f"/learn/{known.module_of(lesson).slug}/{lesson.slug}/{quiz.slug}/decide"
    fields = {"attempt": house.ids["attempt"], "label": "open"}
    assert house.post(browser_for(house, "trainee"), path, fields).status_code == 404
