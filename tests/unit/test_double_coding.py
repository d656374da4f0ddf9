"""A learner’s codes beside the key, and two learners’ beside each other, whatever they put down."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import double_coding as double
from assessments.coding import OPENNESS, SCALE, Label
from assessments.double_coding import NotCoded, against_key, own_labels, side_by_side
from assessments.transcripts import Transcript, current

SHEETS = current()
SHEET = SHEETS["fire-station-quiet-watch"]
WARD = SHEETS["ward-handover"]
LABELS = st.builds(Label, st.sampled_from(sorted(OPENNESS)), st.sampled_from(["yes", "no"]))
ALL = st.fixed_dictionaries(dict.fromkeys(SHEET.keyed, LABELS))
TWO = st.lists(st.tuples(LABELS, LABELS), min_size=1, max_size=40).map(
    lambda pairs: tuple({f"t{n}": pair[side] for n, pair in enumerate(pairs)} for side in (0, 1))
)


def changed(labels: dict[str, Label], **how: str) -> dict[str, Label]:
    """The labels with other openness at some turns."""
    return labels | {turn: Label(openness, labels[turn].advice) for turn, openness in how.items()}


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_the_key_agrees_with_itself(sheet: Transcript) -> None:
    said = against_key(sheet, own_labels(sheet))

    assert (said.openness.kappa, said.advice.kappa, said.differences) == (SCALE, SCALE, ())
    assert said.enough
    assert not said.lopsided


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_the_second_answer_of_the_key_agrees_as_well(sheet: Transcript) -> None:
    other = {turn: Label(key.also or key.openness, "yes" if key.advice else "no") for turn, key in sheet.keyed.items()}

    assert other != own_labels(sheet)
    assert against_key(sheet, other).openness.kappa == SCALE


@given(TWO)
def test_it_does_not_matter_which_of_two_coders_is_named_first(two: tuple[double.Labels, double.Labels]) -> None:
    one, other = side_by_side(*two), side_by_side(two[1], two[0])

    assert one.openness.same == other.openness.same
    assert one.openness.kappa == pytest.approx(other.openness.kappa, abs=1)
    assert one.advice.kappa == pytest.approx(other.advice.kappa, abs=1)
    assert {pair.turn for pair in one.differences} == {pair.turn for pair in other.differences}
    assert all(other.table[column, row] == many for (row, column), many in one.table.items())
    assert (one.advice_missed, one.advice_added) == (other.advice_added, other.advice_missed)


@given(ALL, st.randoms())
def test_the_order_in_which_turns_were_coded_does_not_matter(labels: dict[str, Label], chance: random.Random) -> None:
    mixed = dict(chance.sample(list(labels.items()), len(labels)))

    assert against_key(SHEET, mixed) == against_key(SHEET, labels)


@given(ALL)
def test_the_table_holds_every_turn_once_and_its_diagonal_is_what_is_alike(labels: dict[str, Label]) -> None:
    said = against_key(SHEET, labels)

    assert sum(said.table.values()) == len(SHEET.keyed)
    assert sum(said.table[kind, kind] for kind in OPENNESS) == said.openness.same
    assert len(said.table) == len(OPENNESS) ** 2


@given(ALL)
def test_a_difference_is_a_turn_in_which_no_answer_of_the_key_was_given(labels: dict[str, Label]) -> None:
    differ = {pair.turn for pair in against_key(SHEET, labels).differences}

    for turn, key in SHEET.keyed.items():
        fits = labels[turn].openness in key.defensible and (labels[turn].advice == "yes") == key.advice
        assert (turn in differ) == (not fits)


@given(ALL, st.sampled_from(sorted(SHEET.keyed)))
def test_coding_a_turn_as_the_key_does_never_lowers_what_is_alike(labels: dict[str, Label], turn: str) -> None:
    before = against_key(SHEET, labels)
    after = against_key(SHEET, labels | {turn: own_labels(SHEET)[turn]})

    assert after.openness.same >= before.openness.same
    assert len(after.differences) <= len(before.differences)


@given(ALL)
def test_what_is_said_of_a_coding_is_said_of_its_own_figures(labels: dict[str, Label]) -> None:
    said = against_key(SHEET, labels)

    assert ("try another" in double.in_words(said)) == (not said.enough)
    assert f"agree on {said.openness.same} of 23 turns" in double.in_words(said)
    assert double.advice_in_words(said).endswith(".")


def test_a_turn_without_both_answers_is_named_and_nothing_is_worked_out() -> None:
    labels = own_labels(SHEET)
    first, *_, last = SHEET.keyed
    del labels[last]
    labels[first] = Label("open")

    with pytest.raises(NotCoded) as refused:
        against_key(SHEET, labels)

    assert refused.value.turns == (first, last)
    with pytest.raises(NotCoded):
        side_by_side({}, {})


def test_turns_that_carry_no_key_are_left_aside() -> None:
    assert against_key(SHEET, own_labels(SHEET) | {"t1": Label("open", "yes"), "t99": Label()}).enough


def test_kappa_is_the_one_worked_by_hand_in_the_lesson() -> None:
    cells = {
        "oo": 12,
        "cc": 10,
        "uu": 2,
        "oc": 2,
        "ou": 1,
        "co": 1,
        "cu": 1,
        "uo": 1,
    }  # Agnes 15, 12, 3; Tomasz 14, 12, 4
    names = {"o": "open", "c": "closed", "u": "unsure"}
    pairs = [cell for cell, many in cells.items() for _ in range(many)]
    agnes = {f"t{n}": Label(names[cell[0]], "no") for n, cell in enumerate(pairs)}
    tomasz = {f"t{n}": Label(names[cell[1]], "no") for n, cell in enumerate(pairs)}

    said = side_by_side(agnes, tomasz)

    assert (said.openness.same, said.openness.turns) == (24, 30)
    assert said.openness.kappa == pytest.approx(6_629, abs=1)
    assert double.in_words(said).startswith(
        "You and the key agree on 24 of 30 turns; with luck taken out, κ\u00a0is 0.66."
    )


def test_advice_that_was_missed_and_advice_that_was_added_are_told_apart() -> None:
    labels = own_labels(SHEET)
    heard = [turn for turn, label in labels.items() if label.advice == "yes"]
    unheard = [turn for turn, label in labels.items() if label.advice == "no"]
    labels[heard[0]] = Label(labels[heard[0]].openness, "no")
    for turn in unheard[:2]:
        labels[turn] = Label(labels[turn].openness, "yes")

    said = against_key(SHEET, labels)

    assert (said.advice_missed, said.advice_added, said.openness.kappa) == (1, 2, SCALE)
    assert double.advice_in_words(said) == (
        "Of 23 turns, you missed advice in 1, and hear it in 2 where the key has none."
    )


def test_where_nearly_all_is_of_one_kind_the_figure_is_not_held_against_anybody() -> None:
    first = {f"t{n}": Label("open" if n < 27 else "closed", "no") for n in range(30)}
    second = changed(first, t0="closed", t1="closed", t27="open", t28="open")
    said = side_by_side(first, second)

    assert said.openness.same == 26
    assert not said.enough
    assert said.lopsided
    assert "Nearly all is of one kind here" in double.in_words(said)


def test_two_transcripts_together_make_the_figure_that_a_standard_asks() -> None:
    whole, poor = own_labels(WARD), own_labels(SHEET)
    first = against_key(WARD, whole)
    for turn in list(poor)[:6]:
        poor[turn] = Label("closed" if poor[turn].openness == "open" else "open", poor[turn].advice)
    second = against_key(SHEET, poor)

    said = double.figure([first, second], date(2026, 5, 3))

    assert (said.kind, said.items) == ("kappa_open_closed", 43)
    assert said.hundredths == second.openness.kappa // 100 < first.openness.kappa // 100, "the lower one stands"


def test_a_figure_is_cut_and_never_rounded_up() -> None:
    cells = ["oo"] * 12 + ["cc"] * 10 + ["oc"] * 3 + ["co"] * 2
    names = {"o": "open", "c": "closed"}
    first = {f"t{n}": Label(names[cell[0]], "no") for n, cell in enumerate(cells)}
    second = {f"t{n}": Label(names[cell[1]], "no") for n, cell in enumerate(cells)}
    said = side_by_side(first, second)

    hundredths = double.figure([said], date(2026, 5, 3)).hundredths

    assert hundredths * 100 <= said.openness.kappa < hundredths * 100 + 100


def test_another_transcript_is_one_not_coded_yet_and_a_mixed_one_first() -> None:
    first = double.next_to_code(SHEETS, [])
    assert first is not None
    assert SHEETS[first].asking == "mixed"

    coded: list[str] = []
    while (following := double.next_to_code(SHEETS, coded)) and len(coded) < len(SHEETS):
        coded.append(following)
    assert sorted(coded) == sorted(SHEETS)
    assert [SHEETS[each].asking for each in coded[-2:]] == ["strong", "strong"]


@given(st.lists(st.sampled_from([*SHEETS, "taken-away"]), max_size=30))
def test_nobody_is_sent_back_to_what_was_coded_last(coded: list[str]) -> None:
    following = double.next_to_code(SHEETS, coded)

    assert following in SHEETS
    assert not coded or following != coded[-1]


def test_where_there_is_only_one_there_is_no_other() -> None:
    assert double.next_to_code({SHEET.id: SHEET}, [SHEET.id]) is None
    assert double.next_to_code({}, []) is None
