"""Rounds somebody led, as far as a manager may know of them: the day, and from when until when it stood signed.

A round is a session of practice written up by whoever led it and signed by their trainer. What a signature was given
for stays what it was: where it is voided, the history keeps the day that was signed.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session

from lms.groups.models import PeerGroup
from lms.practice.models import STANDING, PracticeEvent, PracticeSession, Signature
from lms.practice.rules import LED


@dataclass(frozen=True, slots=True)
class LedRound:
    """A round of a circle of an organisation. It counts from the signature until that is voided."""

    organisation_id: uuid.UUID
    person_id: uuid.UUID
    held_on: date
    signed_at: datetime
    voided_at: datetime | None


def led_rounds(db: Session, people: Collection[uuid.UUID] | Select[uuid.UUID]) -> Iterator[LedRound]:
    """Every round of these people that was ever signed by a trainer, in one query."""
    kept = and_(PracticeEvent.signature_id == Signature.id, PracticeEvent.kept.is_not(None))
    chosen = (
        select(
            PeerGroup.organisation_id, PracticeSession.person_id, PracticeSession.held_on, PracticeSession.role,
            Signature.signed_at, Signature.voided_at, PracticeEvent.kept,
        )
        .join(PeerGroup, PeerGroup.id == PracticeSession.group_id)
        .join(Signature, Signature.session_id == PracticeSession.id)
        .outerjoin(PracticeEvent, kept)
        .where(PracticeSession.person_id.in_(people), Signature.tier != "link")
    )  # fmt: skip
    for where, who, held_on, role, signed_at, voided_at, was in db.execute(chosen):
        said = _signed(was) if was else (held_on, role)
        if said[1] in LED:
            yield LedRound(where, who, said[0], signed_at, voided_at)


def _signed(kept: dict[str, Any]) -> tuple[date, str]:
    return date.fromisoformat(kept["held_on"]), kept["role"]


@dataclass(frozen=True, slots=True)
class LedLately:
    """How many rounds of an organisation's circles somebody led since a day, and when they led last."""

    rounds: int
    last_on: date


def led_lately(
    db: Session, organisation_id: uuid.UUID, people: Select[uuid.UUID], since: date
) -> dict[uuid.UUID, LedLately]:
    """Of these people, whoever led a round that stands signed now, in one query."""
    chosen = (
        select(
            PracticeSession.person_id,
            func.sum(case((PracticeSession.held_on >= since, 1), else_=0)),
            func.max(PracticeSession.held_on),
        )
        .join(PeerGroup, PeerGroup.id == PracticeSession.group_id)
        .join(Signature, STANDING)
        .where(PeerGroup.organisation_id == organisation_id, PracticeSession.role.in_(LED))
        .where(PracticeSession.person_id.in_(people))
        .group_by(PracticeSession.person_id)
    )
    return {row[0]: LedLately(row[1], row[2]) for row in db.execute(chosen)}
