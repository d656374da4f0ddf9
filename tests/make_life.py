"""What happens to a certificate after it was issued, done by the provider's administrator."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from lms.certificates import auditing, correcting, life
from lms.certificates.history import LIFTED, SUSPENDED, UNDONE, WITHDRAWN
from lms.certificates.models import Certificate, NameCorrection, Step
from lms.core.actor import Actor
from lms.core.unit import Database
from lms.record import checking as register
from tests.make import World, actor

NEW, OLD = "Amara Nakamura-Osei", "Amara Osei"
WHY = "It was somebody else of that name."
TAKE: dict[str, Callable[[Session, Actor, uuid.UUID, life.Asked], Step]] = {
    UNDONE: life.undo,
    SUSPENDED: life.suspend,
    LIFTED: life.lift,
}


def asked(key: uuid.UUID | None = None, seen: int = 0, reason: str = WHY) -> life.Asked:
    """What an administrator asks for, with a form of its own."""
    return life.Asked(reason, "password", key or uuid.uuid4(), seen)


def take(store: Database, world: World, certificate_id: uuid.UUID, *kinds: str) -> None:
    """Take these steps one after the other, each committed."""
    for kind in kinds:
        with store.transaction() as db:
            who = actor(db, world.administrator)
            if kind == WITHDRAWN:
                life.revoke(db, who, certificate_id, WHY, "password", "mistake")
            else:
                TAKE[kind](db, who, certificate_id, asked())


def correct(
    store: Database, world: World, about: Certificate | uuid.UUID, name: str = NEW, **more: Any
) -> NameCorrection:
    """Correct the name on a certificate, committed."""
    certificate_id = about.id if isinstance(about, Certificate) else about
    with store.transaction() as db:
        return correcting.correct(db, actor(db, world.administrator), certificate_id, asked(**more), name, "changed")


def faults(store: Database) -> list[str]:
    """Whatever the audit and the register say."""
    with store.readers() as db:
        return [*auditing.audit(db).faults, *register.verify(db).problems]
