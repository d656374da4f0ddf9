"""Advice that tests start from: a case of the council, a theme on its way, a reading of it."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from lms.advising import cases, notes, reading, service
from lms.advising.models import AdvisoryCase, ThemeReading
from lms.advising.rules import Advice, Option
from tests.make import World, actor

ISSUE = "The hour that was promised goes to the rota every other week."
WAY = "Put the circle on the rota like a training day, with cover."
TEXT = "In several circles people are rostered during the hour that was promised to them."


def opened(db: Session, world: World, about: str = "", **changes: object) -> AdvisoryCase:
    given: dict[str, object] = {"theme": "time", "issue": ISSUE, "options": (Option(WAY, "hosts"),)} | changes
    place = about or f"{world.council} whole"
    return cases.open_case(db, actor(db, world.trainer), uuid.uuid4(), place, Advice(**given))  # type: ignore[arg-type]


def drafted(db: Session, world: World, group_id: uuid.UUID | None = None, text: str = TEXT) -> uuid.UUID:
    about = f"{world.council} {group_id or service.WHOLE}"
    return notes.draft(db, actor(db, world.trainer), uuid.uuid4(), about, "time", text, None).id


def read(db: Session, who: uuid.UUID, note_id: uuid.UUID, version: int = 1, **changes: object) -> ThemeReading:
    given: dict[str, object] = {"clear": True, "change": "", "authenticated_by": "password", "key": uuid.uuid4()}
    return reading.read(db, actor(db, who), note_id, version, **(given | changes))  # type: ignore[arg-type]


def advice(db: Session, trainer: uuid.UUID, council_id: uuid.UUID) -> dict[str, uuid.UUID]:
    """An advisory case, and a theme that waits for its readers."""
    ruth, about = actor(db, trainer), f"{council_id} whole"
    case = cases.open_case(db, ruth, uuid.uuid4(), about, Advice("power", "Heads of unit sit with their people."))
    note = notes.draft(db, ruth, uuid.uuid4(), about, "power", "In several units people sit with their head.", None)
    return {"council_id": council_id, "case_id": case.id, "note_id": note.id}
