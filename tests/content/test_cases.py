"""Written evenings for assessors: six of them, whole, in the house’s voice, and not all of one level."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from assessments.cases import Case, load_cases
from assessments.standards import CONTENT, load_rubrics

RUBRICS = load_rubrics(CONTENT / "rubrics")
CASES = load_cases(CONTENT / "cases", RUBRICS)
EACH = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
VERDICTS = r"\b(calm|supportive|skilful|excellent|poor|warm|present|professional|confident|well done)\b"


def _prose(case: Case) -> Iterator[str]:
    yield from (case.title, case.setting)
    yield from (scene.saw for scene in case.scenes)
    yield from (each.why for each in case.key)


def test_there_are_six_and_they_are_about_the_newest_rubric() -> None:
    newest = max(version for name, version in RUBRICS if name == "practice")

    assert len(CASES) == 6
    assert {case.rubric for case in CASES.values()} == {f"practice-{newest}"}


@EACH
def test_a_scene_says_what_happened_and_passes_no_verdict(case: Case) -> None:
    for scene in case.scenes:
        assert not re.search(VERDICTS, scene.saw, re.IGNORECASE), scene.saw


@EACH
def test_prose_keeps_to_the_house_style(case: Case) -> None:
    for text in _prose(case):
        assert not re.search(r"[!\"']|--|\.\.\.", text), text
        assert text.count("“") == text.count("”"), text


def test_every_row_is_met_at_three_levels_or_more() -> None:
    """So that no row can be learned by heart."""
    for row in next(iter(CASES.values())).levels:
        assert len({case.levels[row] for case in CASES.values()}) >= 3, row


def test_an_evening_that_is_liked_can_hold_a_row_that_failed() -> None:
    """A halo is what calibration is against: somewhere most rows are high and one is at the bottom."""
    spread = [Counter(level or 0 for level in case.levels.values()) for case in CASES.values()]

    assert any(each[4] + each[5] >= 8 and each[1] == 1 for each in spread)
