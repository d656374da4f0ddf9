"""The client's answer to terms: yes, which is a signature, or no, with what should be otherwise."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Conflict, Forbidden, Stale
from lms.register import service as register
from lms.value import letters, service
from lms.value.models import Terms
from lms.value.service import LATE, View
from lms.value.terms import Agreed

KIND, MEANING = "engagement", "We agree to these terms, and that the fee is adjusted to the value we felt."
TOO_LATE = (
    "The last day for your answer at the end has gone by already. "
    "Say below that it should be later, and your provider writes other terms down."
)
ANSWERED = "These terms have their answer."


def answer(
    db: Session, actor: Actor, engagement_id: uuid.UUID, seen: int, *, proof: str = "", because: str = ""
) -> None:
    """The client says yes, with a proof, or no, with a reason. The same answer twice is one.

    Raises NotFound, Forbidden, Conflict, Stale.
    """
    view = service.get(db, actor, engagement_id, lock=True)
    last = view.versions[-1]
    _must_be_theirs(view, actor, seen)
    if last.answered_at is not None:
        if last.answered_by == actor.person_id and bool(last.is_confirmed) == bool(proof):
            return
        raise Conflict(ANSWERED)
    if view.proposed is None:
        raise Conflict(LATE)
    if proof and last.answer_by < view.on:
        raise Conflict(TOO_LATE)
    last.answered_by, last.answered_at, last.is_confirmed = actor.person_id, clock.now(), bool(proof)
    last.because, last.authenticated_by = because, proof
    letters.tell_answer(db, view.engagement, last)
    if proof:
        view.engagement.in_force = last.version
        db.flush()
        last.leaf_seq = _seal(db, actor, last, proof)
    db.flush()


def _must_be_theirs(view: View, actor: Actor, seen: int) -> None:
    last = view.versions[-1]
    if not view.for_client:
        raise Forbidden("The client’s manager confirms the terms.")
    if last.version != seen:
        raise Stale(service.since(view, seen) or ("The same terms were written down once more.",))
    if last.written_by == actor.person_id:
        raise Forbidden("You wrote these terms down for the provider. Somebody else confirms them for the client.")


def _seal(db: Session, actor: Actor, terms: Terms, proof: str) -> int:
    leaf = register.append(
        db,
        actor,
        kind=KIND,
        subject_kind="value_engagement",
        subject_id=terms.engagement_id,
        payload=payload(terms),
        meaning=MEANING,
        authenticated_by=proof,
    )
    return leaf.seq


def payload(terms: Terms) -> dict[str, object]:
    """What the register seals of terms both agree to; the salt keeps amounts from being guessed by their digest."""
    return {
        "engagement": str(terms.engagement_id),
        "version": terms.version,
        "terms": Agreed.of(terms).payload(),
        "written_by": str(terms.written_by),
        "confirmed_by": str(terms.answered_by),
        "salt": terms.salt,
    }
