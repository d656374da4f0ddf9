"""The house before anybody learns in it: organisations, units, staff. And how people come in later."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.core import clock, following
from lms.core.actor import Actor, Member, Role
from lms.demo.cast import COUNCIL, MANAGERS, PROVIDER, STAFF, UNITS, address
from lms.learning.models import Enrolment
from lms.people import places
from lms.people.models import Membership, Organisation, Person, Unit


@dataclass
class House:
    """Where people belong: found by name, and as the services see them."""

    provider: Organisation
    council: Organisation
    units: dict[str, uuid.UUID]
    password: str  # the one hash of the one password
    people: dict[str, Actor] = field(default_factory=dict)

    def admit(self, db: Session, name: str, role: Role, unit: str | None = None) -> None:
        """Give somebody a role, and an account if they have none."""
        organisation = self.provider if name in STAFF else self.council
        known = self.people.get(name)
        if known is None:
            person = Person(name=name, email=address(name), password=self.password)
            db.add(person)
            db.flush()
            known = Actor(person.id, name)
        unit_id = self.units[unit] if unit else None
        db.add(
            Membership(
                person_id=known.person_id,
                organisation_id=organisation.id,
                unit_id=unit_id,
                role=role,
                started_on=clock.today(),
            )
        )
        places.arrive(db, db.get_one(Person, known.person_id), organisation.id, unit_id)
        member = Member(role, organisation.id, organisation.name, unit_id)
        self.people[name] = Actor(known.person_id, name, (*known.memberships, member))

    def enrol(self, db: Session, name: str, unit: str, trainer: str) -> None:
        """Somebody of the council begins their training."""
        self.admit(db, name, Role.TRAINEE, unit)
        db.add(
            Enrolment(
                person_id=self.people[name].person_id,
                organisation_id=self.council.id,
                unit_id=self.units[unit],
                provider_id=self.provider.id,
                trainer_id=self.people[trainer].person_id,
                started_on=clock.today(),
            )
        )
        db.flush()

    def graduate(self, db: Session, name: str, on: date) -> None:
        """Whoever holds a valid certificate is no longer in training: it ended on the day of issue."""
        person_id = self.people[name].person_id
        db.execute(update(Enrolment).where(Enrolment.person_id == person_id).values(ended_on=on))
        following.changed(db, person=person_id)


def found(db: Session, password: str) -> House:
    """A provider with its staff, and a council with its units and managers."""
    provider = Organisation(name=PROVIDER, kind="provider")
    db.add(provider)
    db.flush()
    council = Organisation(name=COUNCIL, kind="client", provider_id=provider.id)
    db.add(council)
    db.flush()
    units = {name: Unit(organisation_id=council.id, name=name, headcount=size) for name, size in UNITS.items()}
    db.add_all(units.values())
    db.flush()
    house = House(provider, council, {name: unit.id for name, unit in units.items()}, password)
    for name, roles in STAFF.items():
        for role in roles:
            house.admit(db, name, role)
    for name, unit in MANAGERS.items():
        house.admit(db, name, Role.MANAGER, unit)
    db.flush()
    return house
