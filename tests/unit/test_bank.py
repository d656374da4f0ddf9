"""The bank reads every exercise, and refuses what a learner should never meet."""

from __future__ import annotations

import re
from pathlib import Path
from shutil import copytree

import pytest

from assessments.bank import CONTENT, current, load_bank
from courses.source import ContentError

QUIZ = "quizzes/m04-l2-open-closed.yaml"
DRILL = "drills/m04-l3-advice-swap.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    copytree(CONTENT, tmp_path / "content")
    return tmp_path / "content"


def _change(root: Path, name: str, old: str, new: str) -> None:
    text = (root / name).read_text("utf-8")
    assert old in text
    (root / name).write_text(text.replace(old, new, 1), "utf-8")


def _problems(root: Path) -> list[str]:
    with pytest.raises(ContentError) as refused:
        load_bank(root)
    return refused.value.problems


def test_a_quiz_a_drill_and_a_problem_are_found_by_their_ids() -> None:
    bank = current()

    assert bank.get_quiz("m04-l2-open-closed").lesson == "M04-L2"
    assert bank.get_drill("m04-l3-advice-swap").lesson == "M04-L3"
    assert bank.get_drill_item("m04-l3-advice-swap", "two-on-the-ward").situation.speaker == "Nokuthula"


@pytest.mark.parametrize("ask", ["get_quiz", "get_drill"])
def test_an_unknown_id_is_a_lookup_error(ask: str) -> None:
    with pytest.raises(LookupError, match="there is no “no-such-thing”"):
        getattr(current(), ask)("no-such-thing")


def test_a_comment_keeps_the_hash_and_a_word_changes_it(root: Path) -> None:
    before = load_bank(root).get_quiz("m04-l2-open-closed").content_hash
    _change(root, QUIZ, "id: m04-l2-open-closed", "# about form\nid: m04-l2-open-closed")
    commented = load_bank(root).get_quiz("m04-l2-open-closed").content_hash
    _change(root, QUIZ, "title: Open, closed", "title: Closed, open")
    reworded = load_bank(root).get_quiz("m04-l2-open-closed").content_hash

    assert before == commented != reworded


def test_a_mistake_is_reported_with_file_and_line(root: Path) -> None:
    _change(root, QUIZ, "bloom: evaluate", "bloom: guess")

    (problem,) = _problems(root)

    assert problem.startswith(f"{root / QUIZ}:10: items.0.bloom:")


def test_every_broken_file_is_reported_at_once(root: Path) -> None:
    _change(root, QUIZ, "id: director-knows", "id: good-night")
    _change(root, DRILL, "id: m04-l3-advice-swap", "id: advice-swap")
    _change(root, "question-rules/heavy.yaml", "questions_over: 1", "questions_over: 5")

    problems = _problems(root)

    assert any("the id “good-night” is used twice" in problem for problem in problems)
    assert any("id: should be “m04-l3-advice-swap”, like the file" in problem for problem in problems)
    assert any("X-MULT-marks should find" in problem for problem in problems)


def test_a_drill_cannot_take_the_id_of_a_quiz(root: Path) -> None:
    (root / DRILL).rename(root / "drills" / "m04-l2-open-closed.yaml")
    _change(root, "drills/m04-l2-open-closed.yaml", "id: m04-l3-advice-swap", "id: m04-l2-open-closed")

    assert any("a quiz is already called “m04-l2-open-closed”" in problem for problem in _problems(root))


def test_an_item_without_a_right_answer_is_refused(root: Path) -> None:
    text = (root / QUIZ).read_text("utf-8")
    (root / QUIZ).write_text(text.replace("right: true, ", "", 1), "utf-8")

    assert any("at least one option should be right" in problem for problem in _problems(root))


TALK = "dialogues/the-notebook.yaml"


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ("layer: sunday", "layer: monday", "threads", "begins at “monday”, and there is no such layer"),
        ("- id: sunday", "- id: notebook", "layers", "the layer “notebook” is there twice"),
        ("- Most days.", "- " + "Most days and some nights. " * 20, "layers.0", "a shorter answer than any open one"),
        (
            "- Yes, but you don’t know our ward.",
            "- " + "Yes, but no. " * 30,
            "advice",
            "should be shorter than the first",
        ),
        ("- If you like.", "- Most days.", "", "this is said twice: “Most days.”"),
        ("called: she", "called: it", "holder.called", "Input should be 'she', 'he' or 'they'"),
    ],
)
def test_a_dialogue_that_could_not_be_held_is_refused_where_it_stands(
    root: Path, old: str, new: str, line: str, sentence: str
) -> None:
    _change(root, TALK, old, new)

    (problem,) = _problems(root)

    assert re.match(rf"{re.escape(str(root / TALK))}:\d+: {line}", problem)
    assert sentence in problem
