"""Content files: wrong ones are named by file and line, and a broken change keeps the last good version."""

from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field

from courses import source
from courses.source import ContentError, Frozen, Store, parse_yaml, read_page


class Quiz(Frozen):
    title: str
    minutes: int
    items: tuple[str, ...] = ()


def load(root: Path) -> Quiz:
    return source.read_yaml(root / "quiz.yaml", Quiz)


def test_a_wrong_value_is_named_by_file_line_and_field() -> None:
    with pytest.raises(ContentError) as error:
        parse_yaml("title: A\nminutes: soon\nitems:\n- a\n- {b: 1}\n", Quiz, Path("quiz.yaml"))
    assert [p.split(": ")[:2] for p in error.value.problems] == [["quiz.yaml:2", "minutes"], ["quiz.yaml:5", "items.1"]]


def test_an_unknown_key_and_a_missing_key_are_refused() -> None:
    with pytest.raises(ContentError) as error:
        parse_yaml("title: A\nminute: 3\n", Quiz, Path("q.yaml"))
    assert {p.split(": ")[1] for p in error.value.problems} == {"minutes", "minute"}


class Short(Frozen):
    kind: Literal["short-answer"]
    words: int


class Choice(Frozen):
    kind: Literal["choice"]


class Paper(Frozen):
    questions: tuple[Annotated[Short | Choice, Field(discriminator="kind")], ...]


def test_a_mistake_in_one_of_several_kinds_is_named_by_its_own_line() -> None:
    with pytest.raises(ContentError, match=r"^q\.yaml:4: "):
        parse_yaml("questions:\n- kind: choice\n- kind: short-answer\n  words: some\n", Paper, Path("q.yaml"))


@pytest.mark.parametrize("text", ["", "title: [", "title: a: b"])
def test_what_is_not_yaml_says_so_without_a_trace(text: str) -> None:
    with pytest.raises(ContentError, match=r"^q\.yaml:\d+: "):
        parse_yaml(text, Quiz, Path("q.yaml"))


def test_lines_of_front_matter_are_counted_from_the_top_of_the_file(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("---\ntitle: A\nminutes: x\n---\nBody\n", "utf-8")
    with pytest.raises(ContentError, match=r"page\.md:3: minutes"):
        read_page(page, Quiz)
    page.write_text("---\ntitle: A\nminutes: 1\n---\nBody\n", "utf-8")
    assert read_page(page, Quiz) == (Quiz(title="A", minutes=1), "Body\n", 5)


def test_a_broken_change_keeps_the_last_good_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "LOOK_AGAIN_SECONDS", -1)
    file = tmp_path / "quiz.yaml"
    file.write_text("title: First\nminutes: 3\n", "utf-8")
    store = Store(tmp_path, load)
    assert store.current().title == "First"
    file.write_text("title: Second\nminutes: never, ever\n", "utf-8")
    assert store.current().title == "First"
    assert store.last_error is not None
    file.write_text("title: Third\nminutes: 4\n", "utf-8")
    assert store.current().title == "Third"
    assert store.last_error is None
