"""Words are counted, pauses measured, sortings laid beside the key, and returns looked at, without a page."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import bank, pauses, sorting
from assessments.drills import FACETS, Sort
from assessments.marking import About, look
from assessments.pauses import LEAST_MS, LONGEST, NotAPause, Run, newest_run
from assessments.returning import NO_WORD, look_at_return, too_many
from assessments.words_counted import MOST_WORDS, count_words

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
WORD = st.text(string.ascii_letters + "éßñ", min_size=1, max_size=8)
SHEET = bank.current().sorts["m04-l1-sort"]
RETURNS = bank.current().returns["m04-l9-return"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("…?! — 🙂 -", 0),
        ("Later sheet.", 2),
        ("Don’t half-answer – ask!", 3),
        ("one/two,three", 3),
        ("10 words", 2),
        ("أي سؤال تحت هذا؟", 4),
        ("क्या हुआ", 2),
        ("?" * 10_000, 0),
    ],
)
def test_a_word_is_letters_or_figures_in_one_piece(text: str, words: int) -> None:
    assert count_words(text) == words


@given(st.lists(WORD, max_size=30), st.sampled_from([" ", "\n", ", ", " – ", "… ", "? "]))
def test_words_are_counted_whatever_stands_between_them(words: list[str], between: str) -> None:
    assert count_words(between.join(words)) == len(words)


@given(st.text(max_size=200), WORD)
def test_one_more_word_is_one_more(text: str, word: str) -> None:
    assert count_words(f"{text} {word}") == count_words(text) + 1


@given(st.text(max_size=200))
def test_there_are_never_more_words_than_signs(text: str) -> None:
    assert 0 <= count_words(text) <= len(text)


def test_eleven_words_are_one_too_many_and_ten_are_not() -> None:
    assert too_many("word " * MOST_WORDS) == ""
    assert too_many("word " * 11) == "This is 11 words long. A return has 10 at most, so one has to go."
    assert too_many("word " * 13).endswith("so 3 have to go.")
    assert too_many("?!") == NO_WORD


@given(st.timedeltas(min_value=timedelta(), max_value=LONGEST))
def test_a_pause_is_as_long_as_the_time_between(passed: timedelta) -> None:
    milliseconds = pauses.length(NOON, NOON + passed)
    assert timedelta(milliseconds=milliseconds) <= passed < timedelta(milliseconds=milliseconds + 1)
    assert pauses.is_kept(milliseconds) == (passed >= timedelta(seconds=3))


@pytest.mark.parametrize(
    ("passed", "sentence"),
    [(LONGEST + timedelta(microseconds=1), pauses.TOO_OLD), (timedelta(microseconds=-1), pauses.NOT_YET)],
)
def test_what_is_no_pause_is_refused_in_words(passed: timedelta, sentence: str) -> None:
    with pytest.raises(NotAPause, match=sentence):
        pauses.length(NOON, NOON + passed)


@given(st.integers(0, 300_000))
def test_a_short_pause_never_reads_as_three_seconds(milliseconds: int) -> None:
    assert (float(pauses.seconds(milliseconds)) >= 3) == pauses.is_kept(milliseconds)


@given(st.lists(st.integers(0, 9_000), max_size=45))
def test_the_newest_run_is_the_one_going_on_or_just_over(lengths: list[int]) -> None:
    run = newest_run(lengths, 10)
    assert list(run.lengths) == (lengths[-len(run.lengths) :] if run.lengths else [])
    assert len(run.lengths) == (len(lengths) % 10 or (10 if lengths else 0))
    assert run.enough == (len(run.lengths) == 10 and sum(each >= LEAST_MS for each in run.lengths) >= 8)


def test_eight_of_ten_are_enough_and_seven_are_not() -> None:
    assert Run((LEAST_MS,) * 8 + (0,) * 2, 10).enough
    assert not Run((LEAST_MS,) * 7 + (0,) * 3, 10).enough
    assert not Run((LEAST_MS,) * 9, 10).enough
    assert Run((LEAST_MS, 0, 0), 10).percent == 33


def _key(sheet: Sort, place: int = 0) -> list[tuple[str, dict[str, str]]]:
    return [
        (each.id, {facet: each.keys[facet][place if place < len(each.keys[facet]) else 0] for facet in FACETS})
        for each in sheet.items
    ]


@pytest.mark.parametrize("place", [0, 1])
def test_whoever_gives_either_answer_of_the_key_agrees_with_it(place: int) -> None:
    found = sorting.agreement(SHEET, _key(SHEET, place))
    assert found.complete
    assert set(found.first.values()) == {20}
    assert found.kappa == 1


def test_the_first_answer_says_how_far_one_agreed_and_the_latest_where_one_is() -> None:
    wrong = [(item_id, answer | {"form": "F-TAG"}) for item_id, answer in _key(SHEET) if item_id != "rid-of-it"]
    found = sorting.agreement(SHEET, [*wrong, *_key(SHEET)])
    assert (found.first["form"], found.latest["form"]) == (1, 20)
    assert found.kappa is not None
    assert found.kappa < sorting.ENOUGH


def test_kappa_waits_for_the_last_question_and_strangers_count_nothing() -> None:
    found = sorting.agreement(SHEET, [*_key(SHEET)[:-1], ("no-such-question", {})])
    assert (found.done, found.complete, found.kappa) == (19, False, None)


@given(st.data())
def test_agreement_lies_between_nothing_and_everything(data: st.DataObject) -> None:
    tries = [
        (each.id, {facet: data.draw(st.sampled_from(sorted(sorting.OPTIONS[facet]))) for facet in FACETS})
        for each in SHEET.items
    ]
    found = sorting.agreement(SHEET, tries)
    assert found.first == found.latest
    assert all(0 <= each <= 20 for each in found.first.values())
    assert found.kappa is not None
    assert -1 <= found.kappa <= 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Have you tried asking her instead?", "Advice in disguise"),
        ("You should ask her.", "Advice"),
        ("Surely she knows that already, doesn’t she?", "Leading"),
        ("That was advice, Bram.", "Names the fault"),
        ("Great question, and now?", "Praise"),
        ("I think what Bram means is safety.", "Mends it for them"),
        ("Sorry, Bram. Once more?", "An apology first"),
        ("Which question is under that?", "Nothing marked"),
    ],
)
def test_a_return_that_takes_a_side_is_told_which_words_do(text: str, name: str) -> None:
    seen = look_at_return(RETURNS, RETURNS.items[0], text)
    assert seen.name == name
    assert bool(seen.notes) == (name != "Nothing marked")
    assert "".join(each.text for each in seen.pieces) == text


@given(st.text(max_size=300))
def test_the_coach_looks_at_any_return_and_keeps_every_sign_of_it(text: str) -> None:
    seen = look_at_return(RETURNS, RETURNS.items[0], text)
    assert "".join(each.text for each in seen.pieces) == text
    assert [each.number for each in seen.notes] == list(range(1, len(seen.notes) + 1))


@given(st.text(max_size=300))
def test_where_nobody_has_an_idea_none_is_found(text: str) -> None:
    seen = look(About("Delphine"), text)
    assert "".join(each.text for each in seen.pieces) == text
    assert all(each.rule != "idea" for each in seen.notes)


def test_advice_lands_in_general_words_where_the_moment_has_none_of_its_own() -> None:
    assert look(About("Delphine"), "Have you tried smaller portions?").lands == "Yes, but…"
