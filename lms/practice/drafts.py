"""Drafts: what somebody is writing, kept on the server while they write it, never silently overwritten."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import ScalarSelect, delete, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import add_once
from lms.core.errors import Conflict
from lms.practice.models import Draft, PracticeSession

NEW, CHANGE = "session", "change"


class StaleDraft(Conflict):
    """The draft moved on in another tab or on another device. It is left as it is, and what it says comes along."""

    def __init__(self, version: int, body: Mapping[str, str]) -> None:
        super().__init__("You wrote on in another tab or on another device. Both texts are kept.")
        self.version = version
        self.body = dict(body)


class AlreadySent(Conflict):
    """There is nothing left to draft: the session was sent."""

    def __init__(self) -> None:
        super().__init__("This session has been sent. Open it from your practice page to change it.")


def find_draft(db: Session, actor: Actor, key: uuid.UUID) -> Draft | None:
    """The actor's draft with this key."""
    return db.scalar(select(Draft).where(Draft.person_id == actor.person_id, Draft.key == key))


def list_drafts(db: Session, actor: Actor) -> Sequence[Draft]:
    """Sessions the actor has begun to write up and not sent, newest first."""
    mine = select(Draft).where(Draft.person_id == actor.person_id, Draft.kind == NEW)
    return db.scalars(mine.order_by(Draft.updated_at.desc())).all()


def newest_key(person_id: InstrumentedAttribute[uuid.UUID]) -> ScalarSelect[uuid.UUID]:
    """The key of what the person of a row began last and has not sent, as a column for queries about people."""
    begun = select(Draft.key).where(Draft.person_id == person_id, Draft.kind == NEW)
    return begun.order_by(Draft.updated_at.desc()).limit(1).scalar_subquery()


def save_draft(db: Session, actor: Actor, kind: str, key: uuid.UUID, version: int, body: Mapping[str, str]) -> Draft:
    """Keep what was typed. `version` is the one it was typed on, 0 at first. Raises StaleDraft, AlreadySent."""
    draft = lock_draft(db, actor, key)
    if draft is None:
        if _was_sent(db, actor, kind, key, version, body):
            raise AlreadySent
        draft = Draft(person_id=actor.person_id, kind=kind, key=key, version=1, body=dict(body), updated_at=clock.now())
        if add_once(db, draft):
            return draft
        draft = lock_draft(db, actor, key)
        if draft is None:
            raise AlreadySent
    if draft.version != version:
        if draft.body == dict(body):
            return draft  # the same words once more: a repeated request
        raise StaleDraft(draft.version, draft.body)
    draft.version, draft.body, draft.updated_at = version + 1, dict(body), clock.now()
    db.flush()
    return draft


def set_tallies(db: Session, actor: Actor, key: uuid.UUID, tallies: Mapping[str, int]) -> Draft:
    """Put counted questions into the draft as it stands now, and touch nothing else in it. Raises AlreadySent."""
    draft = lock_draft(db, actor, key)
    if draft is None:
        raise AlreadySent
    draft.body = draft.body | {kind: str(number) for kind, number in tallies.items()}
    draft.version, draft.updated_at = draft.version + 1, clock.now()
    return draft


def use_up(db: Session, actor: Actor, key: uuid.UUID, version: int) -> None:
    """The draft becomes a session in this transaction. Raises StaleDraft if it is not the one that was sent."""
    draft = lock_draft(db, actor, key)
    if draft is None:
        return
    if draft.version != version:
        raise StaleDraft(draft.version, draft.body)
    db.delete(draft)
    db.flush()


def throw_away(db: Session, actor: Actor, key: uuid.UUID) -> None:
    """The actor does not want this draft any more."""
    db.execute(delete(Draft).where(Draft.person_id == actor.person_id, Draft.key == key))


def lock_draft(db: Session, actor: Actor, key: uuid.UUID) -> Draft | None:
    """The draft, with nobody else writing to it until the transaction ends."""
    return db.scalar(select(Draft).where(Draft.person_id == actor.person_id, Draft.key == key).with_for_update())


def _was_sent(db: Session, actor: Actor, kind: str, key: uuid.UUID, version: int, body: Mapping[str, str]) -> bool:
    """Whether a save comes late, after its draft has become a session: it must not leave a ghost behind."""
    if version > 0:
        return True
    mine = select(PracticeSession.version).where(PracticeSession.person_id == actor.person_id)
    if kind == NEW:
        return db.scalar(mine.where(PracticeSession.key == key)) is not None
    return str(db.scalar(mine.where(PracticeSession.id == key))) != body.get("session_version")
