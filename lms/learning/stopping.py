"""Stopping a training for now, and going on with it later, where one left it: by the learner’s own word."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assessments.standards import get_standard
from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.errors import NotFound
from lms.learning import spells
from lms.learning.models import Enrolment
from lms.messages import service as messages
from lms.people.models import Membership

LONGEST_REASON = 1_000


def _mine(actor: Actor) -> Select[Enrolment]:
    """The actor's own trainings whose place in the organisation stands: nobody goes on where they were let go."""
    stands = select(Membership.id).where(
        Membership.person_id == Enrolment.person_id,
        Membership.organisation_id == Enrolment.organisation_id,
        Membership.role == Role.TRAINEE,
        Membership.ended_on.is_(None),
    )
    return select(Enrolment).where(Enrolment.person_id == actor.person_id, stands.exists())


def list_trainings(db: Session, actor: Actor) -> Sequence[Enrolment]:
    """The actor's trainings, the running ones first, the latest first."""
    return db.scalars(_mine(actor).order_by(Enrolment.ended_on.is_not(None), Enrolment.started_on.desc())).all()


def stop(db: Session, actor: Actor, enrolment_id: uuid.UUID, reason: str) -> Enrolment:
    """Stop for now; the trainer gets a letter. Stopped twice is once. Raises NotFound."""
    enrolment = _get(db, actor, enrolment_id)
    if enrolment.ended_on is None:
        enrolment.ended_on, enrolment.rests = clock.today(), True
        _tell(db, actor, enrolment, "training_stopped", reason=reason or "They gave no reason, and need not.")
    return enrolment


def go_on(db: Session, actor: Actor, enrolment_id: uuid.UUID) -> Enrolment:
    """Go on with it, towards the same version and with all that was done. Raises NotFound."""
    enrolment = _get(db, actor, enrolment_id)
    if enrolment.ended_on is not None:
        spells.go_on(db, enrolment)
        _tell(db, actor, enrolment, "training_resumed")
    return enrolment


def _get(db: Session, actor: Actor, enrolment_id: uuid.UUID) -> Enrolment:
    found = db.scalar(_mine(actor).where(Enrolment.id == enrolment_id).with_for_update())
    if found is None:
        raise NotFound
    return found


def _tell(db: Session, actor: Actor, enrolment: Enrolment, letter: str, **more: str) -> None:
    messages.send(
        db,
        letter,
        person_id=enrolment.trainer_id,
        organisation_id=enrolment.provider_id,
        trainee=actor.name,
        award=get_standard(enrolment.standard_id, enrolment.standard_version).title,
        link=messages.link(f"/readiness/{enrolment.person_id}"),
        **more,
    )
