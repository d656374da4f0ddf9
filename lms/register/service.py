"""Writing into the register, and checking all of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.register.models import Leaf
from lms.register.rules import BEFORE_THE_FIRST, Checkpoint, Entry, Verification, digest, leaf_hash, verify_chain

__all__ = ["Checkpoint", "Verification", "append", "checkpoint", "digest", "verify"]

# Any number, as long as nothing else in this database takes an advisory lock under it.
LOCK = 4_157_311
BATCH = 1_000

_LAST = select(Leaf.seq, Leaf.hash).order_by(Leaf.seq.desc()).limit(1)
_COLUMNS = tuple(getattr(Leaf, name) for name in Entry.__slots__)


def append(
    db: Session,
    actor: Actor | None,
    *,
    kind: str,
    subject_kind: str,
    subject_id: uuid.UUID,
    payload: Mapping[str, Any],
    meaning: str,
    reason: str = "",
    authenticated_by: str = "",
) -> Leaf:
    """Write the next entry, in the caller's transaction. The payload itself is not kept, only its digest.

    From here to the commit nobody else can append, so services call this last.
    """
    _take_turn(db)
    last_seq, last_hash = db.execute(_LAST).first() or (0, BEFORE_THE_FIRST)
    entry = Entry(
        seq=last_seq + 1,
        at=clock.now(),
        kind=kind,
        actor_id=actor.person_id if actor else None,
        subject_kind=subject_kind,
        subject_id=subject_id,
        digest=digest(payload),
        meaning=meaning,
        reason=reason,
        authenticated_by=authenticated_by,
        previous_hash=last_hash,
    )
    leaf = Leaf(**asdict(entry), hash=leaf_hash(entry))
    db.add(leaf)
    db.flush()
    return leaf


def verify(db: Session, against: Checkpoint | None = None) -> Verification:
    """Check every entry, and that the register still continues what a checkpoint saw."""
    return verify_chain(_stream(db), against)


def checkpoint(db: Session) -> Checkpoint:
    """What the register's end looks like now, to be kept on another machine."""
    seq, head = db.execute(_LAST).first() or (0, BEFORE_THE_FIRST)
    return Checkpoint(seq, head, clock.now())


def _take_turn(db: Session) -> None:
    """One writer at a time: an advisory lock on PostgreSQL; on SQLite the transaction holds the only write lock."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(LOCK)))


def _stream(db: Session) -> Iterator[tuple[Entry, str]]:
    """Every entry with its hash, read in batches, as one statement sees them."""
    rows = db.execute(select(*_COLUMNS, Leaf.hash).order_by(Leaf.seq).execution_options(yield_per=BATCH))
    for row in rows:
        *said, sealed = row
        yield Entry(*said), sealed
