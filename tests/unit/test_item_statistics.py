"""The figures of an item agree with a sum done in another way, and the advice follows from them."""

from __future__ import annotations

import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.item_statistics import ENOUGH, ItemFigures, figures

POINTS = st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(1)])
ATTEMPTS = st.integers(2, 5).flatmap(
    lambda items: st.lists(st.lists(POINTS, min_size=items, max_size=items), min_size=2, max_size=25)
)


def as_tests(rows: list[list[Fraction]]) -> list[dict[str, Fraction]]:
    return [{f"i{number}": points for number, points in enumerate(row)} for row in rows]


@given(ATTEMPTS)
def test_the_figures_are_those_of_the_statistics_module(rows: list[list[Fraction]]) -> None:
    for number, found in enumerate(figures(as_tests(rows))):
        own = [float(row[number]) for row in rows]
        rest = [float(statistics.mean(row[:number] + row[number + 1 :])) for row in rows]

        assert (found.item, found.n) == (f"i{number}", len(rows))
        assert found.p == pytest.approx(statistics.mean(own))
        try:
            wanted = statistics.correlation(own, rest)
        except statistics.StatisticsError:
            assert found.discrimination is None
        else:
            assert found.discrimination == pytest.approx(wanted, abs=1e-9)


def test_an_item_that_only_the_good_get_right_tells_them_apart() -> None:
    rows = [[Fraction(1), Fraction(1), Fraction(1)]] * 5 + [[Fraction(0), Fraction(0), Fraction(0)]] * 5

    assert [each.discrimination for each in figures(as_tests(rows))] == pytest.approx([1.0] * 3)


def test_an_item_is_not_compared_with_itself() -> None:
    """Two items that have nothing to do with each other: with itself in the sum each would look like a good one."""
    rows = [[Fraction(a), Fraction(b)] for a in (0, 1) for b in (0, 1)]

    assert [each.discrimination for each in figures(as_tests(rows))] == pytest.approx([0.0, 0.0])


def test_people_who_were_asked_different_items_are_counted_where_they_were_asked() -> None:
    found = {each.item: each for each in figures([{"a": Fraction(1), "b": Fraction(0)}, {"a": Fraction(0)}])}

    assert (found["a"].n, found["a"].p, found["b"].n) == (2, 0.5, 1)


@pytest.mark.parametrize(
    ("n", "p", "discrimination", "advice"),
    [
        (ENOUGH - 1, 1.0, None, "wait"),
        (ENOUGH, 0.96, 0.5, "retire"),
        (ENOUGH, 0.95, 0.5, "keep"),
        (ENOUGH, 0.7, 0.09, "retire"),
        (ENOUGH, 0.7, 0.10, "keep"),
        (ENOUGH, 0.0, None, "retire"),
        (400, 0.7, -0.2, "retire"),
    ],
)
def test_the_advice_follows_the_lines_of_the_syllabus(
    n: int, p: float, discrimination: float | None, advice: str
) -> None:
    found = ItemFigures("a", n, p, discrimination)

    assert found.advice == advice
    assert found.sentence.startswith({"wait": "Answered", "keep": "Keep it", "retire": ""}[advice])
    assert found.sentence.endswith(".")


@given(st.integers(0, 200), st.floats(0, 1), st.one_of(st.none(), st.floats(-1, 1)))
def test_every_advice_has_its_reason(n: int, p: float, discrimination: float | None) -> None:
    found = ItemFigures("a", n, p, discrimination)

    assert (found.sentence == "Keep it.") == (found.advice == "keep")
