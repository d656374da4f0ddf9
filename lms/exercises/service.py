"""What trainees do with exercises: try, look, decide, try again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Uuid, bindparam, func, literal_column, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from assessments import marking
from assessments.marking import Feedback, Mark
from assessments.schema import Drill, DrillItem, Quiz
from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import insert_and_ask, new_id
from lms.core.errors import Invalid, NotFound
from lms.exercises.models import Attempt

LONGEST_QUESTION = 500
LABELS = ("open", "closed")
RECENT = 10
SENT_OTHERWISE = "You sent this page before, with another answer. Send it once more, and this one counts too."


_attempt = Attempt.__table__.alias("earlier").c
_TRIED = select(_attempt.item_id).where(
    _attempt.person_id == bindparam("who", type_=Uuid), _attempt.activity_id == bindparam("where")
)
_LATEST = (
    _TRIED.with_only_columns(func.coalesce(_attempt.own_label, _attempt.looks).label("looks"))
    .order_by(_attempt.created_at.desc())
    .limit(RECENT)
)
_before = _LATEST.where(_attempt.id != bindparam("but", type_=Uuid)).subquery()
# The same within the statement that keeps the next one, as words with commas between. As a value, the comma would be
# written into the statement anew at every try.
_COMMA: Any = literal_column("','")
_LATEST_BEFORE = select(func.aggregate_strings(_before.c.looks, _COMMA)).scalar_subquery().label("before")


def tried(db: Session, actor: Actor, activity_id: str) -> frozenset[str]:
    """The problems of a drill that the actor has tried."""
    mine = {"who": actor.person_id, "where": activity_id}
    return frozenset(db.scalars(_TRIED.distinct(), mine))


def latest(db: Session, actor: Actor, activity_id: str) -> list[str]:
    """Of which kind the actor's latest ten questions in a drill were, or of none (stacked, long, …), newest first."""
    mine = {"who": actor.person_id, "where": activity_id}
    return list(db.connection().scalars(_LATEST, mine))


def last_answers(db: Session, actor: Actor, activity_id: str) -> Mapping[str, str] | None:
    """The answers of the actor's latest try at a quiz."""
    found: Mapping[str, str] | None = db.scalar(
        select(Attempt.answer)
        .where(Attempt.person_id == actor.person_id, Attempt.activity_id == activity_id, Attempt.kind == "quiz")
        .order_by(Attempt.created_at.desc(), Attempt.id.desc())
        .limit(1)
    )
    return found


def last_drill_at(person_id: InstrumentedAttribute[uuid.UUID]) -> ScalarSelect[datetime]:
    """When the person of a row last tried a drill, as a column for queries about many people."""
    tried = select(func.max(Attempt.created_at)).where(Attempt.person_id == person_id, Attempt.kind == "drill")
    return tried.scalar_subquery()


def submit_quiz(db: Session, actor: Actor, activity_id: str, quiz: Quiz, answers: Mapping[str, str], key: str) -> Mark:
    """Mark a quiz and keep the attempt. Raises Invalid for missing answers."""
    try:
        mark = marking.mark(quiz, answers)
    except marking.BadAnswer as error:
        raise Invalid(error.fields) from None
    result = {"right": mark.right, "asked": mark.asked, "items": [asdict(each) for each in mark.results]}
    keep(
        db,
        actor,
        quiz.content_hash,
        {"kind": "quiz", "activity_id": activity_id, "answer": dict(answers), "result": result, "key": key},
        field=next(iter(answers)),
    )
    return mark


def look_at(item: DrillItem, text: str) -> Feedback:
    """Look at one question. Raises Invalid when there is nothing, or far too much, to look at."""
    if not text:
        raise Invalid({"question": f"Write the question you would ask {item.situation.speaker.split()[0]}."})
    if len(text) > LONGEST_QUESTION:
        raise Invalid({"question": f"This is {len(text)} characters long. A question fits in {LONGEST_QUESTION}."})
    return marking.look_at(item, text)


def submit_question(
    db: Session, actor: Actor, activity_id: str, drill: Drill, item: DrillItem, seen: Feedback, key: str
) -> tuple[uuid.UUID, list[str] | None]:
    """Keep a question that was looked at: the attempt's id, and of which kind the latest ones before it were.

    For a form that was sent before, there is no telling and the id is that of the first time. Raises Invalid.
    """
    values = {
        "kind": "drill",
        "activity_id": activity_id,
        "item_id": item.id,
        "answer": {"text": seen.text},
        "result": {"kind": seen.kind, "openness": seen.openness, "faults": list(seen.faults)},
        "looks": seen.looks,
        "rules_version": seen.rules_version,
        "key": key,
    }
    return keep(db, actor, drill.content_hash, values, field="question")


def decide(db: Session, actor: Actor, attempt_id: uuid.UUID, label: str) -> None:
    """The learner's own word where the coach could not tell. Raises NotFound for somebody else's attempt."""
    mine = (Attempt.id == attempt_id, Attempt.person_id == actor.person_id)
    if label not in LABELS:
        raise Invalid({"label": "Choose open or closed."})
    changed = db.scalar(update(Attempt).where(*mine).values(own_label=label).returning(Attempt.id))
    if changed is None:
        raise NotFound


def keep(
    db: Session, actor: Actor, content_hash: str, values: Mapping[str, Any], *, field: str
) -> tuple[uuid.UUID, list[str] | None]:
    """Store an attempt unless this very form was stored already: its id, and what `latest` was before it if it is new.

    Raises Invalid, for this field, when the form was stored with another answer.
    """
    attempt_id = new_id()
    row = {**values, "person_id": actor.person_id, "content_hash": content_hash, "created_at": clock.now()}
    asked = {"who": actor.person_id, "where": values["activity_id"], "but": attempt_id}
    kept = insert_and_ask(db, Attempt, _LATEST_BEFORE, {"id": attempt_id, **row, **asked})
    if kept is not None:
        return attempt_id, kept.before.split(",") if kept.before else []
    same = select(Attempt).where(Attempt.person_id == actor.person_id, Attempt.key == values["key"])
    stored = db.scalars(same).one()
    sent = (values["activity_id"], values.get("item_id", ""), values["answer"])
    if (stored.activity_id, stored.item_id, stored.answer) != sent:
        raise Invalid({field: SENT_OTHERWISE})
    return stored.id, None
