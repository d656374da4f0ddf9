"""Panels that wait for somebody’s vote."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from lms.core.actor import Actor
from lms.core.waiting import line
from lms.panels import ballots
from lms.panels.models import Panel
from lms.panels.tables import scope
from lms.people.models import Person

VOTE = "panel-vote"


def to_vote(actor: Actor) -> Select[Any]:
    """Panels in which the actor sits and has yet to vote, by whom they are about."""
    chosen = scope(actor).join(Person, Person.id == Panel.person_id).where(ballots.waits_for(actor))
    return chosen.with_only_columns(*line(VOTE, Panel.id, Person.name))
