"""Entries: writing, showing one to a trainer and taking that back, answering. Every question goes through a scope."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, Uuid, and_, bindparam, delete, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.db import insert_once
from lms.core.errors import Invalid, NotFound, Stale
from lms.journal import rules
from lms.journal.models import JournalComment, JournalEntry, JournalShare
from lms.learning.models import Enrolment
from lms.messages import service as messages
from lms.people import service as people
from lms.people.models import Person

PAGE = 25
MOST_SEARCHED = 2_000  # entries, the newest: ten years of one every other day


def scope(actor: Actor) -> Select[JournalEntry]:
    """The entries `actor` may read: their own, and those shown to them while they train there."""
    shown = JournalEntry.id.in_(_shown_to(actor))
    return select(JournalEntry).where(or_(JournalEntry.person_id == actor.person_id, shown))


def _shown_to(actor: Actor) -> Select[uuid.UUID]:
    return select(JournalShare.entry_id).where(
        JournalShare.trainer_id == actor.person_id,
        JournalShare.ended_at.is_(None),
        JournalShare.provider_id.in_(actor.organisations(Role.TRAINER)),
    )


def get_entry(db: Session, actor: Actor, entry_id: uuid.UUID) -> JournalEntry:
    """Raises NotFound."""
    found = db.scalar(scope(actor).where(JournalEntry.id == entry_id))
    if found is None:
        raise NotFound
    return found


def find_own(db: Session, actor: Actor, entry_id: uuid.UUID, *, lock: bool = False) -> JournalEntry | None:
    """An entry of the actor's own, if it was begun."""
    chosen = select(JournalEntry).where(JournalEntry.id == entry_id, JournalEntry.person_id == actor.person_id)
    return db.scalar(chosen.with_for_update() if lock else chosen)


