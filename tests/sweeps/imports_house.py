"""For the sweeps: a checked file, which nobody has saved yet, and two entries of the list that may be one person."""

from __future__ import annotations

import io
import uuid
from typing import Any

from sqlalchemy.orm import Session

from lms.organisations import service
from lms.people.place_models import StaffMember
from tests.make import actor
from tests.make_import import PEOPLE, filled, text

ROWS = (("sam.okafor@harbourside.example", "Sam Okafor", "Libraries"), ("lea@harbourside.example", "Lea", "Nowhere"))


def brought(db: Session, manager: uuid.UUID, organisation_id: uuid.UUID) -> dict[str, uuid.UUID]:
    """By the names the addresses use."""
    data = io.BytesIO(text([PEOPLE, *(filled(row, PEOPLE) for row in ROWS)]))
    run = service.bring(db, actor(db, manager), uuid.uuid4(), organisation_id, "staff.csv", data)
    twice = [
        StaffMember(organisation_id=organisation_id, name="Jonah Price", email=f"{each}@harbourside.example")
        for each in ("jonah.price", "j.price")
    ]
    db.add_all(twice)
    db.flush()
    return {"import_id": run.id, "entry_id": twice[0].id, "other_entry_id": twice[1].id}


def of_imports() -> dict[str, tuple[str, dict[str, Any]]]:
    """Every form of an import, with what would do."""
    return {
        "organisations.bring": ("manager", {"key": uuid.uuid4(), "organisation": uuid.uuid4()}),
        "organisations.apply": ("manager", {"version": 1, "without": "yes", "left": "yes", "left_on": "30 April 2026"}),
        "organisations.merge_now": ("manager", {"key": uuid.uuid4(), "stays": uuid.uuid4(), "shown": "an older page"}),
    }
