"""Spaced practice for the sweeps: an answer of hers and one of somebody else's, and the code of a letter."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.learning import service as learning
from lms.people.models import Person
from lms.refresh import reminding, service
from tests.make import actor

STOPS = ("refresh.stop", "refresh.stop_now")
FORMS = {
    "refresh.answer": ("trainee", {"key": str(uuid.uuid4()), "question": "M01-L1/say", "digest": "0", "given": "a"}),
    "refresh.rate": ("trainee", {"felt": "easy"}),
    "refresh.choose_letter": ("trainee", {"hour": "7", "days": "1", "do": "want"}),
    "refresh.stop_now": ("", {}),
}


def answers(db: Session, amara: uuid.UUID, trainer: uuid.UUID) -> dict[str, Any]:
    """By the names the addresses use."""
    theirs = db.scalars(select(Person.id).where(Person.name == "Tomasz Zielinski")).one()
    reminding.choose(db, actor(db, trainer), 7, 127)
    letter = reminding.find_letter(db, actor(db, trainer))
    assert letter
    return {
        "refresh_answer": _answered(db, amara),
        "others_refresh": _answered(db, theirs),
        "refresh_code": letter.code,
    }


def _answered(db: Session, person_id: uuid.UUID) -> uuid.UUID:
    who = actor(db, person_id)
    learning.finish_lesson(db, who, "M05-L2", "0" * 64)
    while True:  # until one comes that has choices, and a page of its own
        question = service.find_today(db, who).first
        assert question
        given = question.choices[0].key if question.choices else "easy"
        kept = service.answer(db, who, uuid.uuid4(), (question.key, question.digest), given)
        if kept.chosen:
            return kept.id
