"""Knowledge tests, and extra time for them, for the sweeps."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.actor import Role
from lms.exercises import extra_time as extra
from lms.exercises import knowledge
from lms.groups.models import PeerGroup
from lms.people import service
from lms.people.models import Person
from tests.make import actor


def knowledge_tests(db: Session, people: dict[str, uuid.UUID], group: PeerGroup) -> dict[str, Any]:
    """A test that is open, and one of another trainee."""
    other = next(
        each for each in service.people_with(db, Role.TRAINEE, [group.organisation_id]) if each != people["trainee"]
    )
    mine, others = (knowledge.begin(db, actor(db, each), "sweep").id for each in (people["trainee"], other))
    return {"test_id": mine, "place": 1, "others_test": others}


def extra_time(db: Session, trainer: uuid.UUID) -> dict[str, Any]:
    """What another trainee than Amara has been granted."""
    theirs = db.scalars(select(Person.id).where(Person.name == "Tomasz Zielinski")).one()
    return {"grant_id": extra.grant(db, actor(db, trainer), theirs, extra.Much(percent=50), uuid.uuid4()).id}
