"""The plan of a cohort: every lesson has its week, and a week off moves the later ones and loses none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.cohorts import rules
from lms.cohorts.rules import WEEK, plan

days = st.dates(date(2026, 1, 1), date(2030, 1, 1))
lessons = st.integers(0, 80)
paces = st.integers(1, rules.MOST_WEEK)
offs = st.lists(st.integers(0, 60).map(lambda week: timedelta(days=7 * week + 2)), max_size=10)


@given(days, paces, lessons, offs)
def test_every_lesson_has_a_week_and_no_week_has_too_many(
    begins: date, pace: int, many: int, off: list[timedelta]
) -> None:
    weeks = plan(begins, pace, many, [begins + each for each in off]).weeks
    assert sum(count for _, count in weeks) == many
    assert all(1 <= count <= pace for _, count in weeks)
    assert [each for each, _ in weeks] == sorted({each for each, _ in weeks})
    assert all((each - begins).days % 7 == 0 for each, _ in weeks)
    assert not any(each <= begins + day < each + WEEK for each, _ in weeks for day in off)


@given(days, paces, lessons, st.lists(days, min_size=2, max_size=2))
def test_what_is_due_only_grows(begins: date, pace: int, many: int, two: list[date]) -> None:
    made, (first, second) = plan(begins, pace, many), sorted(two)
    assert 0 <= made.due(first) <= made.due(second) <= many


@given(days, paces, lessons, days)
def test_a_week_follows_on_what_is_due(begins: date, pace: int, many: int, at: date) -> None:
    made = plan(begins, pace, many)
    week = made.week(at)
    if week:
        assert week[1] == made.due(at)
        assert at <= week[0] < at + WEEK


@pytest.mark.parametrize(
    ("due", "done", "said"),
    [(3, 3, "As planned"), (3, 2, "1 lesson behind the plan"), (4, 2, "2 lessons behind the plan"),
     (0, 1, "1 lesson ahead of the plan"), (0, 3, "3 lessons ahead of the plan")],
)  # fmt: skip
def test_where_somebody_is_beside_the_plan(due: int, done: int, said: str) -> None:
    assert rules.behind(due, done) == said


@pytest.mark.parametrize(
    ("typed", "found"),
    [("", []), (" , \n", []), ("2026-12-21, 2026-12-28", [date(2026, 12, 21), date(2026, 12, 28)]),
     ("2026-12-28\n2026-12-21\n2026-12-21", [date(2026, 12, 21), date(2026, 12, 28)])],
)  # fmt: skip
def test_days_are_read_with_commas_or_lines_between(typed: str, found: list[date]) -> None:
    assert rules.days(typed) == (found, "")


@given(st.text(max_size=80))
def test_whatever_is_typed_is_days_or_a_sentence(typed: str) -> None:
    found, fault = rules.days(typed)
    assert not (found and fault)


def test_nobody_stuck_is_said_too() -> None:
    assert rules.headline(0, 0) == "Nobody is in this cohort yet"
    assert rules.headline(0, 3) == "Everybody moved this week"
    assert rules.headline(2, 3) == "Two people have been stuck for a week"
