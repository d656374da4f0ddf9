"""What a trainee’s home page says, gathered in few queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from assessments.journey import Journey, home_stage
from assessments.standards import get_standard
from lms.certificates import service as certificates
from lms.certificates.records import Record
from lms.certificates.rules import Status
from lms.core import clock
from lms.core.actor import Actor
from lms.groups.calendar import Coming
from lms.handover import service as handover
from lms.handover.evidence import on_site
from lms.handover.rows import Learner, Standing
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
    certificate: Record | None  # while it is valid
    decided_on: date | None  # the day somebody said ready, while no certificate came of it


def find_home(db: Session, actor: Actor) -> Home | None:
    """The home of somebody in training, in three queries, and one more once somebody said ready; else None."""
    learner = handover.find_learner(db, actor, actor.person_id)
    if learner is None:
        return None
    standing = handover.standing_of(db, learner, handover.today(), comments=True)
    records = _certificates(db, actor, standing)
    valid = next((each for each in records if each.status is Status.VALID), None)
    decided_on = None if valid else _waits_since(learner, records)
    now = clock.now()
    return Home(
        standing=standing,
        journey=home_stage(
            standing.readiness,
            standing.facts.evidence,
            decided_on=decided_on,
            valid_until=valid.certificate.valid_until if valid else None,
        ),
        coming=tuple(each for each in standing.facts.coming if not each.is_over(now))[:MOST_COMING],
        noticed=next((each for each in reversed(standing.facts.sessions) if each.noticed), None),
        certificate=valid,
        decided_on=decided_on,
    )


def _certificates(db: Session, actor: Actor, standing: Standing) -> list[Record]:
    """The certificates of this very training. There are none before somebody says ready, so nobody looks."""
    learner = standing.learner
    if not any(each.standard_id == learner.standard_id for each in standing.facts.evidence.awards):
        return []
    level = get_standard(learner.standard_id, learner.standard_version).award.level
    mine = (each for each in certificates.own_records(db, actor) if each.certificate.level == level)
    return [each for each in mine if each.certificate.provider_id == learner.provider_id]


def _waits_since(learner: Learner, records: Sequence[Record]) -> date | None:
    """Since when the certificate is due: the day of a “ready” that none has been issued on."""
    if learner.decided != READY or learner.decided_at is None:
        return None
    used = any(each.certificate.issued_at >= learner.decided_at for each in records)
    return None if used else on_site(learner.decided_at)
