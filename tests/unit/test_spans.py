"""What of a span of days is left beside others."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.organisations.spans import Span, left_over

FIRST = date(2026, 1, 1)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    began = draw(st.integers(0, 20))
    ended = draw(st.none() | st.integers(began + 1, 25))
    return day(began), day(ended) if ended is not None else None


def days_of(span: Span) -> set[date]:
    return {day(each) for each in range(40) if span[0] <= day(each) and (span[1] is None or day(each) < span[1])}


@given(spans(), st.lists(spans(), max_size=4))
def test_every_day_is_kept_once_and_no_other(span: Span, taken: list[Span]) -> None:
    left = left_over(span, taken)
    kept = [each for found in left for each in days_of(found)]
    assert len(kept) == len(set(kept))
    assert set(kept) == days_of(span) - {each for other in taken for each in days_of(other)}
    assert all(ended is None or began < ended for began, ended in left)


def test_nothing_beside_it_leaves_all_of_it_and_the_same_leaves_nothing() -> None:
    assert left_over((day(1), None), []) == [(day(1), None)]
    assert left_over((day(1), day(5)), [(day(0), None)]) == []
    assert left_over((day(1), None), [(day(5), day(9))]) == [(day(1), day(5)), (day(9), None)]