def get_own(db: Session, actor: Actor, entry_id: uuid.UUID, *, lock: bool = False) -> JournalEntry:
    """Raises NotFound."""
    found = find_own(db, actor, entry_id, lock=lock)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote at a place in a lesson, and what trainers answered whom they showed it to; version 0 while
    they wrote nothing.
    """

    id: uuid.UUID
    about: str
    version: int
    text: str
    kept_at: datetime | None
    answers: tuple[tuple[str, str, datetime], ...] = ()  # who, what, when; in order


# Asked with every lesson, so of the table, and built once.
_entry, _comment, _person = JournalEntry.__table__, JournalComment.__table__, Person.__table__
_NOTES = (
    select(
        *(_entry.c.id, _entry.c.version, _entry.c.text, _entry.c.changed_at),
        *(_person.c.name, _comment.c.text.label("answer"), _comment.c.written_at),
    )
    .select_from(
        _entry.outerjoin(_comment, _comment.c.entry_id == _entry.c.id).outerjoin(
            _person, _person.c.id == _comment.c.trainer_id
        )
    )
    .where(
        or_(*(_entry.c.id == bindparam(note, type_=Uuid) for note in rules.NOTES)),
        _entry.c.person_id == bindparam("who", type_=Uuid),
    )
    .order_by(_comment.c.written_at, _comment.c.id)
)


def notes_in(db: Session, actor: Actor, lesson_id: str) -> Mapping[str, Note]:
    """What the actor wrote in a lesson, by its place there, in one query."""
    ids = {note: rules.note_id(actor.person_id, lesson_id, note) for note in rules.NOTES}
    rows = db.connection().execute(_NOTES, {"who": actor.person_id, **ids}).all()
    return {
        note: _note(each, f"{lesson_id}#{note}", [row for row in rows if row.id == each]) for note, each in ids.items()
    }


def _note(note_id: uuid.UUID, about: str, rows: Sequence[Any]) -> Note:
    if not rows:
        return Note(note_id, about, 0, "", None)
    answers = tuple((row.name, row.answer, row.written_at) for row in rows if row.name is not None)
    return Note(note_id, about, rows[0].version, rows[0].text, rows[0].changed_at, answers)


def list_own(db: Session, actor: Actor, page: int = 1) -> tuple[Sequence[JournalEntry], bool]:
    """A page of the actor's entries, newest first, and whether there are more."""
    mine = select(JournalEntry).where(JournalEntry.person_id == actor.person_id)
    newest = mine.order_by(JournalEntry.begun_at.desc(), JournalEntry.id.desc())
    rows = db.scalars(newest.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    return rows[:PAGE], len(rows) > PAGE


@dataclass(frozen=True, slots=True)
class Own:
    """The words of an entry, for whoever wrote it to search."""

    id: uuid.UUID
    text: str
    begun_at: datetime


def own_texts(db: Session, actor: Actor) -> Sequence[Own]:
    """What the actor wrote, newest first; the oldest of very many are left out."""
    mine = select(JournalEntry.id, JournalEntry.text, JournalEntry.begun_at)
    newest = mine.where(JournalEntry.person_id == actor.person_id).order_by(JournalEntry.begun_at.desc())
    return [Own(row.id, row.text, row.begun_at) for row in db.execute(newest.limit(MOST_SEARCHED))]


def shown_by(actor: Actor, person: InstrumentedAttribute[uuid.UUID]) -> ScalarSelect[int]:
    """How many entries the person of a row shows to the actor now."""
    mine = JournalEntry.id.in_(_shown_to(actor))
    counted = select(func.count()).select_from(JournalEntry).where(JournalEntry.person_id == person, mine)
    return counted.correlate(person.class_).scalar_subquery()


def list_shown(db: Session, actor: Actor, of: uuid.UUID | None = None) -> Sequence[tuple[JournalEntry, JournalShare]]:
    """What others, or one person, show to the actor, the last shown first."""
    theirs = and_(JournalShare.entry_id == JournalEntry.id, JournalShare.trainer_id == actor.person_id)
    chosen = scope(actor).add_columns(JournalShare).join(JournalShare, theirs)
    chosen = chosen.where(JournalEntry.person_id == of) if of else chosen
    rows = db.execute(chosen.where(JournalShare.ended_at.is_(None)).order_by(JournalShare.shown_at.desc()).limit(PAGE))
    return [(row[0], row[1]) for row in rows]


def save(
    db: Session, actor: Actor, entry_id: uuid.UUID, version: int, text: str, about: tuple[str, str] = ("", "")
) -> JournalEntry:
    """Keep what is written; `version` is the one it was written on, 0 at first. Raises NotFound, Stale."""
    entry = find_own(db, actor, entry_id, lock=True)
    if entry is None:
        now = clock.now()
        mine = {"person_id": actor.person_id, "about": about[0], "about_id": about[1], "text": text}
        if version == 0 and insert_once(db, JournalEntry, id=entry_id, **mine, version=1, begun_at=now, changed_at=now):
            return get_own(db, actor, entry_id)
        entry = get_own(db, actor, entry_id, lock=True)  # somebody else's, deleted, or begun a moment ago
    if entry.text == text:
        return entry
    if entry.version != version:
        raise Stale((rules.ELSEWHERE,))
    entry.text, entry.version, entry.changed_at = text, version + 1, clock.now()
    db.flush()
    return entry


def throw_away(db: Session, actor: Actor, entry_id: uuid.UUID) -> None:
    """Delete an entry of one's own with all that hangs on it. Raises NotFound."""
    entry = get_own(db, actor, entry_id, lock=True)
    for each in (JournalComment, JournalShare):
        db.execute(delete(each).where(each.entry_id == entry.id))
    db.delete(entry)
    db.flush()


def trainers_of(db: Session, actor: Actor) -> Mapping[uuid.UUID, tuple[str, uuid.UUID]]:
    """Name and provider of everybody who trains where the actor is in training, by id."""
    mine = select(Enrolment.provider_id).where(Enrolment.person_id == actor.person_id, Enrolment.ended_on.is_(None))
    found = {}
    for provider in db.scalars(mine.distinct()):
        for person_id, name in people.people_with(db, Role.TRAINER, [provider]).items():
            if person_id != actor.person_id:
                found[person_id] = (name, provider)
    return found


def shares_of(db: Session, entry: JournalEntry) -> Sequence[JournalShare]:
    """To whom an entry is shown now."""
    shown = (JournalShare.entry_id == entry.id, JournalShare.ended_at.is_(None))
    return db.scalars(select(JournalShare).where(*shown).order_by(JournalShare.shown_at)).all()


def show(db: Session, actor: Actor, entry_id: uuid.UUID, trainer_id: uuid.UUID | None) -> str:
    """Show one's entry to a trainer, who gets a letter without its words; their name. Raises NotFound, Invalid."""
    entry, trainers = get_own(db, actor, entry_id, lock=True), trainers_of(db, actor)
    if trainer_id is None or trainer_id not in trainers:
        raise Invalid({"trainer": rules.NOBODY})
    name, provider = trainers[trainer_id]
    if trainer_id not in {each.trainer_id for each in shares_of(db, entry)}:
        db.add(JournalShare(entry_id=entry.id, trainer_id=trainer_id, provider_id=provider, shown_at=clock.now()))
        db.flush()
        link = messages.link(f"/journal/{entry.id}")
        messages.send(
            db, "journal_shown", person_id=trainer_id, organisation_id=provider, trainee=actor.name, link=link
        )
    return name


def take_back(db: Session, actor: Actor, entry_id: uuid.UUID, trainer_id: uuid.UUID | None) -> None:
    """Show an entry no longer. Raises NotFound."""
    entry = get_own(db, actor, entry_id, lock=True)
    for each in shares_of(db, entry):
        if each.trainer_id == trainer_id:
            each.ended_at = clock.now()
    db.flush()


def comments_of(db: Session, entry: JournalEntry) -> Sequence[JournalComment]:
    """What was answered, in order."""
    chosen = select(JournalComment).where(JournalComment.entry_id == entry.id)
    return db.scalars(chosen.order_by(JournalComment.written_at, JournalComment.id)).all()


def comment(db: Session, actor: Actor, entry_id: uuid.UUID, key: uuid.UUID, text: str) -> None:
    """Answer an entry one is shown; its writer gets a letter without the words. Raises NotFound."""
    entry = get_entry(db, actor, entry_id)
    if entry.person_id == actor.person_id:
        raise NotFound
    said = {"entry_id": entry.id, "trainer_id": actor.person_id, "text": text}
    if insert_once(db, JournalComment, id=key, **said, written_at=clock.now()):
        link = messages.link(f"/journal/{entry.id}")
        provider = next(each.provider_id for each in shares_of(db, entry) if each.trainer_id == actor.person_id)
        messages.send(
            db,
            "journal_answered",
            person_id=entry.person_id,
            organisation_id=provider,
            trainer=actor.name,
            link=link,
        )
