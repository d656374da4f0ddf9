"""The forecast: from how long past trainees took, said with its range and with how many it rests on."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.coverage.forecast import MANY, Pace, Way, _quantile, bounds, forecast, months_on

TODAY = date(2027, 3, 31)
ways = st.lists(st.builds(Way, st.integers(0, 900), st.sampled_from(["certified", "left", "open"])), max_size=40)
past_days = st.lists(st.integers(0, 900).map(lambda back: TODAY - timedelta(back)), max_size=12)
last_days = st.lists(st.integers(0, 900).map(lambda ahead: TODAY + timedelta(ahead)), max_size=12)


def at_most(number: int, n: int, chance: float) -> float:
    """How likely it is that no more than `number` of `n` come true."""
    return sum(math.comb(n, each) * chance**each * (1 - chance) ** (n - each) for each in range(number + 1))


def ended(certified: int, left: int = 0, days: int = 100) -> list[Way]:
    return [Way(days, "certified")] * certified + [Way(days, "left")] * left


def chance(pace: Pace, elapsed: int, more: int) -> tuple[float, int]:
    """The share within one number of days."""
    return pace.chances(elapsed, [more])[0]


def test_below_eight_past_trainees_nothing_is_foretold() -> None:
    assert forecast([], [TODAY], Pace(ended(7) + [Way(30, "open")] * 20), TODAY) is None
    assert forecast([], [TODAY], Pace(ended(8)), TODAY) is not None


def test_everyone_took_a_hundred_days_so_whoever_began_today_is_there_in_four_months() -> None:
    found = forecast([], [TODAY] * 3, Pace(ended(10)), TODAY)
    assert found is not None
    assert [point.likely for point in found.points[:5]] == [0, 0, 0, 0, 3]
    assert found.past == 10


def test_half_left_so_half_are_counted_on() -> None:
    found = forecast([], [TODAY] * 4, Pace(ended(10, left=10)), TODAY)
    assert found is not None
    assert found.last.likely == 2
    assert found.last.low < 2 < found.last.high


def test_a_certificate_that_ends_is_not_counted_on() -> None:
    ends = months_on(TODAY, 2)
    found = forecast([ends, TODAY + timedelta(900)], [], Pace(ended(8)), TODAY)
    assert found is not None
    assert [point.likely for point in found.points[:4]] == [2, 2, 2, 1]


def test_who_is_still_in_training_counts_against_those_who_were_quick() -> None:
    quick, slow = ended(8, days=60), [Way(300, "open")] * 8
    assert chance(Pace(quick), 0, 90)[0] == 1.0
    assert chance(Pace(quick + slow), 0, 90)[0] == pytest.approx(0.5)


def test_whoever_has_taken_longer_than_anybody_before_is_not_counted_on() -> None:
    assert chance(Pace(ended(20)), 400, 365) == (0.0, 0)


@given(ways, st.integers(0, 900), st.integers(0, 400), st.integers(0, 400))
def test_a_chance_is_a_share_and_grows_with_time(known: list[Way], elapsed: int, more: int, longer: int) -> None:
    pace = Pace(known)
    share, n = chance(pace, elapsed, more)
    assert 0 <= share <= 1
    assert chance(pace, elapsed, more + longer)[0] >= share - 1e-9
    assert n == sum(1 for way in known if way.days > elapsed)


@given(last_days, past_days, ways)
def test_the_likely_number_lies_in_the_range_and_the_range_within_what_can_be(
    holding: list[date], training: list[date], known: list[Way]
) -> None:
    found = forecast(holding, training, Pace(known), TODAY)
    if found is None:
        assert sum(way.end != "open" for way in known) < 8
        return
    assert len(found.points) == 13
    for point in found.points:
        stay = sum(last_day >= point.on for last_day in holding)
        assert stay <= point.low <= point.likely <= point.high <= stay + len(training)


@given(st.integers(0, 60), st.integers(1, 60))
def test_the_bounds_of_a_share_lie_around_it_and_close_in_with_the_number_seen(got_there: int, n: int) -> None:
    share = min(got_there, n) / n
    low, high = bounds(share, n)
    assert 0 <= low <= share <= high <= 1
    nearer = bounds(share, n * 4)
    assert low <= nearer[0] <= nearer[1] <= high


@given(st.integers(0, 15), st.floats(0.01, 0.99), st.sampled_from([0.1, 0.5, 0.9]))
def test_people_with_the_same_chance_are_a_binomial(n: int, chance: float, q: float) -> None:
    number = _quantile([chance] * n, q)
    assert at_most(number, n, chance) >= q - 1e-9
    assert number == 0 or at_most(number - 1, n, chance) < q + 1e-9


@given(st.lists(st.floats(0, 1), min_size=MANY, max_size=150), st.sampled_from([0.1, 0.9]))
def test_of_many_the_range_is_reckoned_and_differs_by_one_at_the_most(chances: list[float], q: float) -> None:
    odds = [1.0]
    for chance in chances:
        odds = [stays * (1 - chance) + comes * chance for stays, comes in zip([*odds, 0.0], [0.0, *odds], strict=True)]
    exact = next(number for number in range(len(odds)) if sum(odds[: number + 1]) >= q - 1e-12)
    assert abs(_quantile(chances, q) - exact) <= 1


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(0, 24))
def test_a_month_on_is_the_same_day_or_that_months_last(day: date, months: int) -> None:
    later = months_on(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(1)).month != later.month
