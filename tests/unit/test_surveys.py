"""What may be said of a survey: the middle, never an average, and nothing below four answers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assessments.surveys import FEWEST, LEAST, MOST, SAFETY, SURVEYS, result_of

SHEET = st.lists(st.integers(LEAST, MOST), min_size=3, max_size=3)


@given(st.lists(SHEET, max_size=FEWEST - 1))
def test_below_four_answers_only_how_many_is_said(sheets: list[list[int]]) -> None:
    result = result_of(sheets)
    assert (result.answers, result.middles, result.median, result.lowest, result.shown) == (
        len(sheets), (), None, None, False,
    )  # fmt: skip


@given(st.lists(SHEET, min_size=FEWEST, max_size=9), st.randoms())
def test_what_is_said_is_an_answer_somebody_gave_in_whatever_order_they_came(
    sheets: list[list[int]], chance: object
) -> None:
    result = result_of(sheets)
    assert all(middle in {sheet[place] for sheet in sheets} for place, middle in enumerate(result.middles))
    assert result.lowest is not None
    assert result.median is not None
    assert LEAST <= result.lowest <= result.median <= MOST
    mixed = list(sheets)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert result_of(mixed) == result


def test_half_of_the_answers_or_more_lie_at_the_middle_or_above() -> None:
    assert result_of([[1, 7, 4], [1, 7, 4], [7, 7, 4], [7, 7, 4]]).middles == (1, 7, 4)


def test_every_sheet_asks_in_the_first_person_or_of_us_and_without_a_not() -> None:
    for each in SURVEYS.values():
        assert len(set(each.questions)) == len(each.questions)
        assert not any(" not " in question or "n’t" in question for question in each.questions)
    assert len(SAFETY.questions) == 7
