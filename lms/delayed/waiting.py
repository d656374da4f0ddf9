"""Answers of a check a day later that wait for somebody who judges them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from lms.core.actor import Actor
from lms.core.waiting import line
from lms.delayed import judging
from lms.delayed.models import DelayedTry
from lms.people.models import Person

JUDGE = "delayed-judge"


def to_judge(actor: Actor) -> Select[Any]:
    """What was written and sent, and waits for the actor or another trainer."""
    chosen = judging.scope(actor).where(DelayedTry.judged_at.is_(None))
    chosen = chosen.join(Person, Person.id == DelayedTry.person_id)
    return chosen.with_only_columns(*line(JUDGE, DelayedTry.id, Person.name))
