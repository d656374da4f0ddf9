"""Every page, opened by everybody: nothing breaks and nothing is written."""

from __future__ import annotations

import pytest

from tests.sweeps.house import NOBODY, ROLES, House

pytestmark = pytest.mark.xdist_group("sweeps")
CHANGES = ("INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP", "TRUNCATE", "MERGE")


@pytest.mark.parametrize("role", [NOBODY, *ROLES])
def test_looking_never_writes_and_never_breaks(house: House, role: str) -> None:
    browser = house.browser(house.people.get(role))
    for rule in house.rules("GET"):
        for method in ("GET", "HEAD"):
            with house.statements() as sent:
                answer = browser.open(house.path(rule), method=method)
            assert answer.status_code < 500, (method, rule.rule)
            assert not [each for each in sent if each.lstrip("( ").upper().startswith(CHANGES)], rule.rule


@pytest.mark.parametrize("role", [NOBODY, *ROLES])
def test_what_is_asked_for_behind_the_question_mark_breaks_nothing(house: House, role: str) -> None:
    browser = house.browser(house.people.get(role))
    names = (
        "q",
        "page",
        "show",
        "sort",
        "next",
        "before",
        "decision",
        "number",
        "problem",
        "key",
        "group",
        "on",
        "token",
        "who",
        "unit",
        "organisation",
        "why",
        "what",
        "from",
        "kind",
    )
    broken = [
        (rule.rule, value)
        for rule in house.rules("GET")
        for value in HOSTILE
        if browser.get(f"{house.path(rule)}?" + "&".join(f"{name}={value}" for name in names)).status_code >= 500
    ]
    assert not broken


HOSTILE = (
    "%00", "%ED%A0%80", "-1", "9" * 5000, "%2F%2F%5B", "http%3A%2F%2F%5B", "%2Fa%0D%0ASet-Cookie%3A%20x%3Dy",
    "%27%20OR%201%3D1--", "%3Cscript%3E", "..%2F..%2Fetc%2Fpasswd", "%E2%80%AE", "00000000-0000-0000-0000-000000000000",
)  # fmt: skip
