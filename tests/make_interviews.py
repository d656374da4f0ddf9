"""Values interviews: two assessors, what they write, and a yes for whoever needs one as evidence."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.interviews import get_interview
from lms.core.unit import Database
from lms.home import waiting
from lms.interviews import bindings, notes, service
from lms.interviews.models import Interview, InterviewNote
from lms.interviews.rules import Said
from lms.messages.models import Message
from lms.register.bindings import faults
from lms.register.models import Leaf
from tests.make import World, actor

PROOF = "password"
HEARD = "She told it with the day, the room and her own words."
GAP = "One repair that was said aloud in the circle where it happened."


def said(verdict: str = "yes", heard: str = HEARD, **changes: str) -> Said:
    """A whole note."""
    return Said(
        heard={each.id: heard for each in get_interview().questions},
        breach=changes.get("breach", "She finished a member’s sentence, twice."),
        repair=changes.get("repair", "She said so at the next meeting and asked again."),
        verdict=verdict,
        missing=changes.get("missing", GAP if verdict == "not_yet" else ""),
        because=changes.get("because", ""),
    )


def form(verdict: str = "yes", heard: str = HEARD, **changes: str) -> dict[str, str]:
    """The same as a form carries it."""
    note = said(verdict, heard, **changes)
    fields = {f"heard-{name}": text for name, text in note.heard.items()}
    rest = {name: getattr(note, name) for name in ("breach", "repair", "verdict", "missing", "because")}
    return fields | {name: text for name, text in rest.items() if text}


def arrange(
    store: Database,
    world: World,
    members: Sequence[uuid.UUID] = (),
    by: uuid.UUID | None = None,
    key: uuid.UUID | None = None,
) -> uuid.UUID:
    """An interview of Amara by Ruth and Bashir in a week; returns its id."""
    with store.transaction() as db:
        return make_arranged(db, world, members, by, key)


def make_arranged(
    db: Session,
    world: World,
    members: Sequence[uuid.UUID] = (),
    by: uuid.UUID | None = None,
    key: uuid.UUID | None = None,
) -> uuid.UUID:
    who = actor(db, by or world.trainer)
    held_on = service.today() + timedelta(days=7)
    pair = members or (world.trainer, world.other_trainer)
    return service.arrange(db, who, world.trainee, pair, held_on, key or uuid.uuid4()).id


def send(store: Database, interview_id: uuid.UUID, who: uuid.UUID, note: Said | None = None) -> None:
    """An assessor sends a note: a yes, unless said otherwise."""
    with store.transaction() as db:
        notes.send(db, actor(db, who), interview_id, note or said(), PROOF)


def make_heard(db: Session, world: World, verdict: str = "yes") -> uuid.UUID:
    """Both assessors said the same about Amara; returns the interview's id."""
    interview_id = make_arranged(db, world)
    for who in (world.trainer, world.other_trainer):
        notes.send(db, actor(db, who), interview_id, said(verdict), PROOF)
    return interview_id


def get(store: Database, interview_id: uuid.UUID) -> Interview:
    """The interview's row."""
    with store.readers() as db:
        return db.get_one(Interview, interview_id)


def notes_of(store: Database, interview_id: uuid.UUID) -> list[InterviewNote]:
    """Every note as it is kept, in the order of sending."""
    with store.readers() as db:
        mine = select(InterviewNote).where(InterviewNote.interview_id == interview_id)
        return list(db.scalars(mine.order_by(InterviewNote.sent_at, InterviewNote.id)))


def wrong(store: Database) -> list[str]:
    """What the register says is wrong with notes and results."""
    found = list[str]()
    with store.readers() as db:
        for source in bindings.SOURCES:
            leaves = db.scalars(select(Leaf).where(Leaf.kind == source.kind)).all()
            made = list(source.load(db, [each.seq for each in leaves]))
            for leaf in leaves:
                found += faults(leaf, [each for each in made if each.seq == leaf.seq])
    return found


def letters(store: Database, person_id: uuid.UUID) -> list[str]:
    """Which letters about interviews somebody got, in their order."""
    with store.readers() as db:
        mine = select(Message.template).where(Message.person_id == person_id, Message.template.like("interview%"))
        return list(db.scalars(mine.order_by(Message.created_at, Message.id)))


def waits(store: Database, person_id: uuid.UUID) -> list[str]:
    """What waits for somebody at home."""
    with store.readers() as db:
        return [each.sentence for each in waiting.list_waiting(db, actor(db, person_id))]
