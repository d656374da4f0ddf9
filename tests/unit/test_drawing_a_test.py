"""What is drawn for a knowledge test: what the blueprint asks for, for any seed, and fresh for whoever comes again."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.bank import current
from assessments.items import ChoiceItem, OrderItem
from assessments.knowledge_test import Drawn, draw

ITEMS = current().items
BLUEPRINT = current().get_blueprint("associate")
SEEDS = st.text(max_size=40)
CHOICES = [item for item in ITEMS.values() if isinstance(item, ChoiceItem)]


def met(*tests: tuple[Drawn, ...]) -> Counter[str]:
    return Counter(each.item for test in tests for each in test)


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_any_seed_draws_what_the_blueprint_asks_for_and_nothing_twice(seed: str) -> None:
    drawn = [ITEMS[each.item] for each in draw(BLUEPRINT, ITEMS, seed)]

    assert len({item.id for item in drawn}) == BLUEPRINT.items == 40
    assert Counter(item.module for item in drawn) == {row.module: row.items for row in BLUEPRINT.rows}
    assert Counter(item.module for item in drawn if item.safety) == {"M08": 4}


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_the_same_seed_draws_the_same_test_from_a_bank_in_any_order(seed: str) -> None:
    backwards = dict(reversed(list(ITEMS.items())))

    assert draw(BLUEPRINT, ITEMS, seed) == draw(BLUEPRINT, backwards, seed)


def test_another_seed_draws_another_test() -> None:
    assert draw(BLUEPRINT, ITEMS, "one") != draw(BLUEPRINT, ITEMS, "two")


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_all_choices_are_shown_once_and_steps_never_in_their_right_order(seed: str) -> None:
    for each in draw(BLUEPRINT, ITEMS, seed):
        item = ITEMS[each.item]
        assert sorted(each.shown) == sorted(item.choices)
        assert each.content_hash == item.content_hash
        if isinstance(item, OrderItem):
            assert each.shown != item.steps


def test_where_an_answer_stands_on_the_page_says_nothing_about_it() -> None:
    items = [item for item in CHOICES if item.kind == "single" and len(item.options) == 4]
    places: Counter[int] = Counter()
    for seed in range(40):
        for each in draw(BLUEPRINT, ITEMS, str(seed)):
            item = ITEMS[each.item]
            if isinstance(item, ChoiceItem) and item in items:
                places[each.shown.index(item.keys[0])] += 1

    assert max(places.values()) < 0.3 * places.total()


@given(SEEDS, SEEDS)
@settings(max_examples=20, deadline=None)
def test_the_second_and_the_third_try_meet_nothing_again(one: str, two: str) -> None:
    first = draw(BLUEPRINT, ITEMS, one)
    second = draw(BLUEPRINT, ITEMS, two, met(first))
    third = draw(BLUEPRINT, ITEMS, one + two, met(first, second))

    assert max(met(first, second, third).values()) == 1


def test_after_everything_has_been_met_a_test_can_still_be_drawn() -> None:
    assert len(draw(BLUEPRINT, ITEMS, "again", dict.fromkeys(ITEMS, 3))) == BLUEPRINT.items


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_every_lesson_has_its_turn_before_one_has_a_second(seed: str) -> None:
    drawn = [ITEMS[each.item] for each in draw(BLUEPRINT, ITEMS, seed)]

    lessons = Counter(item.objective for item in drawn if item.module == "M02")
    assert (len(lessons), max(lessons.values())) == (5, 2)  # six items, five lessons


def test_a_bank_with_too_little_is_refused_with_the_module_named() -> None:
    few = {key: item for key, item in ITEMS.items() if item.module != "M07"}

    with pytest.raises(LookupError, match="too few items of M07"):
        draw(BLUEPRINT, few, "one")
