"""Where a lesson is, by its id."""

from __future__ import annotations

import re

from flask import url_for
from markupsafe import Markup

from courses import catalogue
from courses.schema import Lesson

_QUOTED = re.compile("“([^”]+)”")


def find_lesson(lesson_id: str) -> tuple[Lesson, str] | None:
    """A lesson and its address; None when it is taught no more."""
    known = catalogue.current()
    lesson = known.find_lesson_by_id(lesson_id)
    if lesson is None:
        return None
    return lesson, url_for("learning.lesson", module=known.module_of(lesson).slug, lesson=lesson.slug)


def with_lessons(sentence: str) -> Markup:
    """A sentence in which every lesson that it names by its title is a link to it."""
    ids = {lesson.title: lesson.id for lesson in catalogue.current().lessons}
    parts = _QUOTED.split(sentence)  # what stands outside quotation marks, and inside, in turn
    return Markup("").join(
        part if not place % 2 else _linked(part, ids.get(part, "")) for place, part in enumerate(parts)
    )


def _linked(title: str, lesson_id: str) -> Markup:
    if not lesson_id:
        return Markup("“{}”").format(title)
    return Markup('<a href="{}">“{}”</a>').format(url_for("learning.lesson_by_id", numbered=lesson_id), title)
