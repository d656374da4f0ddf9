"""What follows a change: areas above are told, before the commit, about whom a transaction has changed something.

Whoever keeps a summary says once which records it is made from (`watch`) and what it does about it (`follow`). What a
session adds, changes or deletes of these is noted as it is written. A statement that changes many rows at once passes
the session by: whoever sends one says so (`changed`), and a test looks for those that do not.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

TOUCHED = "askwell_touched"


@dataclass(slots=True)
class Touched:
    """What one transaction has changed: rows, and about whom something was changed otherwise."""

    rows: list[Any] = field(default_factory=list)
    people: set[uuid.UUID] = field(default_factory=set)
    organisations: set[uuid.UUID] = field(default_factory=set)


Follower = Callable[[Session, Touched], None]
_followers: list[Follower] = []
_watched: set[type] = set()


def watch(*tables: type) -> None:
    """Note what is written to these tables from now on."""
    _watched.update(tables)


def follow(follower: Follower) -> None:
    """Call this before the commit of every transaction that changed something watched: once, however often named."""
    if follower not in _followers:
        _followers.append(follower)


def changed(db: Session, *, person: uuid.UUID | None = None, organisation: uuid.UUID | None = None) -> None:
    """Something about this person, or about many people of this organisation, was changed by a statement of its own."""
    touched = _touched(db)
    if person is not None:
        touched.people.add(person)
    if organisation is not None:
        touched.organisations.add(organisation)


def settle(db: Session) -> None:
    """Everything that follows what this transaction changed. Called by the commit place, before the commit."""
    db.flush()
    touched = db.info.pop(TOUCHED, None)
    for follower in _followers if touched is not None else ():
        follower(db, touched)


def _touched(db: Session) -> Touched:
    found: Touched = db.info.setdefault(TOUCHED, Touched())
    return found


def _note(db: Session, _flushed: object) -> None:
    rows = [each for each in (*db.new, *db.deleted) if type(each) in _watched]
    rows += [each for each in db.dirty if type(each) in _watched and db.is_modified(each)]
    if rows:
        _touched(db).rows.extend(rows)


event.listen(Session, "after_flush", _note)
