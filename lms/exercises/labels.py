"""Where a learner sees a question differently: their label is kept, its words only with their yes, and gone at once.

The labels are what the coach is measured with next. They decide nothing about anybody.
"""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import NotFound
from lms.exercises.label_models import QuestionLabel
from lms.exercises.models import Attempt

OPENNESS = {"open": "Open", "closed": "Closed", "unsure": "Can’t tell"}
FAULTS = {
    "": "Nothing",
    "X-ADV": "It carries advice",
    "X-LEAD": "It leads",
    "X-RHET": "It judges",
    "X-MULT": "It asks several things",
    "X-WHY": "Its why presses",
}
COLUMNS = ("id", "stratum", "text", "openness", "faults")


@dataclass(frozen=True, slots=True)
class Seen:
    """How somebody sees a question of theirs, and whether its words may be kept with that."""

    openness: str
    fault: str
    keeps_text: bool


def get_question(db: Session, actor: Actor, attempt_id: uuid.UUID, *, lock: bool = False) -> Attempt:
    """A question of the actor's own. Raises NotFound."""
    mine = select(Attempt).where(
        Attempt.id == attempt_id, Attempt.person_id == actor.person_id, Attempt.kind == "drill"
    )
    attempt = db.scalar(mine.with_for_update() if lock else mine)
    if attempt is None:
        raise NotFound
    return attempt


def label(db: Session, actor: Actor, attempt_id: uuid.UUID, seen: Seen) -> Attempt:
    """Keep how the actor sees their own question, and give it back; the newest label counts. Raises NotFound."""
    attempt = get_question(db, actor, attempt_id, lock=True)
    db.execute(delete(QuestionLabel).where(QuestionLabel.attempt_id == attempt_id))
    db.add(
        QuestionLabel(
            attempt_id=attempt_id,
            openness=seen.openness,
            fault=seen.fault,
            text=attempt.answer["text"] if seen.keeps_text else "",
            said={**attempt.result, "rules": attempt.rules_version},
            labelled_at=clock.now(),
        )
    )
    db.flush()
    return attempt


def forget(db: Session, actor: Actor) -> None:
    """Delete every label of the actor, with the words kept beside it."""
    mine = select(Attempt.id).where(Attempt.person_id == actor.person_id)
    db.execute(delete(QuestionLabel).where(QuestionLabel.attempt_id.in_(mine)))


def rows(db: Session) -> Iterator[tuple[str, ...]]:
    """The labels whose words were let be kept, as `lms questions evaluate` reads them; nobody's name among them."""
    kept = select(QuestionLabel).where(QuestionLabel.text != "").order_by(QuestionLabel.labelled_at)
    for number, each in enumerate(db.scalars(kept), start=1):
        yield f"l{number:04}", "learners", each.text, each.openness, each.fault or "none"


def write(db: Session, out: TextIO) -> None:
    """The same as a CSV file."""
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows(rows(db))
