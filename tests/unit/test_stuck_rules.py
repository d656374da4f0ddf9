"""Who is stuck, by plain values and a day."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.coverage import stuck_rules as rules
from lms.coverage.stuck_rules import Ended, Training

TODAY = date(2026, 5, 12)
RUTH = uuid.UUID(int=7)


def training(**other: Any) -> Training:
    given: dict[str, Any] = {
        "enrolment_id": uuid.UUID(int=1),
        "person_id": uuid.UUID(int=2),
        "name": "Amara Osei",
        "unit": "Roads",
        "trainer_id": RUTH,
        "trainer": "Ruth Tamihana",
        "started_on": TODAY - timedelta(days=60),
        "provider_id": uuid.UUID(int=9),
        "assessors": 2,
        "in_circle": True,
        "last_step": TODAY - timedelta(days=2),
    }
    return Training(**(given | other))


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({}, None),
        ({"in_circle": False}, "no_circle"),
        ({"last_step": TODAY - timedelta(days=28)}, "quiet"),
        ({"last_step": None}, "quiet"),
        ({"signed": 4, "signers": 1}, "second"),
        ({"signed": 4, "signers": 2}, None),
        ({"signed": 3, "signers": 1}, None),
        ({"signed": 4, "signers": 1, "assessors": 1}, None),
        ({"waits_since": TODAY - timedelta(days=9), "waits_late": True, "waits_at": (RUTH, "Ruth")}, "sign_off"),
        ({"waits_since": TODAY - timedelta(days=3), "waits_at": (RUTH, "Ruth")}, None),
        ({"panel_since": TODAY - timedelta(days=21)}, "panel"),
        ({"panel_since": TODAY - timedelta(days=20)}, None),
        ({"ready_on": TODAY - timedelta(days=7), "in_circle": False}, "certificate"),
        ({"ready_on": TODAY - timedelta(days=6), "in_circle": False}, None),
    ],
)
def test_why_somebody_is_stuck(other: dict[str, Any], reason: str | None) -> None:
    found = rules.stuck_training(training(**other), TODAY)
    assert (found.reason if found else None) == reason
    if found:
        assert found.sentence.endswith(".")
        assert rules.asked(found)
        assert (found.to_id is None) == (found.whom == "administrators")


@pytest.mark.parametrize(("days", "reason"), [(0, None), (-1, "lapsed"), (-365, "lapsed"), (-366, None)])
def test_a_lapsed_certificate_is_asked_about_while_it_can_be_renewed(days: int, reason: str | None) -> None:
    ended = Ended(
        uuid.UUID(int=3), uuid.UUID(int=2), "Amara Osei", "Roads", TODAY + timedelta(days=days), uuid.UUID(int=9)
    )
    found = rules.stuck_certificate(ended, TODAY)
    assert (found.reason if found else None) == reason


@given(st.lists(st.tuples(st.sampled_from(list(rules.REASONS)), st.integers(0, 5), st.integers(0, 90)), max_size=12))
def test_nobody_stands_twice_and_what_is_nearly_done_stands_first(rows: list[tuple[Any, int, int]]) -> None:
    found = [
        rules.Stuck(
            reason, uuid.UUID(int=who), f"P{who}", "Roads", TODAY - timedelta(days=ago), "x.", "Ruth", "trainer", RUTH
        )
        for reason, who, ago in rows
    ]
    ordered = rules.in_order(found)
    places = [list(rules.REASONS).index(each.reason) for each in ordered]
    assert places == sorted(places)
    assert len({each.person_id for each in ordered}) == len(ordered) == len({who for _, who, _ in rows})
    assert rules.headline(ordered)
