"""What tests of spaced practice share: a finished lesson, the question that is asked now, a round of answers."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from assessments.asked_again import Question
from courses import catalogue
from lms.core.actor import Actor
from lms.core.unit import Database
from lms.learning import service as learning
from lms.refresh import service
from lms.refresh.models import RefreshAnswer
from tests.make import World, actor

MONDAY = datetime(2027, 3, 1, 6, 30, tzinfo=UTC)


def finish(db: Session, who: Actor, lesson_id: str) -> None:
    lesson = catalogue.current().find_lesson_by_id(lesson_id)
    assert lesson
    learning.finish_lesson(db, who, lesson_id, lesson.content_hash)


def question_on(store: Database, world: World) -> Question | None:
    with store.readers() as db:
        return service.find_today(db, actor(db, world.trainee)).first


def fields(page: str) -> dict[str, str]:
    """The hidden fields of the one form on a page."""
    return dict(re.findall(r'type="hidden" name="(key|question|digest)" value="([^"]*)"', page))


def right(question: Question) -> str:
    return next((each.key for each in question.choices if each.right), "thought")


def wrong(question: Question) -> str:
    return next((each.key for each in question.choices if not each.right), "gone")


def give(store: Database, who: Actor, question: Question, given: str, key: uuid.UUID | None = None) -> RefreshAnswer:
    with store.transaction() as db:
        return service.answer(db, who, key or uuid.uuid4(), (question.key, question.digest), given)


def do_round(store: Database, who: Actor, choose: Callable[[Question], str] = right) -> list[Question]:
    """Answer until nothing is left today."""
    done: list[Question] = []
    while True:
        with store.readers() as db:
            question = service.find_today(db, who).first
        if question is None:
            return done
        give(store, who, question, choose(question))
        done.append(question)
