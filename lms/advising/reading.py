"""Two people read a theme before a sponsor does: who may, and each reading signed and sealed."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.advising import notes, rules, service
from lms.advising.models import AdviceVersion, ThemeNote, ThemeReading
from lms.advising.notes import StaleText
from lms.core.actor import Actor
from lms.core.db import new_id
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.forms import UNSIGNED
from lms.groups import service as groups
from lms.register import service as register


def why_not(db: Session, actor: Actor, note: ThemeNote) -> str:
    """Why the actor may not be a reader of a theme they see, or nothing."""
    wrote = select(AdviceVersion.id).where(
        AdviceVersion.note_id == note.id, AdviceVersion.changed_by == actor.person_id
    )
    if db.scalar(wrote.limit(1)) is not None:
        return rules.WROTE_IT
    sat_in = groups.ids_sat_in(actor)
    behind = notes.circles_behind(note).subquery()
    if db.scalar(select(behind.c.id).where(behind.c.id.in_(sat_in)).limit(1)) is not None:
        return rules.SITS_THERE
    return ""


def read(
    db: Session,
    actor: Actor,
    note_id: uuid.UUID,
    version: int,
    *,
    clear: bool,
    change: str,
    authenticated_by: str,
    key: uuid.UUID,
) -> ThemeReading:
    """Sign what one found in the version that was read; twice with one key is once.

    Raises NotFound, Forbidden, Conflict, Invalid.
    """
    note, change = service.get_note(db, actor, note_id, lock=True), "" if clear else change
    sent = _found(db, actor, note)
    if sent is not None and (sent.key, sent.clear, sent.change) == (key, clear, change):
        return sent
    notes.get_on_its_way(db, actor, note_id)
    if reason := why_not(db, actor, note):
        raise Forbidden(reason)
    if note.version != version:
        raise StaleText("The text was changed while you were reading it.")
    if sent is not None:
        raise Conflict(rules.HAS_READ)
    if not clear and not change:
        raise Invalid({"change": "Write what has to be changed."})
    if not authenticated_by:
        raise Invalid({"password": UNSIGNED})
    try:
        with db.begin_nested():
            return _record(db, actor, note, clear=clear, change=change, authenticated_by=authenticated_by, key=key)
    except IntegrityError as error:
        raise Conflict(rules.HAS_READ) from error


def _found(db: Session, actor: Actor, note: ThemeNote) -> ThemeReading | None:
    """What the actor signed about this version."""
    mine = (ThemeReading.version == note.version, ThemeReading.reader_id == actor.person_id)
    return db.scalar(select(ThemeReading).where(ThemeReading.note_id == note.id, *mine))


def _record(
    db: Session, actor: Actor, note: ThemeNote, *, clear: bool, change: str, authenticated_by: str, key: uuid.UUID
) -> ThemeReading:
    """The theme goes up if it may; then the register, and the reading with the entry's number."""
    before = [each.clear for each in notes.readings_of(db, note) if each.version == note.version]
    notes.let_go(db, note, [*before, clear])
    made = ThemeReading(
        id=new_id(),
        key=key,
        note_id=note.id,
        version=note.version,
        theme=note.theme,
        text=note.text,
        clear=clear,
        change=change,
        reader_id=actor.person_id,
        authenticated_by=authenticated_by,
    )
    leaf = register.append(
        db,
        actor,
        kind="theme reading",
        subject_kind="theme",
        subject_id=note.id,
        payload=rules.payload(made),
        meaning=rules.meaning(clear=clear),
        authenticated_by=authenticated_by,
    )
    made.read_at, made.leaf_seq = leaf.at, leaf.seq
    db.add(made)
    db.flush()
    return made
