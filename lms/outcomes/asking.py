"""Letters to holders: one sixty days after their round, one more if nothing came back, and none to whoever stopped."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from lms.core.site_days import today
from lms.groups import service as groups
from lms.messages import service as messages
from lms.outcomes import rules
from lms.outcomes.models import FollowUp, FollowUpAnswer, FollowUpLink, FollowUpStop
from lms.people.models import Person
from lms.people.rules import digest, new_code

LATEST = rules.OPEN_FOR  # whoever could not be written to so long after the day is not asked any more


def whose_turn_it_is(db: Session) -> Sequence[uuid.UUID]:
    """The follow-ups about which somebody is written to today."""
    chosen = select(FollowUp.id).join(Person, Person.id == FollowUp.person_id).where(Person.active, *_waits())
    return db.scalars(chosen.order_by(FollowUp.due_on, FollowUp.id)).all()


def write(db: Session, follow_up_id: uuid.UUID) -> bool:
    """Write to its holder, if it still is their turn: looked at under a lock, so that one letter goes whoever runs."""
    found = db.scalar(select(FollowUp).where(FollowUp.id == follow_up_id, *_waits()).with_for_update())
    if found is None:
        return False
    again, now = found.asked_on is not None, today()
    if found.asked_on is None:
        found.asked_on, found.until = now, now + rules.OPEN_FOR
    else:
        found.reminded_on = now
    messages.send(
        db,
        "follow_up",
        person_id=found.person_id,
        group=groups.circles_by_id(db, [found.group_id])[found.group_id].name,
        held_on=found.held_on,
        until=found.until,
        again=again,
        link=messages.link(f"/came-of-it/{_new_link(db, found, 'answer')}"),
        stop_link=messages.link(f"/came-of-it/stop/{_new_link(db, found, 'stop')}"),
    )
    return True


def _new_link(db: Session, found: FollowUp, purpose: str) -> str:
    code = new_code()
    db.add(FollowUpLink(code_digest=digest(code), follow_up_id=found.id, purpose=purpose))
    return code


def _waits() -> tuple[ColumnElement[bool], ...]:
    now = today()
    answered = select(FollowUpAnswer.follow_up_id).where(FollowUpAnswer.follow_up_id == FollowUp.id)
    stopped = select(FollowUpStop.person_id).where(FollowUpStop.person_id == FollowUp.person_id)
    first = FollowUp.asked_on.is_(None) & (FollowUp.due_on > now - LATEST)
    second = (FollowUp.asked_on <= now - rules.REMINDED_AFTER) & (FollowUp.until >= now)
    return (
        FollowUp.due_on <= now,
        FollowUp.ended_on.is_(None),
        ~answered.exists(),
        ~stopped.exists(),
        or_(first, second & FollowUp.reminded_on.is_(None)),
    )
