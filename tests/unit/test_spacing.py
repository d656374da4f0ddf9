"""Three minutes a day: when a question comes again, and what a round holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.spacing import (
    LONGEST_DAYS,
    MOST_ITEMS,
    MOST_SECONDS,
    NEW_A_DAY,
    Askable,
    Felt,
    Memory,
    Said,
    Spent,
    after,
    again_in_words,
    next_day,
    pick,
    remembered,
)

Dates = dict[tuple[str, str], date]

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = AT.date()
FELT: list[Felt] = ["gone", "hard", "thought", "easy"]


def days(memory: Memory) -> int:
    return (memory.due_on - memory.answered_at.date()).days


@st.composite
def shelves(draw: st.DrawFn) -> tuple[list[Askable], Dates]:
    """Questions of several modules; some never asked, some due, some not yet."""
    here, kept = [], {}
    for place in range(draw(st.integers(0, 30))):
        lesson = f"M{draw(st.integers(1, 4)):02}-L1"
        each = Askable(f"q/{place:02}", lesson, "as now", draw(st.integers(5, MOST_SECONDS)))
        here.append(each)
        ago = draw(st.none() | st.integers(-20, 200))
        if ago is not None:
            kept[each.key, each.digest] = TODAY - timedelta(days=ago)
    return here, kept


SPENT = st.builds(Spent, st.integers(0, MOST_ITEMS), st.integers(0, MOST_SECONDS), st.integers(0, NEW_A_DAY))


@given(shelves(), SPENT)
def test_a_day_never_holds_more_than_eight_questions_three_minutes_and_three_new_ones(
    shelf: tuple[list[Askable], Dates], spent: Spent
) -> None:
    here, kept = shelf
    items = pick(here, kept, TODAY, spent).items
    assert len(items) + spent.items <= MOST_ITEMS
    assert sum(each.seconds for each in items) + spent.seconds <= MOST_SECONDS
    assert sum((each.key, each.digest) not in kept for each in items) + spent.new <= NEW_A_DAY


@given(shelves())
def test_nothing_is_asked_before_its_day_and_what_waits_is_never_older_than_what_is_asked(
    shelf: tuple[list[Askable], Dates],
) -> None:
    here, kept = shelf
    found = pick(here, kept, TODAY, Spent())
    asked = [kept[each.key, each.digest] for each in found.items if (each.key, each.digest) in kept]
    chosen = {each.key for each in found.items}
    left = [day for (key, _), day in kept.items() if day <= TODAY and key not in chosen]
    assert all(day <= TODAY for day in asked)
    assert len(left) == found.waiting
    assert not left or not asked or max(asked) <= min(left)


def test_two_hundred_overdue_questions_make_one_round_and_the_rest_are_counted() -> None:
    here = [Askable(f"q/{n:03}", f"M{n % 5:02}-L1", "as now", 15) for n in range(200)]
    kept = {(each.key, each.digest): date(2026, 1, 1) for each in here}
    found = pick(here, kept, TODAY, Spent())
    assert (len(found.items), found.waiting) == (MOST_ITEMS, 192)


def test_modules_take_turns() -> None:
    here = [Askable(f"q/{n}", f"M0{1 + n // 4}-L1", "as now", 10) for n in range(8)]
    kept = dict.fromkeys(((each.key, each.digest) for each in here), TODAY)
    assert [each.module for each in pick(here, kept, TODAY, Spent()).items] == ["M01", "M02"] * 4


@given(shelves())
def test_answered_one_by_one_no_module_comes_twice_while_another_waits(shelf: tuple[list[Askable], Dates]) -> None:
    here, kept = shelf
    spent = Spent()
    while items := pick(here, kept, TODAY, spent).items:
        first, held = items[0], (items[0].key, items[0].digest) in kept
        assert not spent.modules or first.module != spent.modules[-1] or _had_fewest(first, items, spent)
        spent = Spent(
            spent.items + 1, spent.seconds + first.seconds, spent.new + (not held), (*spent.modules, first.module)
        )
        kept = kept | {(first.key, first.digest): TODAY + timedelta(days=1)}
    assert spent.items <= MOST_ITEMS


def _had_fewest(first: Askable, items: tuple[Askable, ...], spent: Spent) -> bool:
    turns = spent.modules.count(first.module)
    return all(spent.modules.count(each.module) >= turns for each in items)


def test_a_question_whose_words_changed_begins_anew_and_one_that_is_gone_is_not_asked() -> None:
    kept = {(key, "as it was"): TODAY for key in ("q/changed", "q/gone")}
    found = pick([Askable("q/changed", "M01-L1", "as now", 10)], kept, TODAY, Spent(new=NEW_A_DAY))
    assert (found.items, found.waiting) == ((), 0)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(FELT), st.integers(0, 400)), min_size=1, max_size=8))
def test_a_question_comes_again_after_a_day_at_the_soonest_and_half_a_year_at_the_latest(
    answers: list[tuple[bool, Felt, int]],
) -> None:
    memory, at = None, AT
    for right, felt, late in answers:
        memory = after(memory, right, felt, at, UTC)
        assert 1 <= days(memory) <= LONGEST_DAYS
        at = datetime.combine(memory.due_on, AT.time(), UTC) + timedelta(days=late)


@given(st.floats(1, 100), st.floats(1, 10), st.integers(1, 200))
def test_the_easier_it_was_the_later_it_comes_again(stability: float, difficulty: float, ago: int) -> None:
    before = Memory(stability, difficulty, AT - timedelta(days=ago), TODAY)
    waits = [days(after(before, False, "easy", AT, UTC))]
    waits += [days(after(before, True, felt, AT, UTC)) for felt in FELT]
    assert waits == sorted(waits)


def test_right_answers_one_after_another_come_at_growing_distances() -> None:
    memory, waits = None, []
    for _ in range(5):
        at = AT if memory is None else datetime.combine(memory.due_on, AT.time(), UTC)
        memory = after(memory, True, "thought", at, UTC)
        waits.append(days(memory))
    assert waits == sorted(set(waits))


def test_a_right_guess_counts_as_forgotten() -> None:
    before = after(None, True, "easy", AT, UTC)
    later = datetime.combine(before.due_on, AT.time(), UTC)
    assert after(before, True, "gone", later, UTC) == after(before, False, "easy", later, UTC)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(FELT), st.integers(0, 40)), max_size=8))
def test_what_is_known_follows_from_the_answers_alone(answers: list[tuple[bool, Felt, int]]) -> None:
    memory, at, kept = None, AT, []
    for right, felt, wait in answers:
        at += timedelta(days=wait)
        memory = after(memory, right, felt, at, UTC)
        kept.append(Said(right, felt, at))
    assert remembered(kept, UTC) == memory


def test_the_next_day_is_tomorrow_where_something_is_left_and_the_first_date_otherwise() -> None:
    here = [Askable("q/1", "M01-L1", "as now", 10), Askable("q/2", "M01-L1", "as now", 10)]
    far = {(each.key, each.digest): TODAY + timedelta(days=9) for each in here}
    assert next_day(here, far, TODAY) == TODAY + timedelta(days=9)
    assert next_day(here, far | {("q/1", "as now"): TODAY}, TODAY) == TODAY + timedelta(days=1)
    assert next_day(here, {("q/1", "as now"): TODAY + timedelta(days=9)}, TODAY) == TODAY + timedelta(days=1)
    assert next_day([], {}, TODAY) is None


@pytest.mark.parametrize("right", [True, False])
def test_an_answer_before_its_day_moves_nothing(right: bool) -> None:
    first = after(None, True, "thought", AT, UTC)
    assert after(first, right, "easy", AT + timedelta(minutes=1), UTC) is first


def test_the_day_is_the_one_where_the_person_lives() -> None:
    late = datetime(2026, 3, 2, 11, 30, tzinfo=UTC)
    there = after(None, False, "hard", late, ZoneInfo("Pacific/Auckland"))
    assert there.due_on == after(None, False, "hard", late, UTC).due_on + timedelta(days=1)


@pytest.mark.parametrize(
    ("ahead", "words"), [(-3, "again today"), (0, "again today"), (1, "again tomorrow"), (6, "again in 6 days")]
)
def test_the_next_time_is_said_in_words(ahead: int, words: str) -> None:
    assert again_in_words(TODAY + timedelta(days=ahead), TODAY) == words
