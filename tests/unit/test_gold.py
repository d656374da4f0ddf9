"""The coach beside our own labelled questions: its note says what is measured on each table, and no table has slipped.

Of `rules` and `sealed` everybody who writes rules has seen every turn; only `sealed-2` says how good the rules are.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from assessments.evaluation import Figure, evaluate
from assessments.gold import read_labelled

ROOT = Path(__file__).parents[2]
GOLD = ROOT / "tests" / "gold"
NOTE = (ROOT / "docs" / "question-coach.md").read_text("utf-8")
TABLES = [name for name in ("rules", "sealed", "sealed-2") if (GOLD / f"{name}.csv").is_file()]
SHOWN = (
    "better guess, accuracy", "said aloud, accuracy", "said aloud, coverage",
    "X-ADV, precision", "X-ADV, recall", "X-LEAD, precision", "X-LEAD, recall", "X-MULT, precision", "X-MULT, recall",
)  # fmt: skip


@cache
def measured(name: str) -> dict[str, Figure]:
    rows = read_labelled((GOLD / f"{name}.csv").read_text("utf-8").splitlines(), f"{name}.csv")
    found = evaluate(rows, resamples=0)
    return {each.name: each for each in (*found.overall, *found.openness, *found.faults)}


@pytest.mark.parametrize("table", TABLES)
def test_advice_that_the_coach_names_is_advice_in_four_of_five_cases_at_least(table: str) -> None:
    assert measured(table)["X-ADV, precision"].value >= 0.80


@pytest.mark.parametrize("table", TABLES)
def test_where_the_coach_speaks_up_it_is_right_in_six_of_seven_cases_at_least(table: str) -> None:
    assert measured(table)["said aloud, accuracy"].value >= 0.85
    assert measured(table)["said aloud, coverage"].value >= 0.80


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("name", SHOWN)
def test_the_note_says_what_is_measured_and_nothing_better(name: str, table: str) -> None:
    [row] = [line for line in NOTE.splitlines() if line.startswith(f"| {table}: {name} |")]
    figure = measured(table)[name]
    assert row.split("|")[2].strip() == f"{figure.value:.3f}"
    assert row.split("|")[-2].strip() == str(figure.n)
