"""Drawing, agreement and outcome of turns that two people label, whatever the labels are."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import coding
from assessments.coding import Label, agreement, draw, letters, outcome, too_few, turns_wanted
from assessments.group_asking import why_sample_not_counted
from assessments.group_asks import CodedShare
from assessments.group_evidence import look_at_circle
from assessments.group_standards import get_group_standard
from assessments.reliability import cohen_kappa, kappa_interval
from lms.coding import rules
from tests.unit.group_examples import AT, circle, sample

OPENNESS = st.sampled_from(sorted(coding.OPENNESS))
PAIRS = st.lists(st.tuples(OPENNESS, OPENNESS), min_size=1, max_size=60)
SEEDS = st.text("0123456789abcdef", min_size=1, max_size=32)
SHARES = [
    clause for entry in get_group_standard().entries for clause in entry.clauses if isinstance(clause, CodedShare)
]


def a_hundred() -> list[tuple[str, str]]:
    """A hundred people whom two put into three kinds each, of which one is common."""
    cells = {"pp": 75, "pn": 1, "po": 4, "np": 5, "nn": 4, "no": 1, "oo": 10}
    return [(cell[0], cell[1]) for cell, many in cells.items() for _ in range(many)]


def test_the_coefficient_and_its_span_are_those_worked_by_hand() -> None:
    first, second = zip(*a_hundred(), strict=True)
    span = kappa_interval(first, second)
    assert span is not None
    assert cohen_kappa(first, second) == pytest.approx(0.676, abs=5e-4)
    assert (span[1] - span[0]) / 2 / 1.96 == pytest.approx(0.087, abs=1e-3)


def test_the_span_is_about_that_of_a_thousand_samples_drawn_anew() -> None:
    pairs, chance = a_hundred(), random.Random(8)  # noqa: S311 - a test, not a secret
    again = sorted(cohen_kappa(*zip(*chance.choices(pairs, k=len(pairs)), strict=True)) for _ in range(1_000))
    first, second = zip(*pairs, strict=True)
    span = kappa_interval(first, second)
    assert span == pytest.approx((again[25], again[975]), abs=0.05)


@given(PAIRS)
def test_it_does_not_matter_who_of_the_two_is_named_first(pairs: list[tuple[str, str]]) -> None:
    first, second = zip(*pairs, strict=True)
    one, other = agreement(first, second), agreement(second, first)
    assert (one.same, one.turns) == (other.same, other.turns)
    assert one.kappa == pytest.approx(other.kappa, abs=1)
    assert (one.low is None) == (other.low is None)


@given(PAIRS, st.randoms())
def test_the_order_of_turns_does_not_matter(pairs: list[tuple[str, str]], chance: random.Random) -> None:
    mixed = chance.sample(pairs, len(pairs))
    assert agreement(*zip(*pairs, strict=True)).kappa == pytest.approx(
        agreement(*zip(*mixed, strict=True)).kappa, abs=1
    )


@given(st.lists(OPENNESS, min_size=1, max_size=60))
def test_agreement_on_everything_is_one_and_proves_no_span(labels: list[str]) -> None:
    said = agreement(labels, labels)
    assert (said.kappa, said.same, said.low, said.high) == (coding.SCALE, len(labels), None, None)


@given(PAIRS)
def test_a_span_holds_its_coefficient(pairs: list[tuple[str, str]]) -> None:
    said = agreement(*zip(*pairs, strict=True))
    if said.low is not None and said.high is not None:
        assert -coding.SCALE <= said.low <= said.kappa + 1
        assert said.kappa - 1 <= said.high <= coding.SCALE


def test_sixty_hundredths_are_enough_and_nothing_less() -> None:
    labels = [("open", "open")] * 4 + [("closed", "closed")] * 4 + [("open", "closed"), ("closed", "open")]
    assert agreement(*zip(*labels, strict=True)).kappa == 6_000
    assert agreement(*zip(*labels, strict=True)).is_enough(0.60)
    assert not coding.Agreed(8, 10, 5_999, None, None).is_enough(0.60)
    assert coding.decimal(5_999) == "0.59"
    assert coding.decimal(-499) == "−0.04"


@given(st.integers(0, 200), st.integers(1, 60), SEEDS)
def test_a_draw_can_be_repeated_and_takes_nothing_twice(entered: int, wanted: int, seed: str) -> None:
    drawn = draw(entered, wanted, seed)
    assert drawn == draw(entered, wanted, seed)
    assert len(set(drawn)) == len(drawn) == min(entered, wanted)
    assert all(0 <= each < entered for each in drawn)


@given(st.integers(1, 100), st.integers(1, 60), SEEDS)
def test_one_more_turn_pushes_out_one_at_most_and_mixes_nothing(entered: int, wanted: int, seed: str) -> None:
    before, after = draw(entered, wanted, seed), draw(entered + 1, wanted, seed)
    stayed = [each for each in after if each != entered]
    assert stayed == list(before[: len(stayed)])
    assert len(before) - len(stayed) <= 1


def test_every_turn_is_drawn_about_as_often_as_any_other() -> None:
    times = [0] * 40
    for seed in range(2_000):
        for each in draw(40, 10, str(seed)):
            times[each] += 1
    assert 420 < min(times) <= max(times) < 580  # 500 expected, four standard deviations either way


@given(st.lists(st.integers(0, 7), max_size=40))
def test_letters_tell_voices_apart_and_say_nothing_else(seats: list[int]) -> None:
    known = letters(seats)
    assert len(set(zip(seats, known, strict=True))) == len(set(seats)) == len(set(known))
    assert known == letters([f"seat {each}" for each in seats])


def test_nobody_can_tell_is_a_label_that_makes_no_turn_open() -> None:
    said = outcome([Label("open", "no"), Label("unsure", "no"), Label("closed", "yes")])
    assert (said.turns, said.open, said.without_advice) == (3, 1, 2)
    assert said.open_in_words.startswith("1 of 3 turns open; allowing for chance at least ")


def test_too_few_turns_or_a_single_voice_say_nothing() -> None:
    assert too_few(9, 4)
    assert too_few(30, 1)
    assert not too_few(10, 2)


def test_a_meeting_gives_its_part_of_what_the_standard_asks() -> None:
    assert turns_wanted(get_group_standard()) == 26


@pytest.mark.parametrize("clause", SHARES, ids=lambda clause: f"{clause.id}-{clause.lower_bound}")
def test_each_share_rests_on_the_agreement_about_it(clause: CodedShare) -> None:
    view = look_at_circle(circle(), AT, recency_days=90, fewest_answers=4)
    poor = sample(kappa=0.9, kappa_advice=0.3) if clause.of == "without_advice" else sample(kappa=0.3, kappa_advice=0.9)
    good = sample(kappa=0.3, kappa_advice=0.9) if clause.of == "without_advice" else sample(kappa=0.9, kappa_advice=0.3)
    assert "κ 0.30" in (why_sample_not_counted(poor, clause, view) or "")
    assert why_sample_not_counted(good, clause, view) is None


def test_what_is_left_to_label_is_named() -> None:
    assert rules.unlabelled([2]) == "Turn 3 wants both answers still."
    assert rules.unlabelled([2, 6, 11]) == "Turns 3, 7 and 12 want both answers still."
    assert "and 8 more want" in rules.unlabelled(range(20))
    assert rules.taken_out(1, "3 May").startswith("One turn was taken out on 3 May")
    assert [rules.page_of(place) for place in (0, 9, 10, 25)] == [1, 1, 2, 3]
    assert [rules.pages(turns) for turns in (0, 10, 11, 26)] == [1, 1, 2, 3]
