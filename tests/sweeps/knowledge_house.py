"""Knowledge tests for the sweeps."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.orm import Session

from lms.core.actor import Role
from lms.exercises import knowledge
from lms.groups.models import PeerGroup
from lms.people import service
from tests.make import actor


def knowledge_tests(db: Session, people: dict[str, uuid.UUID], group: PeerGroup) -> dict[str, Any]:
    """A test that is open, and one of another trainee."""
    other = next(
        each for each in service.people_with(db, Role.TRAINEE, [group.organisation_id]) if each != people["trainee"]
    )
    mine, others = (knowledge.begin(db, actor(db, each), "sweep").id for each in (people["trainee"], other))
    return {"test_id": mine, "place": 1, "others_test": others}
