"""A checked file for the sweeps: the manager brought it, and nobody has saved it yet."""

from __future__ import annotations

import io
import uuid
from typing import Any

from sqlalchemy.orm import Session

from lms.organisations import service
from tests.make import actor
from tests.make_import import PEOPLE, filled, text

ROWS = (("sam.okafor@harbourside.example", "Sam Okafor", "Libraries"), ("lea@harbourside.example", "Lea", "Nowhere"))


def brought(db: Session, manager: uuid.UUID, organisation_id: uuid.UUID) -> dict[str, uuid.UUID]:
    """By the names the addresses use."""
    data = io.BytesIO(text([PEOPLE, *(filled(row, PEOPLE) for row in ROWS)]))
    return {"import_id": service.bring(db, actor(db, manager), uuid.uuid4(), organisation_id, "staff.csv", data).id}


def of_imports() -> dict[str, tuple[str, dict[str, Any]]]:
    """Every form of an import, with what would do."""
    return {
        "organisations.bring": ("manager", {"key": uuid.uuid4(), "organisation": uuid.uuid4()}),
        "organisations.apply": ("manager", {"version": 1, "without": "yes", "left": "yes", "left_on": "30 April 2026"}),
    }
