"""Conversations with written people, for the sweeps: one of Amara's that goes on, one that is over, one of another."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import bank
from lms.exercises import dialogues
from lms.exercises.dialogues import Asked
from lms.people.models import Person
from tests.make import actor


def talks(db: Session, amara: uuid.UUID) -> dict[str, Any]:
    """Their ids, and somebody to begin one with."""
    who = actor(db, amara)
    other = actor(db, db.scalars(select(Person.id).where(Person.name == "Tomasz Zielinski")).one())
    begun = bank.current().get_dialogue("the-notebook")
    going, over = dialogues.begin(db, who, begun, "going"), dialogues.begin(db, who, begun, "over")
    for run_id in (going, over):
        dialogues.ask(db, who, run_id, Asked("What happens at two?", "open", "clarify", 0, "first"))
    dialogues.keep_draft(db, who, going, "What is it like?")
    dialogues.stop(db, who, over)
    return {
        "dialogue": begun.id,
        "run_id": going,
        "ended_run": over,
        "others_run": dialogues.begin(db, other, begun, "other"),
    }
