"""Whoever owns the database and changes a note or a result of an interview is found out by the register."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.unit import Database
from lms.interviews.models import Interview, InterviewAssessor, InterviewNote
from lms.record import checking
from tests.make import World
from tests.make_interviews import arrange, said, send

LATER = clock.now() + timedelta(days=400)
CHANGES: dict[str, Callable[[World], Any]] = {
    "heard": lambda _: update(InterviewNote).values(heard={"cost": "Nothing."}),
    "breach": lambda _: update(InterviewNote).values(breach="None."),
    "repair": lambda _: update(InterviewNote).values(repair="None."),
    "missing": lambda _: update(InterviewNote).values(missing="Another thing."),
    "verdict": lambda _: update(InterviewNote).values(verdict="yes"),
    "because": lambda _: update(InterviewNote).values(because="We talked."),
    "sent": lambda _: update(InterviewNote).values(sent_at=LATER),
    "proof of a note": lambda _: update(InterviewNote).values(authenticated_by="nothing"),
    "who wrote it": lambda world: (
        update(InterviewAssessor).where(InterviewAssessor.place == 1).values(person_id=world.administrator)
    ),
    "result": lambda _: update(Interview).values(result="yes"),
    "day": lambda _: update(Interview).values(held_on=date(2020, 1, 1)),
    "questions": lambda _: update(Interview).values(questions_hash="0" * 64),
    "closed": lambda _: update(Interview).values(closed_at=LATER),
    "who closed it": lambda world: update(Interview).values(closed_by=world.administrator),
    "proof of the result": lambda _: update(Interview).values(authenticated_by="nothing"),
    "whom it is about": lambda world: update(Interview).values(person_id=world.other_trainee),
    "entry of a note": lambda _: update(InterviewNote).where(InterviewNote.breach != "").values(leaf_seq=None),
    "a note that is gone": lambda _: delete(InterviewNote),
}


def unlock(db: Session) -> None:
    """Take the triggers away, as only whoever owns the database can."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("ALTER TABLE interview_note DISABLE TRIGGER USER"))
        return
    for name in db.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        db.execute(text(f"DROP TRIGGER {name}"))


@pytest.fixture
def heard(app: object, store: Database, world: World) -> uuid.UUID:
    """Two said not yet."""
    interview_id = arrange(store, world)
    for who in (world.trainer, world.other_trainer):
        send(store, interview_id, who, said("not_yet"))
    return interview_id


def test_as_it_was_made_nothing_is_wrong(store: Database, heard: uuid.UUID) -> None:
    with store.readers() as db:
        assert checking.verify(db).problems == ()


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_is_changed_is_named(store: Database, world: World, heard: uuid.UUID, name: str) -> None:
    with store.transaction() as db:
        unlock(db)
        db.execute(CHANGES[name](world))
    with store.readers() as db:
        problems = checking.verify(db).problems
    assert problems
    assert any("interview" in each for each in problems)
