"""The values interview as text: what it asks, and what two words come to."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessments.interviews import get_interview, load_interviews, outcome
from assessments.judged import Verdict
from assessments.standards import CONTENT
from courses.source import ContentError

TEXT = (CONTENT / "interviews" / "values-1.yaml").read_text("utf-8")


def problem(folder: Path, text: str) -> str:
    (folder / "values-1.yaml").write_text(text, "utf-8")
    with pytest.raises(ContentError) as error:
        load_interviews(folder)
    return "\n".join(error.value.problems).replace(f"{folder}/", "")


def test_it_asks_for_one_lived_breach_and_the_four_questions_of_the_syllabus() -> None:
    asked = get_interview()
    assert [each.text for each in asked.questions] == [
        "When did you last solve it for somebody?",
        "What did it cost?",
        "Where would you break confidence?",
        "What would make you stop facilitating this group?",
    ]
    assert (asked.minutes, len(asked.values)) == (20, 6)
    assert all(each.behaviour != each.breach for each in asked.values)


@pytest.mark.parametrize(
    ("said", "result"),
    [
        (("yes", "yes"), "yes"),
        (("yes", "not_yet"), "not_yet"),
        (("not_yet", "yes"), "not_yet"),
        (("not_yet", "not_yet"), "not_yet"),
        (("yes",), "not_yet"),
        ((), "not_yet"),
    ],
)
def test_it_is_a_yes_only_when_both_say_so(said: tuple[Verdict, ...], result: Verdict) -> None:
    assert outcome(said) == result


def test_a_mistake_in_the_file_is_named_with_its_line(tmp_path: Path) -> None:
    twice = problem(tmp_path, TEXT.replace("id: cost", "id: solved"))
    assert "“solved” is there twice; each needs its own id" in twice
    line = TEXT[: TEXT.index("minutes:")].count("\n") + 1
    assert problem(tmp_path, TEXT.replace("minutes: 20", "minutes: none")).startswith(f"values-1.yaml:{line}:")
