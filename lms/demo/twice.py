"""Ana was invited a second time, by the address she has at home, and did two lessons with it before she noticed."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta

from sqlalchemy.orm import Session

from courses import catalogue
from lms.core import clock
from lms.core.actor import Actor, Role
from lms.demo.founding import House
from lms.learning import service as learning
from lms.people import places
from lms.people.models import Membership, Person
from lms.same import service
from lms.same.service import Proved

ANA, UNIT = "Ana Duarte", "Home Care East"
AGAIN, AT_HOME = "Ana M Duarte", "ana.duarte@lowerquay.example"
CAME, NOTICED = 19, 3  # days ago
LESSONS = 2
PROOF = "password"


def tell(db: Session, house: House) -> None:
    """She came, she learned, and she made the two accounts one."""
    now, chance = clock.now(), random.Random(67)  # noqa: S311 - a story, not a secret
    ana = house.people[ANA]
    with clock.at(now - timedelta(days=CAME)):
        again = _come(db, house)
        for lesson in catalogue.current().modules[0].lessons[:LESSONS]:
            learning.finish_lesson(db, again, lesson.id, lesson.content_hash)
    with clock.at(now - timedelta(days=NOTICED)):
        key = uuid.UUID(int=chance.getrandbits(128), version=4)
        service.give_up(db, ana, key, again.person_id, Proved(PROOF, PROOF))


def _come(db: Session, house: House) -> Actor:
    person = Person(name=AGAIN, email=AT_HOME, password=house.password)
    db.add(person)
    db.flush()
    db.add(
        Membership(
            person_id=person.id,
            organisation_id=house.council.id,
            unit_id=house.units[UNIT],
            role=Role.TRAINEE,
            provider_id=house.provider.id,
            started_on=clock.today(),
        )
    )
    places.arrive(db, person, house.council.id, house.units[UNIT])
    return Actor(person.id, AGAIN)
