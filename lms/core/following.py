"""What follows a change: areas above are told, before the commit, about whom a transaction has changed something.

Whoever keeps a summary says once which records it is made from (`watch`) and what it does about it (`follow`). What a
session adds, changes or deletes of these is noted as it is written. A statement that changes many rows at once passes
the session by: whoever sends one says so (`changed`), and a test looks for those that do not.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

TOUCHED = "askwell_touched"


@dataclass(slots=True)
class Touched:
    """About whom one transaction has changed something, and in which tables; in none where a statement did."""

    people: dict[uuid.UUID, set[type | None]] = field(default_factory=dict)
    organisations: dict[uuid.UUID, set[type | None]] = field(default_factory=dict)


Follower = Callable[[Session, Touched], None]
About = Callable[[Session, Any], uuid.UUID | None]
_followers: list[Follower] = []
_watched: dict[type, About] = {}


def watch(tables: Mapping[type, About]) -> None:
    """Note about whom a row of these tables is, whenever one is written. What it refers to is loaded at that moment."""
    _watched.update(tables)


def follow(follower: Follower) -> None:
    """Call this before the commit of every transaction that changed something watched: once, however often named."""
    if follower not in _followers:
        _followers.append(follower)


def changed(
    db: Session, *, person: uuid.UUID | None = None, organisation: uuid.UUID | None = None, table: type | None = None
) -> None:
    """Something about this person, or about many people of this organisation, was changed by a statement of its own."""
    touched: Touched = db.info.setdefault(TOUCHED, Touched())
    if person is not None:
        touched.people.setdefault(person, set()).add(table)
    if organisation is not None:
        touched.organisations.setdefault(organisation, set()).add(table)


def settle(db: Session) -> None:
    """Everything that follows what this transaction changed. Called by the commit place, before the commit."""
    db.flush()
    if TOUCHED in db.info:
        touched: Touched = db.info.pop(TOUCHED)
        for follower in _followers:
            follower(db, touched)


def _note(db: Session, _flushed: object) -> None:
    rows = [each for each in (*db.new, *db.deleted) if type(each) in _watched]
    rows += [each for each in db.dirty if type(each) in _watched and db.is_modified(each)]
    for each in rows:
        person = _watched[type(each)](db, each)
        if person is not None:
            changed(db, person=person, table=type(each))


event.listen(Session, "after_flush", _note)
