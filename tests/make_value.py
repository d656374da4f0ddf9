"""An engagement at any point of its way: terms, confirmed, with what came of it, with its bill."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from lms.core.actor import Role
from lms.core.site_days import today
from lms.people.models import Membership, Organisation
from lms.value import answering, service, stating, surveying
from lms.value.models import Bill
from lms.value.outcomes import KEYS
from lms.value.stating import Said
from lms.value.terms import Agreed
from tests.make import STARTED, World, actor, buy, person

PROOF = "password"
ANSWERS = {key: {"came": "2", "words": ""} for key in KEYS}
LATELY = 8  # days ago


def answer_all(came: str, words: str = "") -> dict[str, str]:
    """The form of what came of it."""
    return {f"came-{key}": came for key in KEYS} | {f"words-{key}": words for key in KEYS}


def agreed(ends_on: date | None = None, **changes: Any) -> Agreed:
    """Six circles for 18,400 New Zealand dollars. Without a day they ended a few days ago."""
    ends = ends_on or today() - timedelta(days=LATELY)
    terms = Agreed(
        title="Six circles",
        starts_on=ends - timedelta(days=360),
        ends_on=ends,
        answer_by=ends + timedelta(days=30),
        agreed_on=ends - timedelta(days=363),
        currency="NZD",
        fee=18_400_00,
        floor=None,
        tax_rate=1500,
        minutes=46 * 60,
        provider_address="2 Mill Lane\nPort Alder",
        provider_tax_number="104-882-311",
        client_address="1 Quay Street\nHarbourside",
        pay_to="Alder Bank, 12-3456-0078901-00",
        pay_days=30,
    )
    return replace(terms, **changes)


def written(db: Session, world: World, terms: Agreed | None = None, client: uuid.UUID | None = None) -> uuid.UUID:
    """Written down by Ilse, for Hana to confirm."""
    ilse = actor(db, world.administrator)
    return service.write_down(db, ilse, uuid.uuid4(), client or world.council, terms or agreed()).id


def confirmed(db: Session, world: World, terms: Agreed | None = None) -> uuid.UUID:
    """Confirmed by Hana."""
    made = written(db, world, terms)
    answering.answer(db, actor(db, world.manager), made, 1, proof=PROOF)
    return made


def surveyed(db: Session, world: World, terms: Agreed | None = None) -> uuid.UUID:
    """With what came of it, finished by Hana."""
    made = confirmed(db, world, terms)
    surveying.finish(db, actor(db, world.manager), made, 0, ANSWERS)
    return made


def say(
    db: Session,
    who: uuid.UUID,
    engagement_id: uuid.UUID,
    felt: int,
    key: uuid.UUID | None = None,
    typed: Mapping[str, Any] | None = None,
    version: int = 0,
) -> Bill:
    """Somebody says what it was worth."""
    said = Said(felt, ("1", "5"), "Four circles carried us.")
    return stating.send(db, actor(db, who), engagement_id, key or uuid.uuid4(), version, said, typed or {}, PROOF)


def billed(db: Session, world: World, felt: int = 15_600_00, terms: Agreed | None = None) -> Bill:
    """With its bill."""
    return say(db, world.manager, surveyed(db, world, terms), felt)


def other_client(db: Session, world: World, name: str) -> tuple[uuid.UUID, uuid.UUID]:
    """Another client of Fieldfare, and its manager."""
    made = Organisation(name=name, kind="client")
    db.add(made)
    db.flush()
    buy(db, db.get_one(Organisation, world.provider), made)
    return made.id, person(db, f"Manager of {name}", made, Role.MANAGER)


def billed_for(db: Session, world: World, name: str, felt: int) -> Bill:
    """The bill of another client."""
    client, manager = other_client(db, world, name)
    made = written(db, world, client=client)
    answering.answer(db, actor(db, manager), made, 1, proof=PROOF)
    surveying.finish(db, actor(db, manager), made, 0, ANSWERS)
    return say(db, manager, made, felt)


def with_role(person_id: uuid.UUID, organisation_id: uuid.UUID, role: Role) -> Membership:
    """A role that somebody has besides."""
    return Membership(person_id=person_id, organisation_id=organisation_id, role=role, started_on=STARTED)
