"""What a newer edition says otherwise: nothing where nothing changed, every word where something did."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import catalogue
from courses.catalogue import Catalogue
from courses.difference import compare, difference, joined_and_left, modules, paragraphs
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


@given(texts, texts)
def test_every_word_that_goes_or_comes_is_told_and_no_more(before: str, after: str) -> None:
    passages, share = compare(before, after)
    told = [piece for each in passages for piece in each]
    went, came = (sum(len(each.text.split()) for each in told if each.what == what) for what in ("out", "in"))
    old, new = (sum(len(each.split()) for each in paragraphs(body)) for body in (before, after))
    assert new - old == came - went
    assert bool(share) == bool(told) == (paragraphs(before) != paragraphs(after))


def test_a_paragraph_put_in_before_another_does_not_tear_that_one_apart() -> None:
    stays = "The circle sits down at {} and nobody says anything for a while."
    passages, _ = compare(
        f"First.\n\n{stays.format('six')}", f"First.\n\nSomething else entirely.\n\n{stays.format('seven')}"
    )
    assert [[piece.what for piece in each] for each in passages] == [["in"], ["same", "out", "in", "same"]]


def test_who_speaks_in_a_block_is_read_and_its_kind_is_not() -> None:
    [gone, come], _ = compare("::: say Bev, to Ines\n“Why?”\n:::", "::: note Marek\n“Why?”\n:::")
    assert [(piece.what, piece.text) for piece in (*gone, *come)] == [("out", "Bev, to Ines"), ("in", "Marek")]


def test_two_very_long_paragraphs_are_told_one_after_the_other() -> None:
    [passage], _ = compare("word " * 9_000, "word " * 8_999 + "other")
    assert [piece.what for piece in passage] == ["out", "in"]


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[Callable[[Path], object]], Catalogue]:
    """The programme as an author changed it."""

    def edit(change: Callable[[Path], object]) -> Catalogue:
        shutil.copytree(catalogue.CONTENT, tmp_path / "content")
        change(tmp_path / "content")
        return catalogue.load(tmp_path / "content")

    return edit


def without_the_last_module(root: Path) -> None:
    """An author who takes a module out takes its lessons off the way and out of the glossary as well."""
    shutil.rmtree(root / "14-communities-of-practice")
    way = root / "programmes" / "certified.yaml"
    way.write_text("".join(line for line in way.read_text("utf-8").splitlines(True) if "M14-" not in line), "utf-8")
    glossary = root / "glossary.yaml"
    text = re.sub(r"lesson: M14-\w+", "lesson: M13-L1", glossary.read_text("utf-8"))
    glossary.write_text(text, "utf-8")


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
    after = edited(without_the_last_module)
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


def test_a_lesson_put_between_two_others_moves_neither(edited: Callable[..., Catalogue]) -> None:
    def add(root: Path) -> None:
        for number in (9, 8, 7, 6, 5, 4, 3, 2):
            file = next((root / "04-open-questioning").glob(f"{number:02}-*.md"))
            file.rename(file.with_name(f"{number + 1:02}{file.name[2:]}"))
        text = (root / "04-open-questioning" / "01-form-function-fault.md").read_text("utf-8")
        text = text.replace("M04-L1", "M04-L19").replace("Form, function, fault", "Between two")
        (root / "04-open-questioning" / "02-between-two.md").write_text(text, "utf-8")

    [change] = difference(catalogue.current(), edited(add))
    assert (change.kinds, change.lesson.id) == (("new",), "M04-L19")


def test_a_module_that_is_new_gone_or_called_otherwise_is_told(edited: Callable[..., Catalogue]) -> None:
    before = catalogue.current()
    title = before.modules[0].title
    name = next(
        path.parent.name for path in catalogue.CONTENT.glob("*/module.yaml") if title in path.read_text("utf-8")
    )

    def change(root: Path) -> None:
        without_the_last_module(root)
        replaced(f"{name}/module.yaml", title, "Where it begins")(root)

    after, last = edited(change), before.modules[-1].title
    assert modules(before, before) == []
    assert modules(before, after) == [
        f"The module “{title}” is called “Where it begins” now.",
        f"The module “{last}” is taught no more.",
    ]
    assert modules(after, before)[0] == f"The module “{last}” is new."


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
