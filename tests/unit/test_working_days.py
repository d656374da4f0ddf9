"""Working days: Monday to Friday, and what is late by them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.practice.working_days import is_late, still_in_time, working_days

DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
SPANS = st.integers(0, 400).map(timedelta)
MONDAY = date(2026, 5, 4)


@given(DAYS, SPANS)
def test_each_weekday_after_the_first_day_counts_once(after: date, span: timedelta) -> None:
    days = (after + timedelta(each + 1) for each in range(span.days))
    assert working_days(after, after + span) == sum(each.weekday() < 5 for each in days)


@given(DAYS, SPANS, SPANS)
def test_two_spells_one_after_the_other_add_up(after: date, first: timedelta, second: timedelta) -> None:
    between = after + first
    assert working_days(after, between) + working_days(between, between + second) == working_days(
        after, between + second
    )


@given(DAYS, SPANS)
def test_nothing_waits_before_it_is_sent(sent: date, span: timedelta) -> None:
    assert working_days(sent, sent - span) == 0


@given(DAYS, st.integers(-30, 30))
def test_what_is_late_today_is_what_was_sent_before_one_day(today: date, ago: int) -> None:
    sent = today - timedelta(ago)
    assert is_late(sent, today) == (sent < still_in_time(today))


@given(DAYS, SPANS)
def test_what_is_late_stays_late(sent: date, span: timedelta) -> None:
    if is_late(sent, sent + span):
        assert is_late(sent, sent + span + timedelta(1))


@pytest.mark.parametrize(("sent", "late_on"), [(0, 8), (1, 9), (2, 10), (3, 11), (4, 14), (5, 14), (6, 14)])
def test_five_whole_working_days_go_by_first(sent: int, late_on: int) -> None:
    """Sent on a Monday, it is late on the Tuesday of the week after; sent on Friday or at the weekend, on a Monday."""
    sent_on = MONDAY + timedelta(sent)
    assert not is_late(sent_on, MONDAY + timedelta(late_on - 1))
    assert is_late(sent_on, MONDAY + timedelta(late_on))
