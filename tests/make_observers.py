"""Maria Ortiz from the hospice, who saw Amara lead once."""

from __future__ import annotations

import re
import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.messages.models import Message
from lms.practice import observers, observing
from lms.practice.models import Signature
from lms.practice.observer_models import ObserverLink
from tests.make import World, actor

MARIA = {"name": "Maria Ortiz", "email": "Maria@Hospice.example", "about": "Works with us at the hospice"}
RATED = {"asking": 4, "turns": 3}


def ask(db: Session, world: World, session_id: uuid.UUID, **instead: str) -> ObserverLink:
    return observers.ask(db, actor(db, world.trainee), session_id, **(MARIA | instead))


def code_of(db: Session) -> str:
    """The code in the newest letter to an observer."""
    letters = select(Message).where(Message.template == "observer").order_by(Message.id.desc()).limit(1)
    return str(re.findall(r"/observe/(\S+)", db.scalars(letters).one().body)[0])


def sign_by_link(db: Session, code: str, version: int = 1, **instead: Any) -> Signature:
    given: dict[str, Any] = {"ratings": RATED, "level": 3, "comment": "Amara let them think.", "signed_as": "M. Ortiz"}
    return observing.sign_by_link(db, code, version, **(given | instead))
