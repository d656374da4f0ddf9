"""How the answers of a knowledge test are marked, and what the whole of them comes to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.bank import current
from assessments.items import BankItem, ChoiceItem, MatchItem, OrderItem, ShortItem, normal
from assessments.knowledge_test import (
    NOTHING,
    Answer,
    BadAnswer,
    check_answer,
    draw,
    judge,
    mark_item,
    retake_from,
)

ITEMS = current().items
BLUEPRINT = current().get_blueprint("associate")
CHOICES = [item for item in ITEMS.values() if isinstance(item, ChoiceItem)]
MULTIPLE = [item for item in CHOICES if item.kind == "multiple"]
MATCHES = [item for item in ITEMS.values() if isinstance(item, MatchItem)]
ORDERS = [item for item in ITEMS.values() if isinstance(item, OrderItem)]
SHORTS = [item for item in ITEMS.values() if isinstance(item, ShortItem)]


def right(item: BankItem) -> Answer:
    match item:
        case ChoiceItem():
            return Answer(keys=item.keys, sure="sure" if item.kind == "sure" else None)
        case OrderItem():
            return Answer(keys=item.steps)
        case MatchItem():
            return Answer(pairs=tuple((pair.left, pair.right) for pair in item.pairs))
        case ShortItem():
            return Answer(text=item.accepted[0])


def a_test(seed: str = "one") -> list[BankItem]:
    return [ITEMS[each.item] for each in draw(BLUEPRINT, ITEMS, seed)]


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS.keys())
def test_what_the_author_calls_right_gets_the_point_and_an_open_answer_none(item: BankItem) -> None:
    assert mark_item(item, check_answer(item, right(item))).right
    assert mark_item(item, check_answer(item, NOTHING)).points == 0


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_one_more_right_answer_never_costs_and_one_more_wrong_one_never_pays(data: st.DataObject) -> None:
    item = data.draw(st.sampled_from(MULTIPLE))
    chosen = data.draw(st.sets(st.sampled_from(item.choices)))
    more = data.draw(st.sampled_from(item.choices))

    before = mark_item(item, Answer(keys=tuple(chosen))).points
    after = mark_item(item, Answer(keys=tuple(chosen | {more}))).points
    assert (after >= before) if more in item.keys else (after <= before)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_one_more_right_pair_pays_its_share_and_nothing_else_changes(data: st.DataObject) -> None:
    item = data.draw(st.sampled_from(MATCHES))
    given_now = {pair.left: data.draw(st.sampled_from(item.choices)) for pair in item.pairs}
    pair = data.draw(st.sampled_from(item.pairs))

    before = mark_item(item, Answer(pairs=tuple(given_now.items()))).points
    after = mark_item(item, Answer(pairs=tuple((given_now | {pair.left: pair.right}).items()))).points
    assert after - before == (0 if given_now[pair.left] == pair.right else Fraction(1, len(item.pairs)))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_more_right_items_never_make_a_worse_result(data: st.DataObject) -> None:
    items = a_test()
    known = data.draw(st.sets(st.sampled_from([item.id for item in items])))
    more = data.draw(st.sampled_from(items))

    before = judge(BLUEPRINT, items, {item.id: right(item) for item in items if item.id in known})
    after = judge(BLUEPRINT, items, {item.id: right(item) for item in items if item.id in known | {more.id}})
    assert after.share >= before.share
    assert after.passed >= before.passed
    assert before.share == Fraction(len(known), 40)


def test_all_chosen_gets_the_right_ones_less_the_wrong_ones() -> None:
    item = ITEMS["m08-what-to-record"]

    assert mark_item(item, Answer(keys=item.choices)).points == Fraction(1, 3)  # three right less two wrong, of three


@pytest.mark.parametrize("item", ORDERS, ids=lambda item: item.id)
def test_two_steps_that_changed_places_get_nothing(item: OrderItem) -> None:
    first, second, *rest = item.steps

    assert mark_item(item, Answer(keys=(second, first, *rest))).points == 0


@pytest.mark.parametrize("item", SHORTS, ids=lambda item: item.id)
def test_what_comes_close_is_not_right_and_is_spoken_about(item: ShortItem) -> None:
    for miss in item.near:
        marked = mark_item(item, Answer(text=f" The {miss.text.upper()}."))
        assert (marked.points, marked.near) == (Fraction(0), miss)


@pytest.mark.parametrize(
    ("typed", "counts"),
    [("later sheet", True), ("  The LATER sheet. ", True), ("laterr sheet", False), ("sheet", False), ("", False)],
)
def test_a_short_answer_is_compared_without_what_nobody_means_by_it(typed: str, counts: bool) -> None:
    assert mark_item(ITEMS["m02-early-ideas"], Answer(text=typed)).right is counts


@pytest.mark.parametrize("typed", ["fasilitator", "facilitatr", "facilitatorr", "faciltiator"])
def test_one_slip_in_a_longer_word_is_forgiven(typed: str) -> None:
    item = _short("facilitator")

    assert mark_item(item, Answer(text=typed)).right


@pytest.mark.parametrize("typed", ["fasilitatr", "facility", "the facilitators group", "host"])
def test_more_than_a_slip_is_another_answer(typed: str) -> None:
    assert not mark_item(_short("facilitator"), Answer(text=typed)).right


@given(st.text())
def test_making_an_answer_plain_twice_changes_nothing_more(text: str) -> None:
    plain = normal(text)

    assert normal(f"the {plain}") == plain or not plain
    assert plain == plain.strip()


def test_thirty_two_of_forty_are_enough_and_thirty_one_are_not() -> None:
    items = a_test()
    unsafe_last = sorted(items, key=lambda item: not item.safety)

    enough = judge(BLUEPRINT, items, {item.id: right(item) for item in unsafe_last[:32]})
    short = judge(BLUEPRINT, items, {item.id: right(item) for item in unsafe_last[:31]})
    assert (enough.share, enough.passed) == (Fraction(4, 5), True)
    assert (short.enough, short.safe, short.passed) == (False, True, False)


def test_one_safety_item_wrong_is_not_made_up_for_by_all_the_rest() -> None:
    items = a_test()
    missed = next(item for item in items if item.safety)

    result = judge(BLUEPRINT, items, {item.id: right(item) for item in items if item is not missed})
    assert (result.share, result.enough, result.safe, result.passed) == (Fraction(39, 40), True, False, False)
    assert [(each.lesson, each.safety) for each in result.again] == [(missed.objective, True)]
    assert result.again[0].sentence.startswith("A safety question went wrong here.")


def test_a_safety_item_that_is_partly_right_is_not_right() -> None:
    item = ITEMS["m08-what-to-record"]
    assert isinstance(item, ChoiceItem)

    result = judge(BLUEPRINT, [item], {item.id: Answer(keys=item.keys[:-1])})
    assert (result.share, result.safe) == (Fraction(2, 3), False)


def test_what_to_look_at_again_starts_with_safety_and_goes_on_where_most_was_missed() -> None:
    items = a_test()
    result = judge(BLUEPRINT, items, {})

    assert [each.safety for each in result.again] == sorted((each.safety for each in result.again), reverse=True)
    others = [each.missed for each in result.again if not each.safety]
    assert others == sorted(others, reverse=True)
    assert sum(each.asked for each in result.again) == 40
    assert all(each.sentence.endswith((".", "right.")) for each in result.again)


def test_nothing_to_look_at_again_when_all_is_right() -> None:
    items = a_test()
    result = judge(BLUEPRINT, items, {item.id: right(item) for item in items})

    assert (result.passed, result.share, result.again) == (True, Fraction(1), ())


def test_how_sure_somebody_was_is_counted_and_costs_nothing() -> None:
    items = [item for item in CHOICES if item.kind == "sure"]
    wrong = {item.id: next(key for key in item.choices if key not in item.keys) for item in items}
    sure = judge(BLUEPRINT, items, {item.id: Answer(keys=(wrong[item.id],), sure="sure") for item in items})
    guessed = judge(BLUEPRINT, items, {item.id: Answer(keys=(wrong[item.id],), sure="guessing") for item in items})

    assert (sure.sure, sure.sure_right, sure.share) == (len(items), 0, guessed.share)
    assert guessed.sure == 0


@pytest.mark.parametrize(
    ("item", "answer", "says"),
    [
        ("m01-food-director", Answer(keys=("a", "b")), "Choose one answer"),
        ("m01-food-director", Answer(keys=("z",)), "among the answers shown"),
        ("m08-what-to-record", Answer(keys=("a", "a")), "among the answers shown"),
        ("m04-how-often", Answer(keys=("a",)), "how sure you are"),
        ("m08-the-card", Answer(keys=("Slow down, and stop the round.",)), "a place of its own"),
        ("m08-four-words", Answer(pairs=(("Nothing like it", "Stay"),)), "beside each of those shown"),
        ("m08-four-words", Answer(pairs=(("A holder cries, wipes her eyes and goes on talking.", "Go"),)), "shown"),
        ("m02-early-ideas", Answer(text="later " * 50), "200 characters"),
    ],
)
def test_what_cannot_be_an_answer_is_refused_with_a_sentence(item: str, answer: Answer, says: str) -> None:
    with pytest.raises(BadAnswer, match=says):
        check_answer(ITEMS[item], answer)


def test_another_try_is_open_after_seven_days() -> None:
    handed_in = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)

    assert retake_from(BLUEPRINT, handed_in) - handed_in == timedelta(days=7)


def _short(accepted: str) -> ShortItem:
    return ShortItem.model_validate(
        {
            "id": "who",
            "version": 1,
            "objective": "M02-L4",
            "bloom": "remember",
            "kind": "short",
            "prompt": "Who keeps the time?",
            "accepted": [accepted],
            "near": [{"text": "host", "why": "The host books the room."}],
            "reason": "The clock is the facilitator’s.",
        }
    )
