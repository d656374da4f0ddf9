"""What reading costs: the coach at its longest text, a lesson's marks, all lessons, a search; in one process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from assessments.questioning import analyse
from assessments.turn import LONGEST
from courses import catalogue
from courses.catalogue import Catalogue
from courses.pieces import pieces
from lms.core.markdown import render, render_lesson
from lms.find import index
from tests.texts import MARKS, SPOKEN, many_lessons
from tests.work import least_ms

LONG_LESSON = 40_000  # characters
LESSONS = 2_000


def measure() -> list[str]:
    """Print what each takes; a sentence for each that takes longer than it may."""
    print("\nTexts: milliseconds of processor time")
    missed = []
    for name, most, spent in _all():
        print(f"{name:50} {spent:8.1f}   goal: {most:.0f}", flush=True)
        if spent > most:
            missed.append(f"{name}: takes {spent:.1f} ms, {most:.0f} is the most.")
    return missed


def _all() -> Iterator[tuple[str, float, float]]:
    """What is read, the most it may take, and what it takes."""
    analyse("What would help?")  # the rules are read
    coach = {piece: least_ms(partial(analyse, (piece * LONGEST)[:LONGEST])) for piece in SPOKEN}
    yield f"coach, {LONGEST:,} characters of {_slowest(coach)!r}", 20, max(coach.values())
    marks = {piece: least_ms(partial(_render, piece), 1) for piece in MARKS}
    yield f"lesson, {LONG_LESSON:,} characters of {_slowest(marks)!r}", 2_000, max(marks.values())
    known = catalogue.load(catalogue.CONTENT)
    yield f"{len(known.lessons)} lessons with the glossary", 2_000, least_ms(lambda: _every_lesson(known), 1)
    lessons, _ = index.of_catalogue(many_lessons(LESSONS))
    yield f"{LESSONS:,} lessons searched", 500, least_ms(lambda: lessons.find("question"))


def _slowest(spent: dict[str, float]) -> str:
    return max(spent, key=spent.__getitem__)


def _render(piece: str) -> None:
    with suppress(ValueError):
        render(piece * (LONG_LESSON // len(piece)))


def _every_lesson(known: Catalogue) -> None:
    for lesson in known.lessons:
        render_lesson(tuple(each.text for each in pieces(lesson.body)), known.words, lesson.id)
