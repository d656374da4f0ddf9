"""A nomination for the sweeps, which waits, and every form of one."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.orm import Session

from lms.learning import nominating
from lms.learning.nominating import Named
from tests.make import actor


def nomination(db: Session, manager: uuid.UUID) -> dict[str, uuid.UUID]:
    """By the names the addresses use."""
    who = actor(db, manager)
    named = Named(
        "Jonah Price", "jonah@harbourside.example", nominating.units_of(db, who)[0].id, "certified", "He asks."
    )
    return {"nomination_id": nominating.nominate(db, who, uuid.uuid4(), named).id}


def of_nominations(unit: uuid.UUID, trainer: uuid.UUID) -> dict[str, tuple[str, dict[str, Any]]]:
    """Every form of a nomination, with what would do."""
    named = {"name": "Mary Ross", "email": "mary@harbourside.example", "award": "certified", "why": "She asks."}
    return {
        "learning.nominate_now": ("manager", {**named, "unit": unit, "key": uuid.uuid4()}),
        "learning.accept_nomination": ("administrator", {"trainer": trainer, "because": ""}),
        "learning.decline_nomination": ("administrator", {"declined": "No chair is free."}),
    }
