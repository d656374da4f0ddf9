"""A text in plain letters is folded by a shorter way; it must lead to the same place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assessments.turn import fold


@given(st.text(st.characters(max_codepoint=127), min_size=1, max_size=300))
def test_plain_letters_fold_as_they_do_beside_a_letter_that_is_not_plain(text: str) -> None:
    plain, beside = fold(text), fold(text + "é")
    length = len(plain.text)
    assert plain.text == beside.text[:length]
    assert plain.original(0, length) == beside.original(0, length)
