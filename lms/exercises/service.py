"""What trainees do with exercises: try, look, decide, try again."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from assessments import marking
from assessments.marking import Feedback, Mark
from assessments.schema import Drill, DrillItem, Quiz
from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import add_once
from lms.core.errors import Invalid, NotFound
from lms.exercises.models import Attempt

LONGEST_QUESTION = 500
LABELS = ("open", "closed")
RECENT = 10
SENT_OTHERWISE = "You sent this page before, with another answer. Send it once more, and this one counts too."


@dataclass(frozen=True)
class Progress:
    """What somebody tried in one activity: problems tried, and the kinds of their latest questions."""

    tried: frozenset[str]
    kinds: Mapping[str, int]
    last: tuple[tuple[str, str], ...]


def progress(db: Session, actor: Actor, activity_id: str) -> Progress:
    """The actor's own tries at an activity, in one query."""
    rows = db.execute(
        select(Attempt.item_id, Attempt.answer, Attempt.result, Attempt.own_label)
        .where(Attempt.person_id == actor.person_id, Attempt.activity_id == activity_id)
        .order_by(Attempt.created_at.desc(), Attempt.id.desc())
        .limit(200)
    ).all()
    kinds = Counter(row.own_label or row.result.get("kind", "") for row in rows[:RECENT])
    latest = tuple((row.item_id, row.answer.get("text", "")) for row in rows)
    return Progress(frozenset(row.item_id for row in rows), kinds, latest)


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
    attempt = Attempt(kind="quiz", activity_id=activity_id, answer=dict(answers), result=result, key=key)
    _keep(db, actor, attempt, quiz.content_hash)
    return mark


def submit_question(
    db: Session, actor: Actor, activity_id: str, drill: Drill, item: DrillItem, text: str, key: str
) -> tuple[Feedback, uuid.UUID]:
    """Look at one question and keep the attempt. Raises Invalid when there is nothing, or far too much, to look at."""
    if not text:
        raise Invalid({"question": f"Write the question you would ask {item.situation.speaker.split()[0]}."})
    if len(text) > LONGEST_QUESTION:
        raise Invalid({"question": f"This is {len(text)} characters long. A question fits in {LONGEST_QUESTION}."})
    feedback = marking.look_at(item, text)
    result = {"kind": feedback.kind, "openness": feedback.openness, "faults": list(feedback.faults)}
    attempt = Attempt(kind="drill", activity_id=activity_id, item_id=item.id, answer={"text": text}, result=result)
    attempt.key, attempt.rules_version = key, feedback.rules_version
    return feedback, _keep(db, actor, attempt, drill.content_hash)


def decide(db: Session, actor: Actor, attempt_id: uuid.UUID, label: str) -> None:
    """The learner's own word where the coach could not tell. Raises NotFound for somebody else's attempt."""
    mine = (Attempt.id == attempt_id, Attempt.person_id == actor.person_id)
    if label not in LABELS:
        raise Invalid({"label": "Choose open or closed."})
    changed = db.scalar(update(Attempt).where(*mine).values(own_label=label).returning(Attempt.id))
    if changed is None:
        raise NotFound


def _keep(db: Session, actor: Actor, attempt: Attempt, content_hash: str) -> uuid.UUID:
    """Store an attempt unless this very form was stored already. Returns the id of the stored one.

    Raises Invalid when the form was stored with another answer.
    """
    attempt.person_id, attempt.content_hash, attempt.created_at = actor.person_id, content_hash, clock.now()
    if add_once(db, attempt):
        return attempt.id
    same = select(Attempt).where(Attempt.person_id == actor.person_id, Attempt.key == attempt.key)
    stored = db.scalars(same).one()
    if _what(stored) != _what(attempt):
        raise Invalid({next(iter(attempt.answer)) if attempt.kind == "quiz" else "question": SENT_OTHERWISE})
    return stored.id


def _what(attempt: Attempt) -> tuple[str, str, Mapping[str, str]]:
    return attempt.activity_id, attempt.item_id, attempt.answer
