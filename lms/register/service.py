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
from lms.register.rules import (
    BEFORE_THE_FIRST,
    Checkpoint,
    Entry,
    Unreadable,
    Verification,
    digest,
    leaf_hash,
    verify_chain,
)

__all__ = ["FIRST", "Checkpoint", "Verification", "append", "digest", "entry_of", "verify"]

# Any number, as long as nothing else in this database takes an advisory lock under it.
LOCK = 4_157_311
BATCH = 1_000
FIRST = -(2**31)  # before any number an entry can have

_LAST = select(Leaf.seq, Leaf.hash).order_by(Leaf.seq.desc()).limit(1)
_ENTRIES = select(*(getattr(Leaf, name) for name in Entry.__slots__), Leaf.hash).order_by(Leaf.seq)


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


def entry_of(leaf: Leaf) -> Entry:
    """What a leaf says, without its hash."""
    return Entry(*(getattr(leaf, name) for name in Entry.__slots__))


def verify(db: Session, against: Checkpoint | None = None) -> Verification:
    """Check every entry, and that the register still continues what a checkpoint saw."""
    return verify_chain(_stream(db), against)


def _take_turn(db: Session) -> None:
    """One writer at a time: an advisory lock on PostgreSQL; on SQLite the transaction holds the only write lock."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(LOCK)))


def _stream(db: Session) -> Iterator[tuple[Entry, str]]:
    """Every entry with its hash, read in batches, as one statement sees them. Raises Unreadable."""
    last = FIRST
    try:
        for row in db.execute(_ENTRIES.execution_options(yield_per=BATCH)):
            entry, sealed = _entry(row)
            last = entry.seq
            yield entry, sealed
    except (ValueError, TypeError):
        for seq in db.scalars(select(Leaf.seq).where(Leaf.seq > last).order_by(Leaf.seq)).all():
            yield _read_alone(db, seq)


def _read_alone(db: Session, seq: int) -> tuple[Entry, str]:
    try:
        return _entry(db.execute(_ENTRIES.where(Leaf.seq == seq)).one())
    except (ValueError, TypeError):
        raise Unreadable(seq) from None


def _entry(row: Any) -> tuple[Entry, str]:
    *said, sealed = row
    return Entry(*said), sealed
