"""Decisions about readiness, and who may read them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.core.actor import Actor
from lms.core.errors import NotFound
from lms.handover.models import Decision
from lms.learning import service as learning
from lms.learning.models import Enrolment


def scope(actor: Actor) -> Select[Decision]:
    """The decisions about people whose learning towards that standard `actor` may see."""
    enrolled = learning.scope(actor).where(
        Enrolment.person_id == Decision.person_id, Enrolment.standard_id == Decision.standard_id
    )
    return select(Decision).where(enrolled.exists())


def get_decision(db: Session, actor: Actor, decision_id: uuid.UUID) -> Decision:
    """A decision in scope. Raises NotFound."""
    found = db.scalar(scope(actor).where(Decision.id == decision_id))
    if found is None:
        raise NotFound
    return found


def decisions_of(db: Session, actor: Actor, person_id: uuid.UUID) -> Sequence[Decision]:
    """The decisions about a person, newest first."""
    chosen = scope(actor).where(Decision.person_id == person_id)
    return db.scalars(chosen.order_by(Decision.decided_at.desc(), Decision.id.desc())).all()
