"""The catalogue: found by address and by id, in teaching order, and every mistake named by file and line."""

import hashlib
import shutil
from pathlib import Path

import pytest

from courses.catalogue import UnknownLesson, load
from courses.source import ContentError

PROGRAMME = "title: Facilitation\nsummary: A programme that exists only in this test.\n"
MODULE = "id: {id}\ntitle: A module\nsummary: A module that exists only in this test.\n"
LESSON = """---
id: {id}
title: A lesson
minutes: 9
objective: Say what this lesson is here for.
activities:
- {{id: {id}-sort, kind: quiz, title: Sort them, minutes: 5, bank: sort}}
---
Text of the lesson.
"""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Two modules; in teaching order the one called M05 comes first."""
    (tmp_path / "programme.yaml").write_text(PROGRAMME, "utf-8")
    for folder, module_id, lessons in (("01-values", "M05", 1), ("02-questions", "M04", 2)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "module.yaml").write_text(MODULE.format(id=module_id), "utf-8")
        for number in range(1, lessons + 1):
            text = LESSON.format(id=f"{module_id}-L{number}")
            (tmp_path / folder / f"0{number}-part-{number}.md").write_text(text, "utf-8")
    return tmp_path


def problems(root: Path) -> list[str]:
    with pytest.raises(ContentError) as error:
        load(root)
    return [problem.removeprefix(f"{root}/") for problem in error.value.problems]


def test_folders_give_the_order_and_the_address(content: Path) -> None:
    found = load(content)
    assert [(m.order, m.slug, m.id) for m in found.modules] == [(1, "values", "M05"), (2, "questions", "M04")]
    assert [lesson.id for lesson in found.lessons] == ["M05-L1", "M04-L1", "M04-L2"]
    lesson = found.lesson("questions", "part-2")
    assert (lesson.order, lesson.file, lesson.body_line) == (2, "02-questions/02-part-2.md", 9)
    assert found.module_of(found.lesson_by_id("M04-L2")) is found.module("questions")
    assert found.module("questions").minutes == 28


def test_before_and_after_cross_from_module_to_module_and_stop_at_the_ends(content: Path) -> None:
    found = load(content)
    first, second, third = found.lessons
    assert (found.before(first), found.before(second), found.after(first)) == (None, first, second)
    assert (found.after(second), found.after(third)) == (third, None)


def test_an_activity_is_found_by_id_and_knows_its_lesson_and_slug(content: Path) -> None:
    found = load(content)
    activity = found.activity("M04-L2-sort")
    assert (activity.slug, found.lesson_of(activity).id) == ("sort", "M04-L2")


def test_what_is_not_there_is_none_for_find_and_an_unknown_lesson_otherwise(content: Path) -> None:
    found = load(content)
    assert found.find_module("x") is None
    assert found.find_lesson("values", "part-2") is None
    assert found.find_lesson_by_id("M09-L1") is None
    assert found.find_activity("M04-L1-drill") is None
    for ask in (
        lambda: found.module("x"),
        lambda: found.lesson("values", "part-2"),
        lambda: found.lesson_by_id("M09-L1"),
        lambda: found.activity("M04-L1-drill"),
    ):
        with pytest.raises(UnknownLesson):
            ask()


def test_the_hash_is_that_of_the_file_so_any_change_of_text_or_front_matter_shows(content: Path) -> None:
    path = content / "01-values" / "01-part-1.md"
    before = load(content).lesson_by_id("M05-L1").content_hash
    assert before == hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_text(path.read_text("utf-8").replace("minutes: 9", "minutes: 8"), "utf-8")
    assert load(content).lesson_by_id("M05-L1").content_hash != before


def test_a_lesson_cannot_be_changed_in_memory(content: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        load(content).lessons[0].title = "Another"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("minutes: 9", "minutes: soon", 4, "minutes"),
        ("minutes: 9", "minutes: 9\nvideo: a.mp4", 5, "video"),
        ("id: M04-L1\n", "id: M04-L99x\n", 2, "id"),
        ("id: M04-L1-sort", "id: M05-L1-sort", 6, "should start with the id of this lesson"),
        ("kind: quiz", "kind: film", 7, "kind"),
        ("id: M04-L1\n", "id: M06-L1\n", 6, "should start with the id of this lesson"),
    ],
)
def test_a_mistake_in_front_matter_is_named_by_line(content: Path, old: str, new: str, line: int, words: str) -> None:
    path = content / "02-questions" / "01-part-1.md"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    (problem,) = problems(content)
    assert problem.startswith(f"02-questions/01-part-1.md:{line}: ")
    assert words in problem


def test_a_lesson_copied_from_another_module_is_refused_for_its_id_and_its_activity(content: Path) -> None:
    shutil.copy(content / "01-values" / "01-part-1.md", content / "02-questions" / "03-copied.md")
    found = problems(content)
    assert [problem.split(": ")[0] for problem in found] == [
        "02-questions/03-copied.md:2",
        "02-questions/03-copied.md:2",
        "02-questions/03-copied.md:7",
    ]
    assert "should start with “M04-”" in found[0]
    assert "“M05-L1” is already used in" in found[1]
    assert "“M05-L1-sort” is already used in" in found[2]


def test_two_lessons_with_one_number_or_one_name_are_refused(content: Path) -> None:
    lesson = LESSON.format(id="M04-L3")
    (content / "02-questions" / "02-part-1.md").write_text(lesson, "utf-8")
    found = problems(content)
    assert any("“part-1” is already taken" in problem for problem in found)
    assert any("“02” is already taken" in problem for problem in found)


def test_every_problem_in_the_folder_is_reported_at_once(content: Path) -> None:
    (content / "programme.yaml").write_text("title: A", "utf-8")
    (content / "01-values" / "module.yaml").unlink()
    (content / "02-questions" / "01-part-1.md").write_text("No front matter", "utf-8")
    (content / "02-questions" / "02-part-2.md").write_bytes(b"---\nid: M04-L2\n---\n\x93quoted\x94")
    (content / "02-questions" / "notes.md").write_text("A note to self", "utf-8")
    found = problems(content)
    for words in ("summary", "is missing", "front matter", "UTF-8", "should look like"):
        assert any(words in problem for problem in found), words


def test_an_empty_lesson_an_empty_module_and_an_empty_folder_are_refused(content: Path, tmp_path: Path) -> None:
    path = content / "01-values" / "01-part-1.md"
    path.write_text(path.read_text("utf-8").replace("Text of the lesson.", ""), "utf-8")
    for lesson in (content / "02-questions").glob("*.md"):
        lesson.unlink()
    found = problems(content)
    assert any("has no text yet" in problem for problem in found)
    assert any("at least one lesson" in problem for problem in found)
    shutil.rmtree(content / "01-values")
    shutil.rmtree(content / "02-questions")
    assert "at least one module" in problems(content)[0]


def test_a_path_leads_through_some_lessons_and_the_others_are_there_to_read(content: Path) -> None:
    (content / "programme.yaml").write_text(PROGRAMME + "path: [M04-L2, M05-L1]\n", "utf-8")
    found = load(content)
    assert [lesson.id for lesson in found.path] == ["M04-L2", "M05-L1"]
    on, beside = found.lesson_by_id("M04-L2"), found.lesson_by_id("M04-L1")
    assert (found.before(on), found.after(on)) == (None, found.lesson_by_id("M05-L1"))
    assert (found.before(beside), found.after(beside)) == (found.lesson_by_id("M05-L1"), on)


def test_a_path_without_words_is_every_lesson_and_one_to_nowhere_is_named(content: Path) -> None:
    found = load(content)
    assert found.path == found.lessons
    (content / "programme.yaml").write_text(PROGRAMME + "path: [M04-L2, M09-L9]\n", "utf-8")
    assert problems(content) == ["programme.yaml:1: there is no lesson M09-L9; take it off the path"]
