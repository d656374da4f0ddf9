"""Where a lesson is, by its id."""

from __future__ import annotations

from flask import url_for

from courses import catalogue
from courses.schema import Lesson


def find_lesson(lesson_id: str) -> tuple[Lesson, str] | None:
    """A lesson and its address; None when it is taught no more."""
    known = catalogue.current()
    lesson = known.find_lesson_by_id(lesson_id)
    if lesson is None:
        return None
    return lesson, url_for("learning.lesson", module=known.module_of(lesson).slug, lesson=lesson.slug)
