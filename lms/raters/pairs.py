"""Two people who code the same round and lay it side by side: asked by name, answered, seen by nobody else.

What one of them coded is shown to the other only once both said yes and both have sent. Either ends it at any time;
then neither sees it, and what they wrote about it is gone. Of each, the first coding counts: it was made before they
read the key.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from assessments import double_coding
from assessments.coding import Label
from assessments.double_coding import Comparison
from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import add_once, new_id
from lms.core.errors import Conflict, Invalid, NotFound, Stale
from lms.exercises import coding
from lms.exercises.models import CodingPractice
from lms.people import service as people
from lms.raters import companions
from lms.raters.models import CodingPair, PairNote

LONGEST_NOTE = 300
ENDED = "The other has withdrawn this meanwhile, so neither of you sees it any more."
UNKNOWN = "Choose somebody you share a circle or a trainer with."
NO_ROUND = "Choose a round that both of you may code."
THERE = "The two of you have this round side by side already."
ELSEWHERE = "You wrote here in another browser meanwhile. What is saved there stands beside what you typed."


@dataclass(frozen=True, slots=True)
class Opened:
    """A pair as one of the two sees it."""

    row: CodingPair
    other_id: uuid.UUID
    other: str
    is_asked: bool  # the other asked, and the reader answers
    mine: CodingPractice | None
    theirs_sent: bool
    comparison: Comparison | None  # the reader first; only once both said yes and sent the same text
    key: Mapping[str, Label]

    @property
    def revised(self) -> bool:
        """Whether both have sent and the text was another for each."""
        return self.row.accepted_at is not None and self.mine is not None and self.theirs_sent and not self.comparison


def scope(actor: Actor) -> Select[CodingPair]:
    """Nobody sees a pair but the two, and neither once it was ended."""
    return _both(actor).where(CodingPair.ended_at.is_(None))


def list_pairs(db: Session, actor: Actor) -> list[Opened]:
    """The actor’s pairs, newest first."""
    rows = db.scalars(scope(actor).order_by(CodingPair.asked_at.desc(), CodingPair.id.desc())).all()
    return [_opened(db, actor, row) for row in rows]


def open_pair(db: Session, actor: Actor, pair_id: uuid.UUID) -> Opened:
    """One of them. Raises NotFound."""
    row = db.scalar(scope(actor).where(CodingPair.id == pair_id))
    if row is None:
        raise NotFound
    return _opened(db, actor, row)


def ask(db: Session, actor: Actor, other_id: uuid.UUID, transcript_id: str, key: uuid.UUID) -> CodingPair:
    """Ask somebody by name. The same form sent twice is one. Raises Invalid, Conflict."""
    if other_id not in companions.list_companions(db, actor):
        raise Invalid({"asked": UNKNOWN})
    other = people.get_actor(db, other_id)
    if transcript_id not in coding.sheets_for(actor) or transcript_id not in coding.sheets_for(other):
        raise Invalid({"transcript": NO_ROUND})
    same = db.scalar(select(CodingPair).where(CodingPair.asked_by == actor.person_id, CodingPair.key == key))
    if same is not None:
        return same
    among = (CodingPair.asked_by.in_([actor.person_id, other_id]), CodingPair.asked.in_([actor.person_id, other_id]))
    if db.scalar(scope(actor).where(*among, CodingPair.transcript_id == transcript_id).limit(1)) is not None:
        raise Conflict(THERE)
    made = CodingPair(
        id=new_id(),
        key=key,
        transcript_id=transcript_id,
        asked_by=actor.person_id,
        asked=other_id,
        asked_at=clock.now(),
    )
    if add_once(db, made):
        return made
    mine = (CodingPair.asked_by == actor.person_id, CodingPair.key == key)
    return db.scalars(select(CodingPair).where(*mine)).one()


def accept(db: Session, actor: Actor, pair_id: uuid.UUID) -> CodingPair:
    """Say yes: from then on each may see what the other sends. Twice is once. Raises NotFound, Conflict."""
    row = _lock(db, actor, pair_id)
    if row.asked != actor.person_id:
        raise NotFound
    if row.ended_at is not None:
        raise Conflict(ENDED)
    if row.accepted_at is None:
        row.accepted_at = clock.now()
        db.flush()
    return row


def end(db: Session, actor: Actor, pair_id: uuid.UUID) -> None:
    """Say no, or withdraw it: neither sees it from then on, and the notes are gone. Twice is once. Raises NotFound."""
    row = _lock(db, actor, pair_id)
    if row.ended_at is None:
        row.ended_at, row.ended_by = clock.now(), actor.person_id
        db.execute(delete(PairNote).where(PairNote.pair_id == row.id))
        db.flush()


def notes_of(db: Session, opened: Opened) -> dict[uuid.UUID, PairNote]:
    """What the two wrote, by person; of a pair the caller holds through a scope."""
    return {each.person_id: each for each in db.scalars(select(PairNote).where(PairNote.pair_id == opened.row.id))}


def write(db: Session, actor: Actor, pair_id: uuid.UUID, notes: Mapping[str, str], version: int) -> None:
    """Keep the actor’s sentences, one for each turn on which the two differ; others are left aside.

    Raises NotFound, Conflict, Stale, Invalid.
    """
    row = _lock(db, actor, pair_id)
    if row.ended_at is not None:
        raise Conflict(ENDED)
    opened = _opened(db, actor, row)
    if opened.comparison is None:
        raise NotFound
    kept = {each.turn: notes[each.turn] for each in opened.comparison.differences if notes.get(each.turn)}
    _check(kept)
    note = db.get(PairNote, (row.id, actor.person_id))
    if note is not None and note.notes == kept:
        return
    if (note.version if note else 0) != version:
        raise Stale((ELSEWHERE,))
    if note is None:
        note = PairNote(pair_id=row.id, person_id=actor.person_id, version=0)
        db.add(note)
    note.notes, note.version, note.written_at = kept, version + 1, clock.now()
    db.flush()


def _check(notes: Mapping[str, str]) -> None:
    wrong = {
        f"note-{turn}": f"This is {len(said)} characters long. Shorten it to {LONGEST_NOTE} or fewer."
        for turn, said in notes.items()
        if len(said) > LONGEST_NOTE
    }
    if wrong:
        raise Invalid(wrong)


def _both(actor: Actor) -> Select[CodingPair]:
    return select(CodingPair).where(or_(CodingPair.asked_by == actor.person_id, CodingPair.asked == actor.person_id))


def _lock(db: Session, actor: Actor, pair_id: uuid.UUID) -> CodingPair:
    found = db.scalar(_both(actor).where(CodingPair.id == pair_id).with_for_update())
    if found is None:
        raise NotFound
    return found


def _opened(db: Session, actor: Actor, row: CodingPair) -> Opened:
    is_asked = row.asked == actor.person_id
    other_id = row.asked_by if is_asked else row.asked
    sent = coding.first_sent(db, row.transcript_id, [actor.person_id, other_id])
    mine, theirs = sent.get(actor.person_id), sent.get(other_id)
    comparison, key = None, dict[str, Label]()
    if row.accepted_at and mine and theirs and mine.content_hash == theirs.content_hash:
        comparison = double_coding.side_by_side(coding.labels_of(mine), coding.labels_of(theirs))
        key = {pair.turn: pair.first for pair in coding.comparison_of(mine).pairs}
    return Opened(
        row=row,
        other_id=other_id,
        other=people.names_of(db, [other_id])[other_id],
        is_asked=is_asked,
        mine=mine,
        theirs_sent=theirs is not None and row.accepted_at is not None,
        comparison=comparison,
        key=key,
    )
