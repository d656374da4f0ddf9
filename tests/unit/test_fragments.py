"""What is the same for every reader is said once, under all that its words depend on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment
from jinja2.runtime import Macro
from markupsafe import Markup

from lms.core import fragments
from lms.core.fragments import same_for_all

TEMPLATES = Path(__file__).parents[2] / "templates"
PAGE = "{% macro told(edition, title) %}{{ count() }} {{ title }}{% endmacro %}"


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(fragments, "_said", {})
    with Flask(__name__).test_request_context("/"):
        yield


def told(times: Iterator[int]) -> Macro:
    """The macro of a page, which tells the how many-th time it is that it is really asked."""
    page = Environment(autoescape=True).from_string(PAGE, globals={"count": lambda: next(times)})
    return page.module.told  # type: ignore[attr-defined, no-any-return]


def test_the_same_is_said_once_whoever_asks() -> None:
    times = count(1)
    assert [same_for_all(told(times), "a1", "Silence") for _ in range(3)] == [Markup("1 Silence")] * 3


def test_another_edition_or_another_value_is_said_anew() -> None:
    times = count(1)
    said = [same_for_all(told(times), *values) for values in (("a1", "Silence"), ("b2", "Silence"), ("b2", "Pauses"))]
    assert said == ["1 Silence", "2 Silence", "3 Pauses"]


def test_what_is_given_is_escaped() -> None:
    assert same_for_all(told(count(1)), "a1", "<script>") == "1 &lt;script&gt;"


def test_a_site_mounted_elsewhere_has_addresses_of_its_own() -> None:
    times = count(1)
    same_for_all(told(times), "a1", "Silence")
    with Flask(__name__).test_request_context("/", environ_overrides={"SCRIPT_NAME": "/askwell"}):
        assert same_for_all(told(times), "a1", "Silence") == "2 Silence"


def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragments, "MOST", 3)
    for number in range(10):
        same_for_all(told(count(1)), "a1", str(number))
    assert len(fragments._said) <= 3


def test_every_macro_that_is_said_once_has_a_name_of_its_own() -> None:
    """Two of one name and with the same values would say each other's words."""
    pages = [path.read_text("utf-8") for path in TEMPLATES.rglob("*.html")]
    made = Counter(name for text in pages for name in re.findall(r"{%-? macro (\w+)\(", text))
    said = {name for text in pages for name in re.findall(r"same_for_all\((?:\w+\.)?(\w+)", text)}
    assert len(said) > 5
    assert [name for name in said if made[name] != 1] == []
