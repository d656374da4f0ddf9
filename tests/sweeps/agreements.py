"""Agreements of hand-over for the sweeps, about circles that the demo has, with their entries in the register."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.db import new_id
from lms.groups.models import PeerGroup
from lms.register import service as register
from lms.takeover import moves
from lms.transfer import rules
from lms.transfer.models import HandOver, HandOverSignature
from tests.make import actor


def make_agreements(db: Session, group: PeerGroup) -> dict[str, uuid.UUID]:
    """An agreement of the circle that is complete and was taken back, one to sign, and one of another circle."""
    demo = db.scalars(select(HandOver).where(HandOver.completed_at.is_(None))).one()  # the demo’s own, which is open
    elsewhere = db.get_one(PeerGroup, demo.group_id)
    kept, others = (_complete(db, each, demo) for each in (group, elsewhere))
    db.add(_agreement(group, demo))
    db.flush()
    return {"agreement_id": kept, "others_agreement": others}


def _agreement(group: PeerGroup, like: HandOver) -> HandOver:
    about: dict[str, Any] = {
        "group_id": group.id,
        "drafted_by": group.trainer_id,
        "drafted_at": clock.now(),
        "terms": like.terms,
    }
    return HandOver(id=new_id(), facilitator_id=group.facilitator_id, version=1, **about)


def _complete(db: Session, group: PeerGroup, like: HandOver) -> uuid.UUID:
    """Signed by the trainer alone, which is enough to be read."""
    made, ruth = _agreement(group, like), actor(db, group.trainer_id)
    signed = HandOverSignature(
        id=new_id(), hand_over_id=made.id, part="trainer", person_id=ruth.person_id, terms=made.terms,
        digest=register.digest(made.terms), authenticated_by="password",
    )  # fmt: skip
    entry: dict[str, Any] = {"subject_kind": "group", "subject_id": group.id}
    proof: dict[str, Any] = {"meaning": rules.MEANINGS["trainer"], "authenticated_by": "password"}
    leaf = register.append(
        db, ruth, kind=rules.KIND_SIGNED, payload=rules.signature_payload(signed), **entry, **proof
    )  # fmt: skip
    signed.signed_at, signed.leaf_seq = leaf.at, leaf.seq
    moved = _there_and_back(db, group)
    facts: dict[str, Any] = {"completed_by": ruth.person_id, "said_yes": 6, "move_id": moved}
    kept: dict[str, Any] = {
        name: getattr(made, name) for name in ("id", "group_id", "version", "facilitator_id", "terms")
    }
    payload = rules.payload(rules.Completed(**kept, **facts, entries=(leaf.seq,)))
    last = register.append(db, ruth, kind=rules.KIND_COMPLETE, payload=payload, meaning=rules.COMPLETE, **entry)
    for name, value in {**facts, "completed_at": last.at, "leaf_seq": last.seq}.items():
        setattr(made, name, value)
    db.add(made)
    db.flush()
    db.add(signed)
    db.flush()
    return made.id


def _there_and_back(db: Session, group: PeerGroup) -> uuid.UUID:
    """The stool went to where a circle runs itself, and came back to where it stood."""
    ruth, today = actor(db, group.trainer_id), clock.today(group.zone)
    standing = moves.standing_of(db, group, moves.list_moves(db, group.id), today)
    on = moves.record(db, ruth, group, standing, "G4", "By the agreement.", "password", new_id())
    there = moves.standing_of(db, group, moves.list_moves(db, group.id), today)
    moves.record(db, ruth, group, there, standing.stage.id, "They want me back.", "password", new_id())
    return on.id
