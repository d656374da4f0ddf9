"""The nine outcomes as we publish them: every figure can be gathered, and a fault is told by file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessments.outcomes import current_scheme, load_schemes
from assessments.standards import CONTENT
from courses.source import ContentError
from lms.outcomes.rules import LONGEST_FIGURE

NEWEST = CONTENT / "outcomes" / f"nine-{current_scheme().version}.yaml"
GATHERED = {
    "resolved", "acted", "depth", "openness", "contact", "goals", "safety", "questions", "agreed", "early", "time",
    "distress", "left", "stepped", "importance", "open", "understood", "rotation",
}  # fmt: skip


def test_every_figure_is_gathered_and_has_room_in_its_table() -> None:
    figures = {each.figure for each in current_scheme().indicators}
    assert figures == GATHERED
    assert max(map(len, figures)) <= LONGEST_FIGURE


def test_no_figure_promises_a_cause() -> None:
    for each in current_scheme().outcomes:
        assert each.cannot.startswith("Cannot show ")
        assert each.trap


@pytest.mark.parametrize(
    ("instead_of", "broken", "says"),
    [
        ("number: 2", "number: 3", "in their order, each once"),
        ("figure: acted", "figure: resolved", "“resolved” is there twice"),
        ("    target: 85\n", "", "sets out for one thing"),
        ("gain: 0.3", "gain: 0.3\n    target: 5", "sets out for one thing"),
        ("target: 40", "target: 140", "should lie between 1 and 100"),
        ("fewest: 4", "fewest: 3", "greater than or equal to 4"),
        ("target: 70", "target: 170", "should lie between 1 and 100"),
        ("figure: open\n", "figure: early\n", "“early” is there twice"),
        ("    trap: easy goals are met.\n", "", "trap"),
        ("circles: 3", "circles: 0", "greater than or equal to 1"),
    ],
)
def test_a_fault_is_told_by_file_and_line(tmp_path: Path, instead_of: str, broken: str, says: str) -> None:
    text = NEWEST.read_text("utf-8")
    assert instead_of in text
    (tmp_path / NEWEST.name).write_text(text.replace(instead_of, broken, 1), "utf-8")
    with pytest.raises(ContentError) as refused:
        load_schemes(tmp_path)
    [problem, *_] = refused.value.problems
    assert problem.startswith(f"{tmp_path / NEWEST.name}:")
    assert says in " ".join(refused.value.problems)
