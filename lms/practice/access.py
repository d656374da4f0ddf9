"""Who may see which session, and the lookups everything else in practice stands on."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from lms.core.actor import Actor, Role
from lms.core.errors import NotFound
from lms.groups import service as groups
from lms.groups.models import PeerGroup
from lms.groups.rows import Circle
from lms.practice import backup, calibration, contested
from lms.practice.models import STANDING, PracticeSession, Signature
from lms.practice.rows import SessionRow, SignatureRow, Signers

_SESSION = (
    "id", "person_id", "group_id", "meeting_id", "trainer_id", "held_on", "minutes", "role", "open", "closed",
    "leading", "advice", "own_ratings", "state", "version", "submitted_at",
)  # fmt: skip
_SIGNATURE = ("id", "signer_id", "signed_at", "level", "ratings", "digest", "authenticated_by", "tier", "leaf_seq")
_ROWS: Select[Any] = (
    select(
        *(getattr(PracticeSession, name) for name in _SESSION),
        contested.is_open().label("disputed"),
        *(getattr(Signature, name).label(f"signature_{name}") for name in _SIGNATURE),
    )
    .outerjoin(Signature, STANDING)
    .order_by(PracticeSession.held_on, PracticeSession.id)
)


def supervised(actor: Actor) -> ColumnElement[bool]:
    """The sessions sent to the actor, and those of circles they supervise now, while they train for the provider."""
    return and_(
        PracticeSession.group_id.in_(groups.ids_of_providers(actor, Role.TRAINER)),
        or_(
            PracticeSession.trainer_id == actor.person_id,
            PracticeSession.group_id.in_(groups.ids_supervised(actor)),
        ),
    )


def scope(actor: Actor) -> Select[PracticeSession]:
    """The sessions `actor` may read: their own, those they supervise or stand in for, those they administer, and those
    whose dispute they may decide."""
    return select(PracticeSession).where(
        or_(
            PracticeSession.person_id == actor.person_id,
            supervised(actor),
            backup.offered(actor),
            PracticeSession.group_id.in_(groups.ids_of_providers(actor, Role.ADMINISTRATOR)),
            contested.readable(actor),
        )
    )


def get_session(db: Session, actor: Actor, session_id: uuid.UUID, *, lock: bool = False) -> PracticeSession:
    """A session the actor may read; with `lock`, nobody else changes it until the transaction ends. Raises NotFound."""
    chosen = scope(actor).where(PracticeSession.id == session_id)
    found = db.scalar(chosen.with_for_update(of=PracticeSession) if lock else chosen)
    if found is None:
        raise NotFound
    return found


def get_own(db: Session, actor: Actor, session_id: uuid.UUID) -> PracticeSession:
    """A session of the actor's own. Raises NotFound."""
    mine = select(PracticeSession).where(PracticeSession.id == session_id)
    found = db.scalar(mine.where(PracticeSession.person_id == actor.person_id))
    if found is None:
        raise NotFound
    return found


def get_to_open(db: Session, actor: Actor, session_id: uuid.UUID) -> tuple[PracticeSession, Circle, Signers]:
    """A session the actor may read, the circle it is about, and what is asked of its signers and known of the actor
    and of whoever was asked to sign, in one query. Raises NotFound.
    """
    chosen = scope(actor).join(PeerGroup, PeerGroup.id == PracticeSession.group_id).add_columns(*groups.CIRCLE)
    signers = (actor.person_id, PracticeSession.trainer_id)
    found = db.execute(calibration.with_signers(chosen, signers).where(PracticeSession.id == session_id)).all()
    if not found:
        raise NotFound
    session, *circle = found[0][: -len(calibration.COLUMNS)]
    return session, Circle(*circle), calibration.signers_of(each[-len(calibration.COLUMNS) :] for each in found)


def rows_of(db: Session, person_ids: Iterable[uuid.UUID]) -> tuple[SessionRow, ...]:
    """Every session of these people with its signature, by the day it was held, in one query."""
    found = db.execute(_ROWS.where(PracticeSession.person_id.in_(set(person_ids))))
    return tuple(_row(dict(each)) for each in found.mappings())


def _row(values: dict[str, Any]) -> SessionRow:
    signature = {name: values.pop(f"signature_{name}") for name in _SIGNATURE}
    values["disputed"] = bool(values["disputed"])
    return SessionRow(**values, signature=SignatureRow(**signature) if signature["id"] else None)
