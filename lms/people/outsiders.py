"""People known by an address alone: they signed something once by a link, and have no account and no part here.

Nothing else makes them more than a name: no password is ever set and no membership made without an invitation.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.db import add_once
from lms.people.models import Person
from lms.people.rules import fold


def find_by_address(db: Session, email: str) -> Person | None:
    """Whoever has this address, with or without an account."""
    return db.scalar(select(Person).where(Person.email == fold(email)))


def known_by(db: Session, email: str, name: str) -> Person:
    """The person with this address, from now on if there was none. A name that is known already stays."""
    found = find_by_address(db, email)
    if found is not None:
        return found
    person = Person(email=fold(email), name=name)
    if add_once(db, person):
        return person
    return db.scalars(select(Person).where(Person.email == fold(email))).one()
