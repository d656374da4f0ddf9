"""The coach beside the half of the gold questions kept apart from its rules: its note says what is measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessments.evaluation import Figure, evaluate
from assessments.gold import read_labelled

ROOT = Path(__file__).parents[2]
SEALED = ROOT / "tests" / "gold" / "sealed.csv"
NOTE = (ROOT / "docs" / "question-coach.md").read_text("utf-8")
SHOWN = (
    "better guess, accuracy", "said aloud, accuracy", "said aloud, coverage",
    "X-ADV, precision", "X-ADV, recall", "X-LEAD, precision", "X-LEAD, recall", "X-MULT, precision", "X-MULT, recall",
)  # fmt: skip


@pytest.fixture(scope="module")
def figures() -> dict[str, Figure]:
    rows = read_labelled(SEALED.read_text("utf-8").splitlines(), SEALED.name)
    found = evaluate(rows, resamples=0)
    return {each.name: each for each in (*found.overall, *found.openness, *found.faults)}


def test_advice_that_the_coach_names_is_advice_in_four_of_five_cases_at_least(figures: dict[str, Figure]) -> None:
    assert figures["X-ADV, precision"].value >= 0.80


def test_where_the_coach_speaks_up_it_is_right_in_six_of_seven_cases_at_least(figures: dict[str, Figure]) -> None:
    assert figures["said aloud, accuracy"].value >= 0.85
    assert figures["said aloud, coverage"].value >= 0.80


@pytest.mark.parametrize("name", SHOWN)
def test_the_note_says_what_is_measured_and_nothing_better(name: str, figures: dict[str, Figure]) -> None:
    [row] = [line for line in NOTE.splitlines() if line.startswith(f"| sealed: {name} |")]
    assert row.split("|")[2].strip() == f"{figures[name].value:.3f}"
    assert row.split("|")[-2].strip() == str(figures[name].n)
