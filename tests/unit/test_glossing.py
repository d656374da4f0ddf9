"""Words of the glossary in a lesson: the first use is a link, in running text alone, and there are never many."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import catalogue
from courses.glossary import Term, Words
from courses.pieces import pieces
from lms.core import glossing
from lms.core.markdown import render, render_lesson
from tests.work import steps

HERE, THERE = "M01-L1", "M02-L2"


def term(name: str, lesson: str = THERE, in_text: tuple[str, ...] | None = None, also: tuple[str, ...] = ()) -> Term:
    means = "A word that stands in for any other here."
    return Term(id=name.lower().replace(" ", "-"), term=name, lesson=lesson, in_text=in_text, also=also, means=means)


WORDS = Words([
    term("Silence", in_text=("silence", "silences")),
    term("Open question", also=("wide question",)),
    term("Circle", in_text=("circle", "circles", "peer group")),
    term("Level", in_text=()),
    term("Support", HERE, in_text=()),
    term("Rubric"),
    term("Rubric anchor"),
])  # fmt: skip


def linked(text: str, words: Words = WORDS) -> list[tuple[str, str]]:
    """Id and words of every link to the glossary."""
    (html,) = render_lesson((text,), words, HERE)
    return re.findall(r'<a href="/glossary#([^"]+)"[^>]*>([^<]*)</a>', html)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("There is silence. More silence follows.", [("silence", "silence")]),
        ("Two silences in a circle’s hour.", [("silence", "silences"), ("circle", "circle")]),
        ("Silence helps.", [("silence", "Silence")]),
        ("It is quiet. Silence helps.", [("silence", "Silence")]),
        ("We met in Silence Street.", []),
        ("A self-silence, a silenced man.", []),
        ("Ask an open question, or a wide question.", [("open-question", "open question")]),
        ("Ask two open questions.", []),  # the glossary does not say that form
        ("A rubric anchor and a rubric.", [("rubric-anchor", "rubric anchor"), ("rubric", "rubric")]),
        ("At this level there is support.", [("support", "support")]),  # a common word: in its own lesson alone
        ("- silence\n- circle", [("silence", "silence"), ("circle", "circle")]),
    ],
)
def test_whole_words_are_linked_once_in_the_forms_that_the_glossary_says(
    text: str, found: list[tuple[str, str]]
) -> None:
    assert linked(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "## A silence",
        "[silence](/learn/M06-L1)",
        "**The silence.** Go on.",
        "A *silence* of ten.",
        "He said, “Is it silence that you want?”",
        "“First. **Not** a silence.”",
        "A ==silence== here.",
        "::: margin\nSilence.\n:::",
        "::: source\nSilence.\n:::",
        "::: reveal\nSilence.\n:::",
        "::: say Silence, depot\nSilence.\n:::",
        "::: transcript Silence\n0:04 Silence: There was silence.\n:::",
        ":::: versus Silence\n::: open\nA silence.\n:::\n::: advice\nA silence.\n:::\n::::",
        "::: picture kettles.webp A silence\nSilence.\n:::",
    ],
)
def test_what_is_said_set_apart_or_already_a_link_stays_as_it_is(text: str) -> None:
    assert linked(text) == []
    assert linked(f"{text}\n\nThen a silence.") == [("silence", "silence")]


def test_a_term_that_the_author_linked_is_not_linked_again_and_looks_the_same() -> None:
    assert linked("After a [pause](/glossary#silence) comes silence.") == [("silence", "pause")]


def test_there_are_six_at_most_those_taught_here_first_then_those_said_seldom() -> None:
    names = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"]
    words = Words([term(name, HERE if name == "theta" else THERE) for name in names])
    found = [name for name, _ in linked("alpha alpha alpha beta gamma delta epsilon zeta eta theta theta theta", words)]
    assert found == ["beta", "gamma", "delta", "epsilon", "zeta", "theta"]


def test_a_lesson_in_parts_has_one_first_use() -> None:
    first, second = render_lesson(("A silence.", "A silence, a circle."), WORDS, HERE)
    assert "#silence" in first
    assert "#silence" not in second
    assert "#circle" in second


def test_another_glossary_is_read_anew_and_the_same_one_costs_nothing() -> None:
    text, same = ("A silence.",), Words([term("Silence")])
    assert render_lesson(text, same, HERE) is render_lesson(text, Words([term("Silence")]), HERE)
    assert render_lesson(text, Words([]), HERE) == (render("A silence."),)
    other = render_lesson(text, Words([term("Silence", in_text=())]), HERE)
    assert "/glossary" in render_lesson(text, same, HERE)[0]
    assert "/glossary" not in other[0]


@given(st.text("silence Silcr“”*_[]()=#-\n.’:", max_size=120))
def test_links_change_no_word_of_a_text(text: str) -> None:
    (html,) = render_lesson((text,), WORDS, HERE)
    assert re.sub(r'<a href="/glossary[^>]*>([^<]*)</a>', r"\1", html) == render(text)


def test_every_lesson_that_ships_has_six_at_most_and_each_leads_to_a_term() -> None:
    known = catalogue.load(catalogue.CONTENT)
    ids = {each.id for each in known.terms}
    for lesson in known.lessons:
        html = "".join(render_lesson(tuple(each.text for each in pieces(lesson.body)), known.words, lesson.id))
        found = re.findall(r'href="/glossary#([^"]+)"', html)
        assert len(found) <= glossing.MOST
        assert len(found) == len(set(found))
        assert set(found) <= ids


def test_a_longer_lesson_costs_in_proportion_to_its_length() -> None:
    known = catalogue.load(catalogue.CONTENT)
    body = "\n\n".join(each.text for each in pieces(known.lessons[0].body))

    def work(times: int) -> int:
        text = f"{times} times.\n\n" + f"{body}\n\n" * times
        return steps(lambda: render_lesson((text,), known.words, known.lessons[0].id))

    work(1)  # what is put together once
    assert work(4) <= 2.2 * work(2)
