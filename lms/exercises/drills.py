"""What trainees do with four drills: sort a question, climb a ladder, return a breach, keep a silence.

Each try is an attempt, pinned to the text that it was tried on and to the coach's rules. Only who tried it sees it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessments import pauses, returning, sorting
from assessments.drills import FACETS, RUNGS, Breach, Ladder, Returns, Silence, Sort, SortItem, Statement, first_name
from assessments.marking import About, Feedback, look
from assessments.sorting import MISSING, OPTIONS, FacetSeen
from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import insert_once, new_id
from lms.core.errors import Invalid
from lms.exercises import service
from lms.exercises.models import Attempt
from lms.exercises.service import LONGEST_QUESTION

NO_RUNG = "Write at least one of the six questions."
NO_RETURN = "Write what you would say."
AHEAD = "This silence is not the next one. Begin it once more."

_attempt = Attempt.__table__.c


def submit_sort(
    db: Session, actor: Actor, activity_id: str, sheet: Sort, item: SortItem, answer: Mapping[str, str], key: str
) -> tuple[FacetSeen, ...]:
    """Look at how a question was sorted, and keep it. Raises Invalid for each facet that has no answer."""
    if missing := {facet: MISSING[facet] for facet in FACETS if answer.get(facet) not in OPTIONS[facet]}:
        raise Invalid(missing)
    seen = sorting.look(item, answer)
    result = {each.facet: each.agrees for each in seen}
    values = _try("sort", activity_id, item.id, key) | {"answer": dict(answer), "result": result}
    service.keep(db, actor, sheet.content_hash, values, field="form")
    return seen


def list_sorted(db: Session, actor: Actor, activity_id: str, sheet: Sort) -> list[tuple[str, Mapping[str, str]]]:
    """Every question the actor sorted on this version of the sheet, oldest first."""
    found = db.execute(
        select(_attempt.item_id, _attempt.answer)
        .where(*_mine("sort", actor, activity_id, sheet.content_hash))
        .order_by(_attempt.created_at, _attempt.id)
    )
    return [(item_id, answer) for item_id, answer in found]


def submit_ladder(
    db: Session, actor: Actor, activity_id: str, sheet: Ladder, item: Statement, texts: Mapping[str, str], key: str
) -> dict[str, Feedback]:
    """Look at each question that was written, and keep them together. Raises Invalid; which rung fits is not judged."""
    written = {rung: texts[rung] for rung in RUNGS if texts.get(rung)}
    if not written:
        raise Invalid({RUNGS[0]: NO_RUNG})
    if long := {rung: _too_long(text) for rung, text in written.items() if len(text) > LONGEST_QUESTION}:
        raise Invalid(long)
    about = About(first_name(item.situation.speaker))
    seen = {rung: look(about, text) for rung, text in written.items()}
    values = _try("ladder", activity_id, item.id, key) | {
        "answer": written,
        "result": {rung: _seen(each) for rung, each in seen.items()},
        "rules_version": next(iter(seen.values())).rules_version,
    }
    service.keep(db, actor, sheet.content_hash, values, field=next(iter(written)))
    return seen


def submit_return(
    db: Session, actor: Actor, activity_id: str, sheet: Returns, item: Breach, text: str, key: str
) -> Feedback:
    """Look at one return, and keep it. Raises Invalid when it has no word in it, or more than ten."""
    if not text:
        raise Invalid({"say": NO_RETURN})
    if len(text) > LONGEST_QUESTION:
        raise Invalid({"say": _too_long(text)})
    if fault := returning.too_many(text):
        raise Invalid({"say": fault})
    seen = returning.look_at_return(sheet, item, text)
    values = _try("return", activity_id, item.id, key) | {
        "answer": {"text": text},
        "result": _seen(seen),
        "rules_version": seen.rules_version,
    }
    service.keep(db, actor, sheet.content_hash, values, field="say")
    return seen


def list_tried(db: Session, actor: Actor, kind: str, activity_id: str, content_hash: str) -> frozenset[str]:
    """The pieces of a drill that the actor has tried in this version."""
    tried = select(_attempt.item_id).where(*_mine(kind, actor, activity_id, content_hash))
    return frozenset(db.scalars(tried.distinct()))


def latest_answer(
    db: Session, actor: Actor, kind: str, activity_id: str, item_id: str, content_hash: str
) -> Mapping[str, str]:
    """What the actor wrote last on this piece of a drill; empty before the first try."""
    last: Mapping[str, str] | None = db.scalar(
        select(_attempt.answer)
        .where(*_mine(kind, actor, activity_id, content_hash), _attempt.item_id == item_id)
        .order_by(_attempt.created_at.desc(), _attempt.id.desc())
        .limit(1)
    )
    return last or {}


def list_lengths(db: Session, actor: Actor, activity_id: str, sheet: Silence) -> list[int]:
    """How long the actor's pauses were, in milliseconds, oldest first."""
    found = db.scalars(
        select(_attempt.result)
        .where(*_mine("silence", actor, activity_id, sheet.content_hash))
        .order_by(_attempt.created_at, _attempt.id)
    )
    return [int(each["ms"]) for each in found]


def submit_pause(db: Session, actor: Actor, activity_id: str, sheet: Silence, number: int, begun: datetime) -> None:
    """Keep how long a pause was. The same pause ended twice counts once. Raises Invalid.

    `number` counts from 0 over all pauses of this version; it was sealed together with when the pause begun.
    """
    ended = clock.now()
    try:
        milliseconds = pauses.length(begun, ended)
    except pauses.NotAPause as error:
        raise Invalid({"start": str(error)}) from None
    before = db.scalar(
        select(func.count()).select_from(Attempt).where(*_mine("silence", actor, activity_id, sheet.content_hash))
    )
    if number > (before or 0):
        raise Invalid({"start": AHEAD})
    item = sheet.items[number % sheet.pauses // 2]
    key = uuid.uuid5(uuid.NAMESPACE_OID, f"{activity_id} {sheet.content_hash} {number}").hex
    values = _try("silence", activity_id, item.id, key) | {
        "answer": {"pause": number, "after": "answer" if number % 2 else "question"},
        "result": {"ms": milliseconds, "kept": pauses.is_kept(milliseconds)},
        "person_id": actor.person_id,
        "content_hash": sheet.content_hash,
        "created_at": ended,
    }
    insert_once(db, Attempt, id=new_id(), **values)


def _mine(kind: str, actor: Actor, activity_id: str, content_hash: str) -> Sequence[Any]:
    return (
        _attempt.person_id == actor.person_id,
        _attempt.activity_id == activity_id,
        _attempt.kind == kind,
        _attempt.content_hash == content_hash,
    )


def _try(kind: str, activity_id: str, item_id: str, key: str) -> dict[str, Any]:
    return {"kind": kind, "activity_id": activity_id, "item_id": item_id, "key": key}


def _seen(feedback: Feedback) -> dict[str, Any]:
    return {"kind": feedback.kind, "openness": feedback.openness, "faults": list(feedback.faults)}


def _too_long(text: str) -> str:
    return f"This is {len(text):,} characters long. It fits in {LONGEST_QUESTION}."
