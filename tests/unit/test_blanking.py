"""Names, numbers and addresses in a turn are marked; what is blanked is not marked again."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.blanking import blank, marks, words_of

CIRCLE = ("Joan", "Al", "Sefo Lemalu")
OTHERS = words_of(["Will Zielinski", "Rose O’Neill", "Jo Ng"])


def found(text: str) -> list[str]:
    return [each.text for each in marks(text, CIRCLE, OTHERS)]


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("What did Joan’s team say?", ["Joan"]),
        ("what did joan say to al?", ["joan", "al"]),
        ("Does Lemalu know?", ["Lemalu"]),
        ("Will you ask Will?", ["Will"]),
        ("And then? Will it hold?", []),
        ("Did Rose notice the rose?", ["Rose"]),
        ("Is Zielinski the one?", ["Zielinski"]),
        ("What happened on 14 / 3 at 7?", ["14 / 3", "7"]),
        ("Did you write to jo.ng+x@mail.example.org?", ["jo.ng+x@mail.example.org"]),
        ("Did you look at https://x.example/a?b?", ["https://x.example/a?b?"]),
        ("Does Jo know?", []),  # too short to be found among thousands
        ("What makes this hard now?", []),
    ],
)
def test_what_may_give_somebody_away_is_marked(text: str, texts: list[str]) -> None:
    assert found(text) == texts


def test_what_is_marked_can_be_blanked() -> None:
    said = blank("Did Joan ring 0171 22 or joan@x.example?", CIRCLE, OTHERS)
    assert said == "Did [name] ring [number] or [address]?"


@settings(max_examples=40)
@given(st.text(max_size=40))
def test_what_is_blanked_holds_nothing_to_mark(text: str) -> None:
    once = blank(text, CIRCLE, OTHERS)
    assert blank(once, CIRCLE, OTHERS) == once


PARTS = st.sampled_from(["Joan", "al", "Rose", "3", "a@b.co", "what", "?", "and", "Will", "[name]"])


@given(st.lists(PARTS, max_size=12))
def test_marks_are_in_order_and_never_overlap(parts: list[str]) -> None:
    text = " ".join(parts)
    known = marks(text, CIRCLE, OTHERS)
    assert all(text[each.start : each.end] == each.text for each in known)
    assert all(one.end <= other.start for one, other in pairwise(known))
