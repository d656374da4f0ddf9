"""Many people of one unit who are decided ready."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lms.core.actor import Role
from lms.learning.models import Enrolment
from lms.people.models import Organisation, Unit
from tests.make import STARTED, World, person
from tests.make_certificates import decide


def ready_people(db: Session, world: World, count: int) -> None:
    """`count` people of the Libraries, trained and decided ready."""
    council, unit = db.get_one(Organisation, world.council), db.get_one(Unit, world.libraries)
    for number in range(count):
        who = person(db, f"Facilitator {number:04}", council, Role.TRAINEE, unit)
        db.add(
            Enrolment(
                person_id=who,
                organisation_id=world.council,
                unit_id=world.libraries,
                provider_id=world.provider,
                trainer_id=world.trainer,
                started_on=STARTED,
            )
        )
        db.flush()
        decide(db, world, who)
