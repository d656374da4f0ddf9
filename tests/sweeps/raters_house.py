"""Rounds that two people code side by side, and extra time, for the sweeps."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.exercises import extra_time
from lms.exercises.extra_time import Much
from lms.people.models import Person
from lms.raters.models import CodingPair
from tests.make import actor
from tests.sweeps.coding_house import ROUND


def rated_together(db: Session, people: dict[str, uuid.UUID]) -> dict[str, Any]:
    """A pair that a trainer asked of Amara, one that is none of hers, what another was granted, a kind of figure."""
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
    theirs = db.scalars(select(Person.id).where(Person.name == "Tomasz Zielinski")).one()
    grant = extra_time.grant(db, actor(db, people["trainer"]), theirs, Much(percent=50), uuid.uuid4())
    return {
        "pair_id": made[0].id,
        "others_pair": made[1].id,
        "grant_id": grant.id,
        "kind": "kappa_open_closed",
    }
