"""What the coach refuses to read, and how long it takes over anything else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.questioning import analyse
from assessments.turn import LONGEST
from tests.texts import SPOKEN
from tests.work import floor, least_ms, steps

MOST_MS = 20.0

LONG_TEXTS = st.text(min_size=LONGEST, max_size=LONGEST) | st.lists(
    st.sampled_from(SPOKEN), min_size=1, max_size=30
).map(lambda some: ("".join(some) * LONGEST)[:LONGEST])


@given(LONG_TEXTS)
@settings(max_examples=40)
def test_the_longest_text_is_read_within_twenty_milliseconds(text: str) -> None:
    """On a slower or busier machine within what twenty milliseconds of other work take there at the same moment."""
    took = least_ms(lambda: analyse(text))
    assert took <= MOST_MS or took <= least_ms(lambda: floor(MOST_MS))


@pytest.mark.parametrize("piece", SPOKEN)
def test_a_text_of_twice_the_length_takes_twice_the_steps(piece: str) -> None:
    def work(length: int) -> int:
        text = (piece * length)[:length]
        return steps(lambda: analyse(text))

    work(LONGEST)  # what is put together once
    assert work(LONGEST) <= 2.2 * work(LONGEST // 2)


@given(st.text(min_size=LONGEST - 3, max_size=LONGEST) | st.lists(st.sampled_from(SPOKEN), max_size=400).map("".join))
@settings(max_examples=25)
def test_the_same_text_is_always_read_the_same_way(text: str) -> None:
    assert analyse(text) == analyse(text)


@pytest.mark.parametrize("text", ["a" * (LONGEST + 1), "?" * 10_000, "What now? " * 1_000])
def test_a_text_that_is_too_long_is_refused_and_not_cut(text: str) -> None:
    seen = analyse(text)

    assert seen.refusal == f"This is {len(text):,} characters long. I read 4,000 at most, so I have not read it."
    assert (seen.openness, seen.form, seen.codes, seen.cues) == ("unsure", "F-NONE", (), ())
    assert seen.hint.startswith(seen.refusal)


def test_the_last_character_that_fits_is_read() -> None:
    text = "What makes this hard? ".rjust(LONGEST)

    assert (analyse(text).refusal, analyse(text).openness) == (None, "open")


@pytest.mark.parametrize(
    "text",
    [
        "Hast du schon einmal daran gedacht, deinen Chef zu fragen?",
        "Est-ce que tu as déjà pensé à demander à ton chef ?",
        "¿Has pensado en hablar con tu jefe sobre esto?",
        "Wat is het dat je in deze situatie het liefst wilt doen?",
        "Czy myślałeś o rozmowie z szefem o tym problemie?",
        "你有没有想过跟你的老板谈谈？",
        "هل فكرت في التحدث مع مديرك؟",
    ],
)
def test_another_language_is_said_and_not_guessed_at(text: str) -> None:
    seen = analyse(text)

    assert seen.refusal == "This does not look like English; I can’t tell."
    assert (seen.openness, seen.form, seen.codes) == ("unsure", "F-NONE", ())


@pytest.mark.parametrize(
    "text",
    [
        "What did Łukasz Żółkowski, Anaïs Lefèvre and Håkan Åström notice?",
        "I no understand why she is angry, what happen?",
        "Budget meeting Monday?",
        "How is it going with the 你好 project?",
        "😀😀😀 What now?",
    ],
)
def test_names_learners_english_and_few_words_are_read(text: str) -> None:
    assert analyse(text).refusal is None


def test_a_sentence_of_fifty_alternatives_is_one_question() -> None:
    seen = analyse("Is it " + ", or ".join(f"reason {n}" for n in range(50)) + "?")

    assert (seen.refusal, seen.form) == (None, "F-ALT")
