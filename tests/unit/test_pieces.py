"""A lesson in pieces: nothing is lost or turned around, and there is room to write where its reader is asked to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import catalogue
from courses.pieces import anchor, headings, notes, pieces
from courses.schema import Lesson
from lms.core import markdown

LESSONS = pytest.mark.parametrize("lesson", catalogue.current().lessons, ids=lambda each: each.id)
lines = st.sampled_from(
    ["## Say it in your own words", "## Next", "**Alone, ten minutes.** Do it.", "**In a group.** Do it.", "Words.", "",
     "::: reveal", ":::", ":::: versus", "::::", "- one"]
)  # fmt: skip


@given(st.lists(lines, max_size=14).map("\n".join))
def test_the_pieces_are_the_text(body: str) -> None:
    assert "".join(each.text for each in pieces(body)) == (body if body.strip() else "")


@LESSONS
def test_every_lesson_has_room_for_ones_own_words_and_parts_one_can_go_to(lesson: Lesson) -> None:
    assert "say" in notes(lesson.body)
    anchors = [each for each, _ in headings(lesson.body)]
    assert len(anchors) == len(set(anchors)) >= 3
    html = "".join(markdown.render(each.text) for each in pieces(lesson.body))
    for each in anchors:
        assert f'id="{each}"' in html
    whole = markdown.render(lesson.body)
    assert html.replace("\n", "") == whole.replace("\n", "")


def test_one_writes_before_somebody_elses_words_are_shown() -> None:
    first, second = pieces("## Say it in your own words\n\nSay why.\n\n::: reveal\nBecause.\n:::\n")
    assert (first.note, second.note) == ("say", None)
    assert second.text.startswith("::: reveal")


def test_what_is_done_alone_ends_where_the_group_begins() -> None:
    first, second = pieces("**Alone, ten minutes.** Count.\n\n- one\n- two\n\n**In a group, 30 minutes.** Count.\n")
    assert (first.note, second.note) == ("alone", None)
    assert first.text.endswith("- two\n\n")


@pytest.mark.parametrize(
    ("title", "wanted"), [("What’s “open”?", "on-whats-open"), ("Say it!", "on-say-it"), ("العربية", "on-العربية")]
)
def test_an_anchor_is_made_of_words(title: str, wanted: str) -> None:
    assert anchor(title) == wanted
