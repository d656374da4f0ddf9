"""Which reminder is due before a certificate ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.renewals import rules


@pytest.mark.parametrize(
    ("left", "days"),
    [(91, None), (90, 90), (31, 90), (30, 30), (8, 30), (7, 7), (1, 7), (0, 0), (-30, 0), (-31, None)],
)
def test_the_nearest_reminder_is_due(left: int, days: int | None) -> None:
    assert rules.due(left) == days


@given(st.integers(-30, 90))
def test_within_three_months_of_the_end_one_is_always_due(left: int) -> None:
    found = rules.due(left)
    assert found in rules.REMINDERS
    assert left <= found
