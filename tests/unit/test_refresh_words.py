"""Words of spaced practice: days of a letter, and when there is something again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.spacing import RATINGS
from lms.refresh import rules

MONDAY = date(2027, 3, 1)


@given(st.sets(st.integers(0, 6)))
def test_days_of_the_week_are_one_number_and_come_back(days: set[int]) -> None:
    assert set(rules.chosen_of(rules.days_of(days))) == days


def test_what_is_no_day_of_the_week_is_left_out() -> None:
    assert rules.days_of([-1, 2, 7, 900]) == 4


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ((0,), "Mondays"),
        ((5, 6), "Saturdays and Sundays"),
        ((4, 0, 2), "Mondays, Wednesdays and Fridays"),
        (range(7), "every day"),
    ],
)
def test_days_are_said_by_name(days: tuple[int, ...], words: str) -> None:
    assert rules.days_in_words(rules.days_of(days)) == words


@pytest.mark.parametrize(
    ("ahead", "words"), [(1, "tomorrow"), (2, "on Wednesday"), (6, "on Sunday"), (7, "in 7 days"), (40, "in 40 days")]
)
def test_a_day_to_come_is_said_as_people_do(ahead: int, words: str) -> None:
    assert rules.day_in_words(MONDAY + timedelta(days=ahead), MONDAY) == words


def test_every_word_about_an_answer_is_a_rating() -> None:
    assert rules.FELT.keys() == rules.COMPARED.keys() == RATINGS.keys()
