"""People of another provider, who must not meet anything of the demo's."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from lms.core.actor import Role
from lms.people.models import Organisation, Unit
from tests.make import buy, person


def make_strangers(db: Session) -> dict[str, uuid.UUID]:
    """One person in each role of another provider and its client."""
    provider = Organisation(name="Northway Training", kind="provider")
    db.add(provider)
    db.flush()
    client = Organisation(name="Elsewhere District", kind="client")
    db.add(client)
    db.flush()
    buy(db, provider, client)
    far = Unit(organisation_id=client.id, name="Far unit", headcount=10)
    db.add(far)
    db.flush()
    return {
        "trainee": person(db, "Odd Trainee", client, Role.TRAINEE, far),
        "trainer": person(db, "Odd Trainer", provider, Role.TRAINER),
        "manager": person(db, "Odd Manager", client, Role.MANAGER),
        "administrator": person(db, "Odd Administrator", provider, Role.ADMINISTRATOR),
    }
