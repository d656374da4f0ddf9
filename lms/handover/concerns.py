"""Concerns about safety: recording that one is open, settling it, and who reads what of it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from lms.core.actor import Actor, Role
from lms.core.db import new_id
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.forms import UNSIGNED
from lms.handover import rules, service
from lms.handover.models import SafetyConcern
from lms.handover.rows import Learner
from lms.people.models import Person
from lms.register import service as register


@dataclass(frozen=True, slots=True)
class Told:
    """A concern as somebody may read it. The reasons are empty for everybody but an administrator."""

    opened_by: str
    opened_at: datetime
    settled_by: str | None
    settled_at: datetime | None
    reason: str
    settled_reason: str


def get_about(db: Session, actor: Actor, person_id: uuid.UUID) -> Learner:
    """Somebody in training about whom the actor may record a concern. Raises NotFound, Forbidden."""
    learner = service.get_learner(db, actor, person_id)
    if not rules.may_decide(actor, person_id=learner.person_id, provider_id=learner.provider_id):
        raise Forbidden(rules.OWN_CONCERN)
    return learner


def list_concerns(db: Session, actor: Actor, learner: Learner) -> Sequence[Told]:
    """The concerns about somebody the caller holds through `get_about`, the newest first."""
    opener, settler = aliased(Person), aliased(Person)
    rows = db.execute(
        select(SafetyConcern, opener.name, settler.name)
        .join(opener, opener.id == SafetyConcern.opened_by)
        .outerjoin(settler, settler.id == SafetyConcern.settled_by)
        .where(SafetyConcern.person_id == learner.person_id, SafetyConcern.provider_id == learner.provider_id)
        .order_by(SafetyConcern.opened_at.desc(), SafetyConcern.id.desc())
    )
    reads = may_settle(actor, learner)
    return [
        Told(
            opened_by,
            row.opened_at,
            settled_by,
            row.settled_at,
            row.reason if reads else "",
            row.settled_reason if reads else "",
        )
        for row, opened_by, settled_by in rows
    ]


def may_settle(actor: Actor, learner: Learner) -> bool:
    """Whether the actor reads what concerns are about and settles them: an administrator of the provider."""
    return learner.provider_id in actor.organisations(Role.ADMINISTRATOR)


def check_settled(db: Session, person_id: uuid.UUID, provider_id: uuid.UUID | None) -> None:
    """Raises Conflict while a concern about somebody is open with the provider that would certify them."""
    if db.scalar(_open(person_id, provider_id)) is not None:
        raise Conflict(rules.CERTIFIED_LATER)


def open_concern(
    db: Session, actor: Actor, person_id: uuid.UUID, reason: str, authenticated_by: str, key: uuid.UUID
) -> SafetyConcern:
    """Record that one is open. Sent twice with one key, it is one. Raises NotFound, Forbidden, Conflict, Invalid."""
    learner = get_about(db, actor, person_id)
    sent = db.scalar(select(SafetyConcern).where(SafetyConcern.opened_by == actor.person_id, SafetyConcern.key == key))
    if sent is not None:
        return sent
    _check({} if reason else {"reason": rules.UNEXPLAINED}, authenticated_by)
    if _find_open(db, learner) is not None:
        raise Conflict(rules.OPEN_ALREADY)
    made = SafetyConcern(
        id=new_id(),
        person_id=learner.person_id,
        provider_id=learner.provider_id,
        key=key,
        reason=reason,
        opened_by=actor.person_id,
        opened_proof=authenticated_by,
    )
    try:
        with db.begin_nested():
            made.opened_seq, made.opened_at = _enter(db, actor, made, "opened", authenticated_by)
            db.add(made)
    except IntegrityError:
        raise Conflict(rules.OPEN_ALREADY) from None
    return made


def settle(db: Session, actor: Actor, person_id: uuid.UUID, reason: str, authenticated_by: str) -> None:
    """Record that it is settled, and how. Raises NotFound, Forbidden, Invalid, and Conflict where none is open."""
    learner = get_about(db, actor, person_id)
    if not may_settle(actor, learner):
        raise Forbidden(rules.NOT_YOURS_TO_SETTLE)
    found = _find_open(db, learner)
    if found is None:
        raise Conflict(rules.NOTHING_OPEN)
    _check({} if reason else {"reason": rules.UNSETTLED_BECAUSE}, authenticated_by)
    found.settled_seq, found.settled_at = _enter(db, actor, found, "settled", authenticated_by)
    found.settled_by, found.settled_proof, found.settled_reason = actor.person_id, authenticated_by, reason
    db.flush()


def _find_open(db: Session, learner: Learner) -> SafetyConcern | None:
    return db.scalar(_open(learner.person_id, learner.provider_id).with_for_update())


def _open(person_id: uuid.UUID, provider_id: uuid.UUID | None) -> Select[SafetyConcern]:
    about = (SafetyConcern.person_id == person_id, SafetyConcern.provider_id == provider_id)
    return select(SafetyConcern).where(*about, SafetyConcern.settled_at.is_(None))


def _check(wrong: dict[str, str], authenticated_by: str) -> None:
    if not authenticated_by:
        wrong["password"] = UNSIGNED
    if wrong:
        raise Invalid(wrong)


def _enter(db: Session, actor: Actor, concern: SafetyConcern, what: str, authenticated_by: str) -> tuple[int, datetime]:
    leaf = register.append(
        db,
        actor,
        kind=rules.CONCERN_KINDS[what],
        subject_kind="safety concern",
        subject_id=concern.id,
        payload=rules.concern_payload(concern, what),
        meaning=rules.CONCERN_MEANINGS[what],
        authenticated_by=authenticated_by,
    )
    return leaf.seq, leaf.at
