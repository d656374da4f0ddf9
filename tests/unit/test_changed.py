"""What is said to somebody who decides on a page that has gone stale."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from assessments.changed import STATES, as_read, what_changed


@dataclass(frozen=True)
class Sign:
    clause: str
    title: str
    state: str


SIGNS = st.dictionaries(st.from_regex(r"[a-z]{1,8}(-[a-z]{1,4})?", fullmatch=True), st.sampled_from(sorted(STATES)))


def signs(states: dict[str, str]) -> list[Sign]:
    return [Sign(clause, clause.title(), state) for clause, state in states.items()]


@given(SIGNS)
def test_nothing_is_said_of_signs_that_stand_as_they_were_read(states: dict[str, str]) -> None:
    assert what_changed(as_read(signs(states)), signs(states)) == ()


@given(SIGNS, SIGNS)
def test_a_sentence_is_said_of_exactly_the_signs_that_stand_otherwise(
    before: dict[str, str], now: dict[str, str]
) -> None:
    said = what_changed(as_read(signs(before)), signs(now))
    assert len(said) == sum(clause in before and before[clause] != state for clause, state in now.items())


def test_it_says_what_a_sign_was_and_is() -> None:
    was, now = [Sign("led", "Six sessions led", "there")], [Sign("led", "Six sessions led", "expired")]
    assert what_changed(as_read(was), now) == ("“Six sessions led” was there, and is expired now.",)


@given(st.text(max_size=60))
def test_a_form_that_lost_it_or_made_it_up_breaks_nothing(read: str) -> None:
    for sentence in what_changed(read, [Sign("led", "Six sessions led", "there")]):
        assert sentence.endswith("and is there now.")
