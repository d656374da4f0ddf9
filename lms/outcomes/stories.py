"""Stories that holders let be told: for the administrators of the provider whose circle it was, and for nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.actor import Actor, Role
from lms.groups.models import PeerGroup
from lms.outcomes.models import FollowUp, FollowUpAnswer
from lms.people.models import Person


@dataclass(frozen=True, slots=True)
class Story:
    """A holder's own words. `teller` is empty for whoever gave them without a name; no circle and no day is told."""

    surprised: str
    learning: str
    teller: str


def list_stories(db: Session, actor: Actor) -> Sequence[Story]:
    """Every story that may be told now, in the order of its words, in one query."""
    chosen = (
        select(FollowUpAnswer.surprised, FollowUpAnswer.learning, FollowUpAnswer.story, Person.name)
        .join(FollowUp, FollowUp.id == FollowUpAnswer.follow_up_id)
        .join(PeerGroup, PeerGroup.id == FollowUp.group_id)
        .join(Person, Person.id == FollowUp.person_id)
        .where(PeerGroup.provider_id.in_(actor.organisations(Role.ADMINISTRATOR)), FollowUpAnswer.story != "no")
    )
    found = [Story(row[0], row[1], row[3] if row[2] == "named" else "") for row in db.execute(chosen)]
    told = [each for each in found if each.surprised or each.learning]
    return sorted(told, key=lambda each: each.learning.casefold())
