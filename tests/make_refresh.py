"""What tests of spaced practice share: a finished lesson, the question that is asked now, the form on its page."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from assessments.asked_again import Question
from courses import catalogue
from lms.core.unit import Database
from lms.learning import service as learning
from lms.refresh import service
from tests.make import World, actor


def finish(db: Session, world: World, lesson_id: str) -> None:
    lesson = catalogue.current().find_lesson_by_id(lesson_id)
    assert lesson
    learning.finish_lesson(db, actor(db, world.trainee), lesson_id, lesson.content_hash)


def question_on(store: Database, world: World) -> Question | None:
    with store.readers() as db:
        return service.find_today(db, actor(db, world.trainee)).first


def fields(page: str) -> dict[str, str]:
    """The hidden fields of the one form on a page."""
    return dict(re.findall(r'type="hidden" name="(key|question|digest)" value="([^"]*)"', page))
