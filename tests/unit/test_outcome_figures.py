"""Figures of outcomes: nothing below four, not by taking one figure from another either; middles, quartiles, chance."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.outcome_figures import (
    Batch,
    Figure,
    Part,
    Row,
    before,
    last_read,
    quarter_end,
    quartiles,
    row,
    take,
    total,
    waiting_since,
)
from assessments.outcomes import current_scheme
from assessments.reliability import TWO_SIDED_95, wilson_lower
from lms.outcomes import telling

FIRST = date(2024, 12, 31)
QUARTERS = [before(date(2028, 12, 31), ago) for ago in reversed(range(17))]
days = st.integers(0, 1459).map(lambda ahead: FIRST + timedelta(days=1 + ahead))
parts = st.builds(
    lambda on, circle, n, asked: Part(on, circle, n + asked, n),
    days, st.sampled_from("abcde"), st.integers(0, 3), st.integers(0, 2),
)  # fmt: skip
ABOUT = {each.figure: each for each in current_scheme().indicators}


def read(given_parts: list[Part], circles: int) -> dict[date, tuple[Batch, list[int]]]:
    """Every quarter as it is read, and which of the parts are in it."""
    found: dict[date, tuple[Batch, list[int]]] = {}
    taken: date | None = None
    for end in QUARTERS:
        since = waiting_since(end, taken)
        new = [place for place, each in enumerate(given_parts) if since < each.on <= end]
        batch = take(end, [given_parts[place] for place in new], circles)
        found[end] = (batch, new if batch.shown else [])
        taken = end if batch.shown else taken
    return found


@given(st.lists(parts, max_size=40), st.sampled_from([1, 3]))
def test_no_sum_or_difference_of_figures_is_about_fewer_than_four(given_parts: list[Part], circles: int) -> None:
    """What no figure tells apart, no combination of figures tells apart: so every such lot has to be four or more."""
    batches = read(given_parts, circles)
    told_in: dict[int, set[date]] = defaultdict(set)
    for until in QUARTERS[4:]:  # every year that any page, spreadsheet or print ever showed
        for end, (_, places) in batches.items():
            if before(until, 4) < end <= until:
                for place in places:
                    told_in[place].add(until)
    lots: Counter[frozenset[date]] = Counter()
    whose: dict[frozenset[date], set[str]] = defaultdict(set)
    for place, spans in told_in.items():
        lots[frozenset(spans)] += given_parts[place].n
        whose[frozenset(spans)] |= {given_parts[place].circle} if given_parts[place].n else set()
    assert all(many >= 4 for many in lots.values())
    assert all(len(each) >= circles for each in whose.values())


@given(st.lists(parts, max_size=40), st.sampled_from([1, 3]))
def test_an_answer_is_read_once_and_a_hidden_quarter_says_nothing(given_parts: list[Part], circles: int) -> None:
    batches = read(given_parts, circles)
    places = [place for _, each in batches.values() for place in each]
    assert len(places) == len(set(places))
    for batch, _ in batches.values():
        assert batch.shown or (batch.n, batch.hits, batch.levels) == (0, 0, ())
        assert not batch.shown or batch.n >= 4


@given(st.lists(st.floats(1, 7), min_size=4, max_size=60))
def test_the_middle_and_the_quarters_are_those_of_every_textbook(levels: list[float]) -> None:
    ordered = sorted(levels)

    def at(share: float) -> float:
        place = share * (len(ordered) - 1)
        low, part = math.floor(place), place - math.floor(place)
        return ordered[low] + part * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])

    figure = Figure("median", len(levels), len(levels), levels=tuple(ordered))
    assert figure.value == median(levels)
    assert quartiles(levels) == pytest.approx((at(0.25), at(0.75)))
    assert figure.low <= figure.value <= figure.high


@given(st.integers(4, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_lies_within_what_chance_allows(counted: tuple[int, int]) -> None:
    hits, n = counted
    figure = Figure("share", n, n, hits)
    assert 0 <= figure.low <= figure.value + 1e-9
    assert figure.value - 1e-9 <= figure.high <= 100
    assert figure.low == pytest.approx(100 * wilson_lower(hits, n, TWO_SIDED_95))
    assert figure.high == pytest.approx(100 - 100 * wilson_lower(n - hits, n, TWO_SIDED_95))


@given(days)
def test_quarters_follow_one_another(day: date) -> None:
    end = quarter_end(day)
    assert before(end) < day <= end
    assert quarter_end(before(end) + timedelta(days=1)) == end
    assert before(end, 4) == date(end.year - 1, end.month, end.day)


def test_a_quarter_is_read_two_weeks_after_it_ended() -> None:
    assert last_read(date(2027, 1, 13)) == date(2026, 9, 30)
    assert last_read(date(2027, 1, 14)) == date(2026, 12, 31)
    assert last_read(date(2027, 4, 13)) == date(2026, 12, 31)


def batch(end: date, n: int, hits: int, asked: int = 0) -> Batch:
    return Batch(end, True, asked or n, n, hits)


def test_a_year_is_told_beside_the_year_before() -> None:
    until = date(2026, 9, 30)
    told = row(
        ABOUT["resolved"],
        [batch(date(2024, 12, 31), 10, 4), batch(date(2025, 9, 30), 15, 7), batch(date(2025, 12, 31), 14, 8, 17),
         batch(until, 20, 9, 24), batch(date(2024, 9, 30), 100, 100)],
        until,
    )  # fmt: skip
    assert (told.latest and (told.latest.hits, told.latest.n, told.latest.asked)) == (17, 34, 41)
    assert (told.past and (told.past.hits, told.past.n)) == (11, 25)
    assert telling.line(told) == (
        "17 of 34 important problems. 41 asked; 7 did not answer, left open how important it was, or had brought "
        "something less important. A year ago 44%, n 25."
    )
    assert "50% now, 44% a year ago, set out for 50%. The answers allow 34% to 66%" in telling.label(told)
    assert not told.is_below


def test_what_may_not_be_shown_is_told_without_a_number_of_answers() -> None:
    until = date(2026, 9, 30)
    told = row(ABOUT["goals"], [Batch(until, shown=False, asked=42)], until)
    assert telling.hidden(told) == (
        "Too few answers so far. Shown from four.", "So that nobody can be picked out. 42 asked.",
    )  # fmt: skip
    assert telling.cells(told)[2:8] == ["Too few answers", "", "", "", "", ""]
    never = row(ABOUT["goals"], [], until)
    assert telling.hidden(never)[0] == "No answers yet."
    assert not never.waits
    assert telling.cells(never)[2:9] == ["No answers yet", "", "", "", "", "", ""]


def test_a_gain_is_measured_by_ones_own_past_and_unknown_before_there_is_one() -> None:
    until = date(2026, 9, 30)
    now = Batch(until, True, 9, 4, 0, (4, 5, 5, 6))
    past = Batch(before(until, 4), True, 9, 4, 0, (3, 4, 4, 5))
    assert row(ABOUT["openness"], [now], until).aim is None
    aimed = row(ABOUT["openness"], [now, past], until)
    assert aimed.aim == pytest.approx(4 + 0.3 * math.sqrt(2 / 3))
    assert not aimed.is_below


def test_a_share_that_has_to_hold_against_chance_is_judged_by_its_lower_bound() -> None:
    until = date(2026, 9, 30)
    assert row(ABOUT["questions"], [batch(until, 40, 36)], until).is_below  # 90 % of forty could be 77
    assert not row(ABOUT["questions"], [batch(until, 150, 141)], until).is_below


def test_the_page_is_headed_by_how_much_can_be_read() -> None:
    until = date(2026, 9, 30)
    rows: list[Row] = [row(each, [batch(until, 20, 1)], until) for each in current_scheme().outcomes if each.target]
    title, said = telling.headline([each for each in rows if each.about.kind == "share"][:2])
    assert title == "Two of nine outcomes can be read"
    assert "are below where you set out to be" in said
    assert telling.headline([row(ABOUT["goals"], [], until)])[0] == "No outcome can be read yet"
    assert total("share", [Batch(until, shown=False, asked=3)]) is None


def test_an_outcome_is_below_where_either_of_its_two_figures_is() -> None:
    until = date(2026, 9, 30)
    first, second = row(ABOUT["questions"], [batch(until, 150, 141)], until), ABOUT["open"]
    assert not replace(first, beside=row(second, [batch(until, 150, 120)], until)).misses
    assert replace(first, beside=row(second, [batch(until, 150, 105)], until)).misses  # 70 % could be 62 by chance
    assert not replace(first, beside=row(second, [], until)).misses


@given(st.lists(st.integers(0, 7), unique=True, max_size=8), st.lists(st.integers(0, 7), unique=True, max_size=8))
def test_what_was_asked_before_is_told_only_where_there_was_a_before(first: list[int], second: list[int]) -> None:
    ends = [before(date(2026, 12, 31), ago) for ago in reversed(range(8))]
    told = replace(
        row(ABOUT["resolved"], [batch(ends[each], 9, 3) for each in first], ends[-1]),
        beside=row(ABOUT["importance"], [batch(ends[each], 9, 9) for each in second], ends[-1]),
    )
    changed = bool(first) and bool(second) and min(first) < min(second)
    assert ("asked afterwards" in telling.trap(told)) == changed
    assert told.told_since == (ends[min(second)] if changed else None)
