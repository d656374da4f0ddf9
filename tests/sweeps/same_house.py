"""An earlier account for the sweeps, and the form that gives one up."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from lms.core.actor import Role
from lms.groups.models import PeerGroup
from lms.people.models import Organisation, Unit
from lms.same import service
from lms.same.service import Proved
from tests.make import actor, person


def earlier_account(db: Session, who: uuid.UUID, group: PeerGroup) -> uuid.UUID:
    """One that somebody had by another address, and gave up."""
    council, unit = db.get_one(Organisation, group.organisation_id), db.get_one(Unit, group.unit_id)
    former = person(db, "Amara O Osei", council, Role.TRAINEE, unit, password="none")
    service.give_up(db, actor(db, who), uuid.uuid4(), former, Proved("password", "password"))
    return former


# Nobody has this address: what would do would be done once, and the sweeps send it many times.
FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "same.give_up": (
        "trainee",
        {
            "email": "nobody.at.all@harbourside.example",
            "password": "seven quiet chairs",
            "own_password": "",
            "read": "yes",
        },
    ),
}
