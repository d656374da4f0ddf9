"""Journal entries for the sweeps: one of hers that a trainer is shown, and one of somebody else's."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from lms.journal import service
from tests.make import actor

FORMS = {
    "journal.save": ("trainee", {"version": "1", "text": "I hurried her, and saw it only later."}),
    "journal.draft": ("trainee", {"version": "1", "text": "I hurried her, and saw it."}),
    "journal.take_back": ("trainee", {"trainer": "00000000-0000-7000-8000-000000000000"}),
    "journal.throw_away": ("trainee", {}),
    "journal.answer": ("trainer", {"answer": "What made you hurry?"}),
}


def journal(db: Session, amara: uuid.UUID, trainer: uuid.UUID) -> dict[str, uuid.UUID]:
    """By the names the addresses use."""
    mine = service.save(db, actor(db, amara), uuid.uuid4(), 0, "I hurried her.", ("lesson", "M04-L3"))
    theirs = service.save(db, actor(db, trainer), uuid.uuid4(), 0, "I was tired.")
    return {"entry_id": mine.id, "others_entry": theirs.id}
