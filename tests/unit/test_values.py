"""How a circle sits together, and the cards people sort: the rules."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.values_cards import PILES, current_cards, load_cards, too_many
from courses.source import ContentError
from lms.values.rules import FEWEST_SEATS, Line, differences, is_agreed

SEATS = st.sets(st.sampled_from("abcdefgh"), min_size=1)
ANSWERS = st.dictionaries(st.sampled_from("abcdefgh"), st.booleans())
LINES = st.lists(
    st.builds(Line, st.sampled_from(["We ask", "We wait", "Phones down"]), st.sampled_from(["", "a", "b"])),
    unique_by=lambda line: line.promise,
)


@given(SEATS, ANSWERS)
def test_it_holds_when_everybody_who_sits_there_says_yes_and_not_before(seats: set[str], said: dict[str, bool]) -> None:
    expected = len(seats) >= FEWEST_SEATS and {seat for seat in said if said[seat]} >= seats
    assert is_agreed(seats, said) == expected


@given(SEATS, ANSWERS, st.sampled_from("abcdefgh"))
def test_one_yes_more_never_undoes_an_agreement(seats: set[str], said: dict[str, bool], who: str) -> None:
    assert not is_agreed(seats, said) or is_agreed(seats, said | {who: True})


@given(LINES, LINES)
def test_a_difference_names_what_is_new_changed_and_gone(before: list[Line], after: list[Line]) -> None:
    found = differences(before, after)
    old, new = {each.promise: each.slip for each in before}, {each.promise: each.slip for each in after}
    both = old.keys() & new.keys()
    assert sum(each.startswith("New") for each in found) == len(new.keys() - old.keys())
    assert sum(each.startswith("Gone") for each in found) == len(old.keys() - new.keys())
    assert sum(each.startswith("Changed") for each in found) == sum(old[key] != new[key] for key in both)
    assert bool(found) == (before != after)


@given(st.dictionaries(st.integers(0, 30), st.sampled_from(PILES)), st.integers(1, 5))
def test_only_must_haves_are_counted_against_the_limit(placed: dict[int, str], most: int) -> None:
    named = {str(key): pile for key, pile in placed.items()}
    assert too_many(named, most) == max(0, list(named.values()).count("must") - most)  # type: ignore[arg-type]


def test_the_pack_has_enough_cards_that_choosing_costs_something() -> None:
    pack = current_cards()
    assert len(pack.cards) >= 2 * pack.most
    assert all(len(each.text) <= 60 for each in pack.cards)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("- {id: a, text: Same}\n  - {id: b, text: Same}", "“Same” is there twice"),
        ("- {id: a, text: One}\n  - {id: a, text: Two}", "“a” is there twice"),
        ("- {id: a, text: One, colour: red}", "Extra inputs"),
    ],
)
def test_a_pack_that_is_wrong_is_refused_with_its_line(tmp_path: Path, wrong: str, said: str) -> None:
    rest = "".join(f"\n  - {{id: c{n}, text: Card {n}}}" for n in range(6))
    text = f"id: cards\nversion: 2\nsince: 2026-12-01\nmost: 5\nown: 3\ncards:\n  {wrong}{rest}\n"
    (tmp_path / "cards-2.yaml").write_text(text, "utf-8")
    with pytest.raises(ContentError, match=said):
        load_cards(tmp_path)
