"""What happens to a certificate after it was issued, done by the provider's administrator."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from sqlalchemy.orm import Session

from lms.certificates import life
from lms.certificates.history import LIFTED, SUSPENDED, UNDONE, WITHDRAWN
from lms.certificates.models import Step
from lms.core.actor import Actor
from lms.core.unit import Database
from tests.make import World, actor

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
