"""What a trainee’s home page says, gathered in few queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from assessments.journey import Journey, home_stage
from lms.core import clock
from lms.core.actor import Actor
from lms.groups.calendar import Coming
from lms.handover import service as handover
from lms.handover.evidence import on_site
from lms.handover.rows import Standing
from lms.handover.rules import READY
from lms.practice.evidence import SeenSession

MOST_COMING = 3


@dataclass(frozen=True, slots=True)
class Home:
    """Where a trainee stands, what comes next and what their trainer noticed last."""

    standing: Standing
    journey: Journey
    coming: tuple[Coming, ...]
    noticed: SeenSession | None
    decided_on: date | None  # the day somebody said ready, while that stands


def find_home(db: Session, actor: Actor) -> Home | None:
    """The home of somebody in training, in four queries; None for everybody else."""
    learner = handover.find_learner(db, actor, actor.person_id)
    if learner is None:
        return None
    at, now = handover.today(), clock.now()
    standing = handover.standing_of(db, learner, at, comments=True)
    decided_on = on_site(learner.decided_at) if learner.decided == READY else None
    return Home(
        standing=standing,
        journey=home_stage(standing.readiness, standing.facts.evidence, decided_on=decided_on),
        coming=tuple(each for each in standing.facts.coming if not each.is_over(now))[:MOST_COMING],
        noticed=next((each for each in reversed(standing.facts.sessions) if each.comment), None),
        decided_on=decided_on,
    )
