"""What lists and pictures of panels show: which waits for whom, and where the stool stood on the frozen page."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from assessments.readiness import Readiness
from assessments.wording import opening
from lms.core.actor import Actor
from lms.core.phrases import day
from lms.panels import ballots
from lms.panels.models import Panel
from lms.panels.tables import scope
from lms.people.models import Person

WAITS, AT_WORK, OPEN, DECIDED = "They wait for your vote", "At work", "Votes are open", "Decided"
MOST = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """A panel on a list, and about whom it is."""

    id: uuid.UUID
    name: str
    called_at: datetime
    closed_at: datetime | None
    appeals: bool


def list_panels(db: Session, actor: Actor) -> dict[str, list[Listed]]:
    """The panels the actor may see but for those about themselves, the newest first, by what becomes of them next."""
    chosen = (
        scope(actor)
        .join(Person, Person.id == Panel.person_id)
        .where(Panel.person_id != actor.person_id)
        .with_only_columns(
            Panel.id, Person.name, Panel.called_at, Panel.closed_at, Panel.appeal_of, Panel.opened_at,
            ballots.waits_for(actor).label("waits"),
        )
        .order_by(Panel.called_at.desc(), Panel.id.desc())
        .limit(MOST)
    )  # fmt: skip
    found: dict[str, list[Listed]] = {WAITS: [], OPEN: [], AT_WORK: [], DECIDED: []}
    for row in db.execute(chosen):
        where = DECIDED if row.closed_at else OPEN if row.opened_at else WAITS if row.waits else AT_WORK
        found[where].append(Listed(row.id, row.name, row.called_at, row.closed_at, row.appeal_of is not None))
    return found


def headline(found: Mapping[str, Sequence[Listed]]) -> str:
    """What the list says first."""
    many = len(found[WAITS])
    if many:
        return "One panel waits for your vote" if many == 1 else f"{opening(many)} panels wait for your vote"
    return "No panel waits for your vote"


def ladder(readiness: Readiness) -> list[tuple[int, list[tuple[str, str, str, str]]]]:
    """Every level with its signatures, as the panel’s page keeps them."""
    return [
        (number, [(each.initials, each.name, day(each.on), "now" if each.counted else "") for each in rungs])
        for number, rungs in readiness.ladder
    ]
