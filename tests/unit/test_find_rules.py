"""What is typed into the search field: every text is a question or a sentence, and never a fault."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lms.find import rules
from lms.find.index import Index, Text, plain

TEXTS = (
    Text("a", "on-x", "Why silence works", "Most people wait a second. The silences do the asking."),
    Text("b", "", "Open questions", "She questioned him about solution fever, near the door."),
    Text("c", "", "الصمت", "في الصمت قوة"),
    Text("d", "", "Ọ̀ṣun", "Her re\u0301sume\u0301 did not \ufb01t. Zoë and Пётр nodded."),
)


def found(text: str) -> list[str]:
    asked, index = rules.read(text), Index(TEXTS)
    try:
        return [] if asked.problem else [ref for ref, _ in index.find(asked.everything())]
    finally:
        index.close()


@given(st.text(max_size=250))
@example('"unclosed')
@example("NEAR(silence second, 3)")
@example("title:silence ^a + b* {x y} : -")
@example("AND OR NOT")
@example("\x00 \x02 🙂 ﷽ ² ـ")
def test_any_text_is_a_question_or_gets_a_sentence(text: str) -> None:
    asked = rules.read(text)
    if asked.problem:
        assert asked.problem.endswith(".")
        return
    index = Index(TEXTS)
    for question in (asked.everything(), asked.anything()):
        for _, number in index.find(question):
            index.passage(question, number)
    index.close()


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("silence", ["a"]),
        ("SILENT", []),
        ("silences", ["a"]),
        ("sile", ["a"]),
        ("question", ["b"]),
        ('"solution fever"', ["b"]),
        ('"fever solution"', []),
        ("fever solution", ["b"]),
        ("fever -door", []),
        ("silence -door", ["a"]),
        ("الصمت", ["c"]),
        ("near", ["b"]),
        ("title:silence", []),
        ("résumé", ["d"]),
        ("re\u0301sume\u0301", ["d"]),
        ("resume", ["d"]),
        ("fit", ["d"]),
        ("\ufb01t", ["d"]),
        ("zoe", ["d"]),
        ("Zoe\u0308", ["d"]),
        ("Ọ̀ṣun", ["d"]),  # no letter of its own has both marks
        ("Osun", ["d"]),
        ("O\u0300\u0323s\u0323un", ["d"]),
        ("пётр", ["d"]),
        ("пе\u0308тр", ["d"]),
        ("fit \u0301", ["d"]),  # an accent alone is no word
    ],
)
def test_words_are_found_by_their_stem_as_phrases_and_without_what_is_left_out(text: str, who: list[str]) -> None:
    assert found(text) == who


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", rules.EMPTY),
        ("  ", rules.EMPTY),
        ("🙂 ?!", rules.NO_WORDS),
        ("what is the", rules.ONLY_SMALL),
        ("-silence", rules.ONLY_NOT),
        ("silence " * 1250, rules.TOO_LONG),
    ],
)
def test_what_asks_for_nothing_is_answered_with_a_sentence(text: str, sentence: str) -> None:
    assert rules.read(text).problem == sentence


def test_more_than_twelve_words_are_cut_and_that_is_known() -> None:
    words = [f"word{n}" for n in range(rules.MOST_WORDS + 1)]
    assert not rules.read(" ".join(words[:-1])).cut
    asked = rules.read(" ".join(words))
    assert asked.cut
    assert asked.words == tuple(words[:-1])
    assert not asked.growing
    assert not rules.read(" ".join([*words[:-1], "the"])).cut  # a small word was not looked for anyway


def test_a_passage_marks_the_word_and_lets_no_markup_through() -> None:
    index = Index([Text("a", "p", "T", "A <b>silence</b> \x02that works\x03.")])
    question = rules.read("silence").everything()
    part, passage = index.passage(question, index.find(question)[0][1])
    assert part == "p"
    assert passage == 'A &lt;b&gt;<mark class="cue" data-c="info">silence</mark>&lt;/b&gt;  that works .'


def test_an_author_s_marks_are_no_part_of_a_passage() -> None:
    assert plain("- **Bold** and [a link](/learn/M01-L1), ==advice|cue== here") == "Bold and a link, cue here"
