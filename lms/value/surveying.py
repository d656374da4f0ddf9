"""What a manager writes: drafts that nobody else reads, and what came of it, which is finished first."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import add_once
from lms.core.errors import Conflict, Forbidden, OldPage
from lms.register import service as register
from lms.value import service
from lms.value.models import ValueDraft, ValueSurvey
from lms.value.rules import Phase
from lms.value.service import View

OUTCOMES, WORTH = "outcomes", "worth"
KIND, MEANING = "outcomes survey", "This is what came of it. It was finished before the question what it was worth."
ELSEWHERE = "You wrote on in another browser meanwhile."
NOT_YET = "What came of it is asked when the engagement has ended."
NOT_CONFIRMED = "These terms are not confirmed yet."
FIRST = "Finish what came of it first, so that the amount cannot colour it."
FINISHED = "What came of it is finished and locked. It stands on this page."
PASSED = "The last day for an answer has gone by, so the agreed fee is the bill, as this page had said."
SENT = "It is sent already, and final. The bill is on this page."
CLIENTS = "Only the client says what came of it and what it was worth."
_SHUT = {
    Phase.PROPOSED: NOT_CONFIRMED,
    Phase.RUNNING: NOT_YET,
    Phase.OVER: PASSED,
    Phase.BILLED: SENT,
}


def get_open(db: Session, actor: Actor, engagement_id: uuid.UUID, step: str, *, lock: bool = False) -> View:
    """The engagement, if this step is open to the actor. Raises NotFound, Forbidden, Conflict with why it is not."""
    view = service.get(db, actor, engagement_id, lock=lock)
    if not view.for_client:
        raise Forbidden(CLIENTS)
    if (why := shut(view, step)) is not None:
        raise Conflict(why)
    return view


def shut(view: View, step: str) -> str | None:
    """Why a step is not open; None where it is."""
    if view.phase is Phase.BILLED and view.statement is None:
        return PASSED
    if view.phase in _SHUT:
        return _SHUT[view.phase]
    if step == OUTCOMES:
        return FINISHED if view.survey is not None else None
    return FIRST if view.survey is None else None


def find_draft(db: Session, actor: Actor, engagement_id: uuid.UUID, step: str) -> ValueDraft | None:
    """The actor's own."""
    return db.get(ValueDraft, (engagement_id, actor.person_id, step))


def keep(
    db: Session, actor: Actor, engagement_id: uuid.UUID, step: str, seen: int, body: Mapping[str, Any]
) -> ValueDraft:
    """Keep what is written so far. The same words twice are one. Raises NotFound, Forbidden, Conflict, OldPage."""
    get_open(db, actor, engagement_id, step, lock=True)
    key = {"engagement_id": engagement_id, "person_id": actor.person_id, "step": step}
    add_once(db, ValueDraft(**key, body={}, version=0, changed_at=clock.now()))
    row = db.scalars(select(ValueDraft).filter_by(**key).with_for_update()).one()
    must_be_newest(row, seen, body)
    if row.body != body or row.version == 0:
        row.body, row.version, row.changed_at = dict(body), row.version + 1, clock.now()
        db.flush()
    return row


def must_be_newest(row: ValueDraft | None, seen: int, body: Mapping[str, Any]) -> None:
    """Raises OldPage where something else was written since the page was opened."""
    if row is not None and row.version != seen and row.body != body and row.version:
        raise OldPage(ELSEWHERE, row.version, row.body)


def drop_drafts(db: Session, engagement_id: uuid.UUID, step: str | None = None) -> None:
    """Nobody needs them any more."""
    chosen = delete(ValueDraft).where(ValueDraft.engagement_id == engagement_id)
    db.execute(chosen.where(ValueDraft.step == step) if step else chosen)


def finish(
    db: Session, actor: Actor, engagement_id: uuid.UUID, seen: int, answers: Mapping[str, Mapping[str, str]]
) -> View:
    """Lock what came of it; from then on the value question is open. The same twice is once.

    Raises NotFound, Forbidden, Conflict, OldPage.
    """
    given = {key: dict(each) for key, each in answers.items()}
    view = service.get(db, actor, engagement_id, lock=True)
    if view.survey is not None and view.survey.finished_by == actor.person_id and view.survey.answers == given:
        return view
    get_open(db, actor, engagement_id, OUTCOMES)
    must_be_newest(find_draft(db, actor, engagement_id, OUTCOMES), seen, given)
    row = ValueSurvey(
        engagement_id=engagement_id,
        answers=given,
        finished_by=actor.person_id,
        finished_at=clock.now(),
        salt=secrets.token_hex(16),
    )
    drop_drafts(db, engagement_id, OUTCOMES)
    leaf = register.append(
        db,
        actor,
        kind=KIND,
        subject_kind="value_engagement",
        subject_id=engagement_id,
        payload=payload(row),
        meaning=MEANING,
    )
    row.leaf_seq = leaf.seq
    db.add(row)
    db.flush()
    return service.get(db, actor, engagement_id)


def payload(row: ValueSurvey) -> dict[str, Any]:
    """What the register seals of it."""
    return {
        "engagement": str(row.engagement_id),
        "answers": row.answers,
        "finished_by": str(row.finished_by),
        "finished_at": row.finished_at.isoformat(),
        "salt": row.salt,
    }
