"""Rounds that two people code side by side, for the sweeps."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.orm import Session

from lms.core import clock
from lms.raters.models import CodingPair
from tests.sweeps.coding_house import ROUND


def pairs(db: Session, people: dict[str, uuid.UUID]) -> dict[str, Any]:
    """One that a trainer asked of Amara and both have coded, and one that is none of hers."""
    asked = [(people["trainer"], people["trainee"]), (people["trainer"], people["administrator"])]
    made = [
        CodingPair(
            key=uuid.uuid4(),
            transcript_id=ROUND,
            asked_by=by,
            asked=of,
            asked_at=clock.now(),
            accepted_at=clock.now(),
        )
        for by, of in asked
    ]
    db.add_all(made)
    db.flush()
    return {"pair_id": made[0].id, "others_pair": made[1].id}
