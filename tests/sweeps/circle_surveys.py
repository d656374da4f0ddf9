"""Surveys of a circle for the sweeps."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.orm import Session


def surveys(db: Session, trainer: uuid.UUID, group_id: uuid.UUID) -> dict[str, Any]:
    """A survey that is over, and a slip of one that is open."""
    from lms.takeover import surveying
    from tests.make import actor

    ruth = actor(db, trainer)
    over, _ = surveying.ask(db, ruth, group_id, "pulse", uuid.uuid4())
    surveying.close(db, ruth, group_id, over.id)
    _, codes = surveying.ask(db, ruth, group_id, "safety", uuid.uuid4())
    return {"survey_id": over.id, "survey_code": codes[0]}
