"""How the lessons that are left are named: all of a few, and of a whole programme the next."""

from __future__ import annotations

import pytest

from assessments.evidence import LessonEvidence
from tests.unit.readiness_examples import AT, amara
from tests.unit.test_ladder import found


@pytest.mark.parametrize(
    ("done", "left"),
    [
        (2, "Two of 7 done. Left: “Third”, “Fourth”, “Fifth”, “Sixth” and “Seventh”."),
        (1, "One of 7 done. Next: “Second” and “Third”. Six to do in all."),
    ],
)
def test_five_lessons_that_are_left_are_named_and_of_more_the_next_two(done: int, left: str) -> None:
    titles = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh")
    known = tuple(
        LessonEvidence(id=f"M01-L{n}", title=title, done_on=AT if n <= done else None, place=n)
        for n, title in enumerate(titles, start=1)
    )
    assert found(amara(lessons=known), kind="lessons-done", lessons=[each.id for each in known]).seen == left
