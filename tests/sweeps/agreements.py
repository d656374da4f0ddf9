"""Agreements of hand-over for the sweeps, about circles that the demo has."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.groups.models import PeerGroup
from lms.takeover.models import StageMove
from lms.transfer.models import HandOver


def make_agreements(db: Session, group: PeerGroup) -> dict[str, uuid.UUID]:
    """An agreement of the same circle that is complete and was taken back, one to sign, and one of another circle."""
    other = db.scalars(select(HandOver)).one()  # the demo's own
    move = {"completed_by": group.trainer_id, "said_yes": 6, "move_id": _move(db, group), "leaf_seq": 1}
    about: dict[str, Any] = {"group_id": group.id, "drafted_by": group.trainer_id, "drafted_at": clock.now()}
    about |= {"facilitator_id": group.facilitator_id, "terms": other.terms}
    done = {**move, "completed_at": clock.now()}
    made = [HandOver(**about, **done), HandOver(**about), HandOver(**about | done | {"group_id": other.group_id})]
    db.add_all(made)
    db.flush()
    return {"agreement_id": made[0].id, "others_agreement": made[2].id}


def _move(db: Session, group: PeerGroup) -> uuid.UUID:
    made = StageMove(
        group_id=group.id, from_stage="G4", to_stage="G1", reason="They want me back.", decided_by=group.trainer_id,
        decided_at=clock.now(), standard_id="self-facilitating", standard_version=1, standard_hash="0" * 64,
        readiness={}, leaf_seq=1,
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made.id
