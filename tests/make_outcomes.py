"""Follow-ups for tests: told as rounds tell them, asked as every morning does, answered as a form is filled."""

from __future__ import annotations

import re
import uuid
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.unit import Database
from lms.messages.models import Message
from lms.outcomes import followups
from lms.outcomes.models import FollowUp
from lms.outcomes.rules import Agreed
from tests.make import World

FILLED = {
    "state": "moved", "acted": "holder", "right": "3", "importance": "4", "surprised": "That he asked me first.",
    "learning": "I can ask before I plan.", "depth": "3", "story": "no",
}  # fmt: skip


def follow(db: Session, world: World, group: uuid.UUID, held_on: date, **changes: Any) -> uuid.UUID:
    """That Amara’s circle agreed on her problem that day; returns the follow-up’s id."""
    given: dict[str, Any] = {
        "round_id": uuid.uuid4(), "person_id": world.trainee, "organisation_id": world.council, "group_id": group,
        "held_on": held_on,
    } | changes  # fmt: skip
    followups.follow(db, Agreed(**given))
    return db.scalars(select(FollowUp.id).where(FollowUp.round_id == given["round_id"])).one()


def morning(store: Database) -> list[Message]:
    """What the worker does in the morning, twice; every letter to holders since, oldest first."""
    from lms.outcomes.jobs import ask_holders

    ask_holders(store)
    ask_holders(store)
    with store.readers() as db:
        chosen = select(Message).where(Message.template == "follow_up").order_by(Message.created_at, Message.id)
        return list(db.scalars(chosen))


def links(letter: Message) -> tuple[str, str]:
    """The paths of a letter's two links: to answer, and to stop."""
    found = re.findall(r"https?://[^/\s]+(/came-of-it/\S+)", letter.body)
    return found[0], found[1]
