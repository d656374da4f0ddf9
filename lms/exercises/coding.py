"""Coding an invented round: a draft that survives, sent once, laid beside the key."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assessments import double_coding, transcripts
from assessments.coding import Label
from assessments.double_coding import Comparison, NotCoded
from assessments.transcripts import Transcript
from assessments.wording import opening
from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.db import insert_once
from lms.core.errors import Invalid, NotFound, Stale
from lms.exercises.models import CodingPractice

Labels = Mapping[str, Label]
ELSEWHERE = "You went on in another browser. What you chose there is kept, and what you chose here too."
REVISED = "This round was revised since you opened it. What you chose is still here; look once more, and send it again."


class Sent(Exception):
    """This very coding was sent already."""

    def __init__(self, coding_id: uuid.UUID) -> None:
        super().__init__(str(coding_id))
        self.coding_id = coding_id


def scope(actor: Actor) -> Select[CodingPractice]:
    """Nobody sees a coding but whoever coded."""
    return select(CodingPractice).where(CodingPractice.person_id == actor.person_id)


def sheets_for(actor: Actor) -> dict[str, Transcript]:
    """The rounds the actor may meet. Some are kept for assessors, so that a figure has a first coding to rest on."""
    assessor = Role.TRAINER in actor.roles
    return {name: each for name, each in transcripts.current().items() if assessor or each.kept_for == "everyone"}


def get_sheet(actor: Actor, transcript_id: str) -> Transcript:
    """A round the actor may meet. Raises NotFound."""
    found = sheets_for(actor).get(transcript_id)
    if found is None:
        raise NotFound
    return found


def find_draft(db: Session, actor: Actor, transcript_id: str, *, lock: bool = False) -> CodingPractice | None:
    """The coding of this transcript that the actor has begun and not sent."""
    chosen = scope(actor).where(CodingPractice.transcript_id == transcript_id, CodingPractice.sent_at.is_(None))
    return db.scalar(chosen.with_for_update() if lock else chosen)


def list_mine(db: Session, actor: Actor) -> Sequence[CodingPractice]:
    """Every coding of the actor, drafts first, then in the order in which they were sent."""
    order = (CodingPractice.sent_at.is_not(None), CodingPractice.sent_at, CodingPractice.id)
    return db.scalars(scope(actor).order_by(*order)).all()


def get_sent(db: Session, actor: Actor, coding_id: uuid.UUID) -> CodingPractice:
    """A coding of the actor that was sent. Raises NotFound."""
    found = db.scalar(scope(actor).where(CodingPractice.id == coding_id, CodingPractice.sent_at.is_not(None)))
    if found is None:
        raise NotFound
    return found


def first_sent(db: Session, transcript_id: str, person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, CodingPractice]:
    """What each of these people sent first of a transcript, for callers whom they told that they may look."""
    chosen = select(CodingPractice).where(
        CodingPractice.transcript_id == transcript_id,
        CodingPractice.person_id.in_(set(person_ids)),
        CodingPractice.sent_at.is_not(None),
    )
    rows = db.scalars(chosen.order_by(CodingPractice.sent_at.desc(), CodingPractice.id.desc()))
    return {row.person_id: row for row in rows}


def labels_of(row: CodingPractice | None) -> dict[str, Label]:
    """What was chosen so far, by turn."""
    return _read(row.labels) if row else {}


def comparison_of(row: CodingPractice) -> Comparison:
    """A sent coding beside the key as it was that day, whatever has become of the transcript."""
    return double_coding.side_by_side(_read(row.key or {}), _read(row.labels))


def next_for(db: Session, actor: Actor) -> str | None:
    """The transcript that the actor does best to code next."""
    sent = [each.transcript_id for each in list_mine(db, actor) if each.sent_at]
    return double_coding.next_to_code(sheets_for(actor), sent)


def save(
    db: Session, actor: Actor, sheet: Transcript, coding_id: uuid.UUID, seen: tuple[int, str], labels: Labels
) -> CodingPractice:
    """Keep what was chosen so far. `seen` is the version of the draft and the hash of the text that the page showed.

    Raises Stale where either has moved on, Sent where this very coding was sent, NotFound for somebody else's.
    """
    version, content_hash = seen
    draft = find_draft(db, actor, sheet.id, lock=True)
    if draft is None or draft.id != coding_id:
        _refuse_sent(db, actor, coding_id)
    if content_hash != sheet.content_hash:
        raise Stale((REVISED,))
    if draft is None:
        return _begin(db, actor, sheet, coding_id, labels)
    if labels_of(draft) == labels and draft.content_hash == content_hash:
        return draft
    if draft.version != version or draft.id != coding_id:
        raise Stale((ELSEWHERE,))
    draft.labels, draft.content_hash, draft.saved_at = _kept(labels), content_hash, clock.now()
    draft.version += 1
    db.flush()
    return draft


def send(db: Session, actor: Actor, sheet: Transcript) -> CodingPractice:
    """Lay the actor’s draft beside the key; after that nothing in it changes.

    Raises Invalid with the first turn that has no code, NotFound where nothing is begun.
    """
    draft = find_draft(db, actor, sheet.id, lock=True)
    if draft is None:
        raise NotFound
    labels = labels_of(draft)
    try:
        compared = double_coding.against_key(sheet, labels)
    except NotCoded as error:
        raise Invalid({f"open-{error.turns[0]}": _left(error.turns)}) from None
    draft.labels = _kept({pair.turn: pair.second for pair in compared.pairs})
    draft.key = _kept({pair.turn: pair.first for pair in compared.pairs})
    draft.kappa, draft.sent_at = compared.openness.kappa, clock.now()
    db.flush()
    return draft


def _begin(db: Session, actor: Actor, sheet: Transcript, coding_id: uuid.UUID, labels: Labels) -> CodingPractice:
    now = clock.now()
    made = insert_once(
        db,
        CodingPractice,
        id=coding_id,
        person_id=actor.person_id,
        transcript_id=sheet.id,
        content_hash=sheet.content_hash,
        version=1,
        labels=_kept(labels),
        begun_at=now,
        saved_at=now,
    )
    draft = find_draft(db, actor, sheet.id)
    if draft is None:
        raise NotFound  # the id is somebody else's
    if not made and labels_of(draft) != labels:
        raise Stale((ELSEWHERE,))
    return draft


def _refuse_sent(db: Session, actor: Actor, coding_id: uuid.UUID) -> None:
    row = db.scalar(scope(actor).where(CodingPractice.id == coding_id))
    if row is not None and row.sent_at is not None:
        raise Sent(row.id)


def _left(turns: Sequence[str]) -> str:
    if len(turns) == 1:
        return f"Turn {turns[0][1:]} wants a code still."
    return f"{opening(len(turns))} turns want a code still; the first is turn {turns[0][1:]}."


def _kept(labels: Labels) -> dict[str, Any]:
    return {turn: [label.openness, label.advice] for turn, label in labels.items()}


def _read(kept: Mapping[str, Any]) -> dict[str, Label]:
    return {turn: Label(*both) for turn, both in kept.items()}
