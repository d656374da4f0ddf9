"""What a newer edition says otherwise: nothing where nothing changed, every word where something did."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import catalogue
from courses.catalogue import Catalogue
from courses.difference import compare, difference, joined_and_left, paragraphs
from courses.manifest import fingerprint, manifest

texts = st.lists(st.text("ab. ", min_size=1, max_size=12), max_size=5).map("\n\n".join)


@given(texts)
def test_a_text_compared_with_itself_is_not_otherwise(text: str) -> None:
    assert compare(text, text) == ((), 0.0)


@given(texts, texts)
def test_every_passage_tells_words_of_one_text_or_of_both(before: str, after: str) -> None:
    passages, share = compare(before, after)
    assert 0 <= share <= 1
    old, new = " ".join(paragraphs(before)), " ".join(paragraphs(after))
    for each in passages:
        assert "".join(piece.text for piece in each if piece.what != "in") in old
        assert "".join(piece.text for piece in each if piece.what != "out") in new


def test_a_word_put_in_stands_among_the_words_that_stay() -> None:
    [passage], _ = compare("Ask what she noticed.\n\nThen wait.", "Ask what she noticed first.\n\nThen wait.")
    assert [(piece.what, piece.text) for piece in passage] == [
        ("same", "Ask what she "), ("out", "noticed."), ("in", "noticed first."),
    ]  # fmt: skip


def test_marks_and_fences_are_not_words() -> None:
    assert compare("::: margin\nA ==word== of *his*.\n:::", "A word of **his**.") == ((), 0.0)


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[Callable[[Path], object]], Catalogue]:
    """The programme as an author changed it."""

    def edit(change: Callable[[Path], object]) -> Catalogue:
        shutil.copytree(catalogue.CONTENT, tmp_path / "content")
        change(tmp_path / "content")
        return catalogue.load(tmp_path / "content")

    return edit


def replaced(name: str, before: str, after: str) -> Callable[[Path], object]:
    def change(root: Path) -> None:
        file = root / name
        assert before in file.read_text("utf-8")
        file.write_text(file.read_text("utf-8").replace(before, after, 1), "utf-8")

    return change


LESSON = "04-open-questioning/02-open-and-closed.md"


def test_the_same_programme_has_no_difference_and_the_same_fingerprint(edited: Callable[..., Catalogue]) -> None:
    again = edited(lambda _root: None)
    assert difference(catalogue.current(), again) == []
    assert again.content_hash == catalogue.current().content_hash


def test_a_title_is_a_new_title_and_nothing_else(edited: Callable[..., Catalogue]) -> None:
    lesson = catalogue.current().lesson_by_id("M04-L2")
    [change] = difference(catalogue.current(), edited(replaced(LESSON, lesson.title, "Two doors")))
    assert change.kinds == ("renamed",)
    assert (change.before, change.lesson.title) == (lesson, "Two doors")


def test_a_lesson_that_goes_and_one_that_comes_are_named(edited: Callable[..., Catalogue]) -> None:
    before = catalogue.current()
    after = edited(lambda root: shutil.rmtree(root / "14-communities-of-practice"))
    gone = difference(before, after)
    assert {each.kinds for each in gone} == {("gone",)}
    assert {each.lesson.module_id for each in gone} == {"M14"}
    assert {each.kinds for each in difference(after, before)} == {("new",)}


def test_a_lesson_that_stands_behind_another_has_moved(edited: Callable[..., Catalogue]) -> None:
    folder = "14-communities-of-practice"
    names = sorted(path.name for path in (catalogue.CONTENT / folder).glob("*.md"))

    def swap(root: Path) -> None:
        first, second = (root / folder / name for name in names[:2])
        first.rename(root / folder / f"02{names[0][2:]}")
        second.rename(root / folder / f"01{names[1][2:]}")

    moved = difference(catalogue.current(), edited(swap))
    assert moved
    assert all(each.kinds == ("moved",) for each in moved)


def test_what_joins_and_leaves_a_way_is_told_by_id() -> None:
    lessons = catalogue.current().lessons
    joined, left = joined_and_left(lessons[:3], lessons[1:4])
    assert (joined, left) == ([lessons[3]], [lessons[0]])


def test_one_letter_makes_another_fingerprint_and_what_programs_leave_does_not(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("a")
    first = fingerprint(manifest(tmp_path))
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "x.pyc").write_text("left")
    (tmp_path / ".swp").write_text("left")
    assert fingerprint(manifest(tmp_path)) == first
    (tmp_path / "a.md").write_text("b")
    assert fingerprint(manifest(tmp_path)) != first
