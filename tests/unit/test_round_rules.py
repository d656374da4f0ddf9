"""When a circle agrees on what the problem is, and whose yes counts."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.rounds import rules
from lms.rounds.phases import INTERVENTIONS, LENGTHS, PHASES
from lms.rounds.rules import Agreement, Record, Statement, agreement

given_ratings = st.lists(st.integers(1, 5), min_size=1, max_size=8)
some_ratings = st.lists(st.none() | st.integers(1, 5), max_size=8)
confirming = st.sampled_from([None, True, False])
loops = st.integers(0, rules.MOST_LOOPS)


@given(confirming, some_ratings, loops)
def test_agreed_means_the_holder_confirms_and_everybody_rates_four_or_more(
    confirmed: bool | None, ratings: list[int | None], back: int
) -> None:
    everybody = bool(ratings) and all(each is not None and each >= 4 for each in ratings)
    assert (agreement(confirmed, ratings, back) is Agreement.AGREED) == (confirmed is True and everybody)


@given(confirming, given_ratings, loops)
def test_one_three_or_a_no_goes_back_twice_and_then_leaves_it_open(
    confirmed: bool | None, ratings: list[int], back: int
) -> None:
    found = agreement(confirmed, ratings, back)
    if min(ratings) <= 3 or confirmed is False:
        assert found is (Agreement.AGAIN if back < 2 else Agreement.APART)
    else:
        assert found in (Agreement.OPEN, Agreement.AGREED)


@given(confirming, some_ratings, loops, st.randoms())
def test_the_order_in_which_they_speak_changes_nothing(
    confirmed: bool | None, ratings: list[int | None], back: int, chance: object
) -> None:
    other = sorted(ratings, key=lambda _: chance.random())  # type: ignore[attr-defined]
    assert agreement(confirmed, ratings, back) is agreement(confirmed, other, back)


@given(given_ratings, loops, st.data())
def test_a_higher_number_never_takes_agreement_away(ratings: list[int], back: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(ratings) - 1))
    higher = [*ratings[:place], min(5, ratings[place] + 1), *ratings[place + 1 :]]
    if agreement(True, ratings, back) is Agreement.AGREED:
        assert agreement(True, higher, back) is Agreement.AGREED


@given(given_ratings, loops)
def test_whoever_has_not_spoken_keeps_it_open(ratings: list[int], back: int) -> None:
    high = [max(each, 4) for each in ratings]
    assert agreement(True, [*high, None], back) is Agreement.OPEN
    assert agreement(None, high, back) is Agreement.OPEN


def test_the_holder_confirms_and_is_not_counted_among_the_numbers() -> None:
    said = {"joan": Statement("I avoid it", rating=2), "sefo": Statement("It is fear", rating=5), "li": Statement()}
    assert rules.where_it_stands(Record(statements=said, confirmed=True), "joan") is Agreement.AGREED
    assert rules.where_it_stands(Record(statements=said, confirmed=True), "sefo") is Agreement.AGAIN


def test_a_holder_with_an_account_answers_alone_while_they_sit_there() -> None:
    holder, other = uuid.uuid4(), uuid.uuid4()
    assert rules.may_answer(holder, holder=holder, holder_sits_here=True)
    assert not rules.may_answer(other, holder=holder, holder_sits_here=True)
    assert rules.may_answer(other, holder=holder, holder_sits_here=False)
    assert rules.may_answer(other, holder=None, holder_sits_here=True)


@pytest.mark.parametrize("length", LENGTHS)
def test_the_phases_fill_the_round(length: int) -> None:
    assert sum(each.planned(length) for each in PHASES) == length
    assert len({each.id for each in PHASES}) == 11
    assert len({each.code for each in INTERVENTIONS}) == 9


@given(st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.booleans(), st.none() | st.integers(1, 5))))
def test_a_holder_marks_what_others_wrote_and_never_their_own(said: dict[str, tuple[bool, int | None]]) -> None:
    statements = {seat: Statement("Words" if wrote else "", mark=mark) for seat, (wrote, mark) in said.items()}
    written, marked, hits = rules.marks(Record(statements=statements), "a")
    others = [mark for seat, (wrote, mark) in said.items() if seat != "a" and wrote]
    assert written == len(others)
    assert marked == len([each for each in others if each])
    assert hits == sum((each or 0) >= 4 for each in others)
    assert 0 <= hits <= marked <= written
