"""What practice looks up about disputes: which is open, who may decide it, who was overruled, and how one ends."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from lms.core.actor import Actor, Role
from lms.groups import service as groups
from lms.people import service as people
from lms.practice.dispute_rules import Overruled
from lms.practice.models import Dispute, PracticeEvent, PracticeReturn, PracticeSession, Signature
from lms.practice.rows import Opened

_Before = aliased(Dispute)
_OPEN = and_(Dispute.session_id == PracticeSession.id, Dispute.ended_id.is_(None))


def find_open(db: Session, session_id: uuid.UUID) -> Dispute | None:
    """The dispute about a session that nobody has ended."""
    return db.scalar(select(Dispute).where(Dispute.session_id == session_id, Dispute.ended_id.is_(None)))


def settle(db: Session, session_id: uuid.UUID, event: PracticeEvent) -> None:
    """What just happened leaves nothing to decide."""
    dispute = find_open(db, session_id)
    if dispute is not None:
        dispute.outcome, dispute.ended_id = "settled", event.id


def overruled_in(db: Session, session_id: uuid.UUID) -> list[Overruled]:
    """Whoever was overruled about a session."""
    chosen = select(Dispute.first_id, Dispute.signature_id).where(
        Dispute.session_id == session_id, Dispute.outcome == "overruled"
    )
    return [Overruled(first, signature is not None) for first, signature in db.execute(chosen)]


def was_overruled(db: Session, session_id: uuid.UUID) -> bool:
    """Whether a second assessor once decided against a signature or a return of a session, and took it over."""
    return bool(overruled_in(db, session_id))


def about(signature: Signature | None, returned: PracticeReturn | None) -> dict[str, Any]:
    """What is disputed, as the register seals it. Of a returned version only the digest may be left to read."""
    if signature is not None:
        return {"signature": str(signature.id), "read": signature.digest, "entry": signature.leaf_seq}
    return {"return": str(returned.id), "returned": returned.digest} if returned is not None else {}


def deciders(db: Session, session: PracticeSession, first_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """Who may decide, by name: trainers of the circle's provider who are no party and were not overruled here."""
    circle = groups.circles_by_id(db, [session.group_id])[session.group_id]
    return _trainers(db, circle.provider_id, session, first_id, overruled_in(db, session.id))


def list_deciders(db: Session, opened: Opened, first_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """The same for a session's page, in one query."""
    return _trainers(db, opened.circle.provider_id, opened.session, first_id, opened.overruled)


def _trainers(
    db: Session, provider_id: uuid.UUID, session: PracticeSession, first_id: uuid.UUID, overruled: Iterable[Overruled]
) -> dict[uuid.UUID, str]:
    parties = {session.person_id, first_id, *(each.first_id for each in overruled)}
    trainers = people.people_with(db, Role.TRAINER, [provider_id])
    return {each: name for each, name in trainers.items() if each not in parties}


def readable(actor: Actor) -> ColumnElement[bool]:
    """Sessions that a trainer of the provider reads because of a dispute: as long as it is open, and as its party."""
    party = or_(Dispute.ended_id.is_(None), Dispute.first_id == actor.person_id, Dispute.second_id == actor.person_id)
    return and_(_provided(actor), PracticeSession.id.in_(select(Dispute.session_id).where(party)))


def was_disputed(actor: Actor) -> ColumnElement[bool]:
    """Sessions of providers the actor trains for, about which there ever was a dispute."""
    return and_(_provided(actor), PracticeSession.id.in_(select(Dispute.session_id)))


def asks(actor: Actor) -> ColumnElement[bool]:
    """Sessions whose dispute the actor may decide, or is the first assessor to answer."""
    barred = select(_Before.id).where(
        _Before.session_id == Dispute.session_id,
        _Before.outcome == "overruled",
        _Before.first_id == actor.person_id,
    )
    mine = and_(Dispute.first_id == actor.person_id, Dispute.answered_id.is_(None))
    theirs = and_(Dispute.first_id != actor.person_id, ~barred.exists())
    open_ = select(Dispute.session_id).where(Dispute.ended_id.is_(None), or_(mine, theirs))
    return and_(_provided(actor), PracticeSession.person_id != actor.person_id, PracticeSession.id.in_(open_))


def not_for(actor: Actor) -> ColumnElement[bool]:
    """Sessions that wait, but not for the actor any more, whose signature of them was overruled."""
    overruled = select(Dispute.session_id).where(
        Dispute.outcome == "overruled", Dispute.signature_id.is_not(None), Dispute.first_id == actor.person_id
    )
    return and_(PracticeSession.trainer_id != actor.person_id, PracticeSession.id.in_(overruled))


def is_open() -> ColumnElement[bool]:
    """Whether a session is disputed, as a column for queries about sessions."""
    return select(Dispute.id).where(_OPEN).correlate(PracticeSession).exists()


OPENED_AT = (
    select(PracticeEvent.at)
    .join(Dispute, Dispute.opened_id == PracticeEvent.id)
    .where(_OPEN)
    .correlate(PracticeSession)
).scalar_subquery()
FIRST = select(Dispute.first_id).where(_OPEN).correlate(PracticeSession).scalar_subquery()


def _provided(actor: Actor) -> ColumnElement[bool]:
    return PracticeSession.group_id.in_(groups.ids_of_providers(actor, Role.TRAINER))
