"""What a lesson asks to be written about it, and how an entry is named in a list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from courses import catalogue
from lms.journal import rules


def test_every_lesson_asks_for_its_own_line() -> None:
    asked = [rules.prompt_of_lesson(lesson.body) for lesson in catalogue.current().lessons]
    assert rules.OF_NOTHING not in asked
    assert len(set(asked)) == len(asked)
    assert all(each[0].isupper() and each[-1] in ".?" for each in asked)


def test_a_lesson_that_asks_for_nothing_asks_what_every_day_asks() -> None:
    assert rules.prompt_of_lesson("Nothing here.") == rules.OF_NOTHING


@given(st.text())
def test_a_first_line_is_one_short_line(text: str) -> None:
    line = rules.first_line(text)
    assert "\n" not in line
    assert len(line) <= 92


def test_a_long_first_line_ends_with_a_whole_word() -> None:
    assert rules.first_line("word " * 40) == "word " * 17 + "word …"
