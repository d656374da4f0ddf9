"""Rounds that somebody was asked to code side by side and has not answered."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from lms.core.actor import Actor
from lms.core.waiting import line
from lms.people.models import Person
from lms.raters import pairs
from lms.raters.models import CodingPair

ASKED = "pair-asked"


def to_answer(actor: Actor) -> Select[Any]:
    """What the actor was asked by name."""
    return (
        pairs.scope(actor)
        .join(Person, Person.id == CodingPair.asked_by)
        .where(CodingPair.asked == actor.person_id, CodingPair.accepted_at.is_(None))
        .with_only_columns(*line(ASKED, CodingPair.id, Person.name))
    )
