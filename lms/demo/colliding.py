"""What Amara wrote alone about values: where she stands, half a table, and two dilemmas of which one waits for Ruth."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.beliefs import current_beliefs
from assessments.dilemmas import PARTS, current_dilemmas
from lms.core.actor import Actor
from lms.demo.calendar import Calendar
from lms.demo.events import Event
from lms.demo.words import words
from lms.values import alone, dilemmas, judging
from lms.values.written_models import DilemmaAnswer

JUDGED, WAITS = "harm-to-a-child", "sponsor-asks"
PLACES = (4, 5, 2, 1, 4, 3, 2, 2, 4, 3)  # where she stood, sentence by sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone(Event):
    """Something about values, done alone: “line”, “table”, or the id of a dilemma that she sends or Ruth judges."""

    what: str
    by_ruth: bool = False


def story(calendar: Calendar) -> Iterator[Event]:
    """The last weeks. The line is open to her again by now."""
    yield Alone(at=calendar.ago(23, "21:10"), what="line")
    yield Alone(at=calendar.ago(16, "20:40"), what="table")
    yield Alone(at=calendar.ago(12, "21:30"), what=JUDGED)
    yield Alone(at=calendar.ago(11, "08:50"), what=JUDGED, by_ruth=True)
    yield Alone(at=calendar.ago(1, "21:22"), what=WAITS)


def happen(db: Session, amara: Actor, ruth: Actor, event: Alone, key: uuid.UUID) -> None:
    """Let it happen."""
    if event.by_ruth:
        _judge(db, amara, ruth, event.what)
    else:
        _write(db, amara, event, key)


def _write(db: Session, amara: Actor, event: Alone, key: uuid.UUID) -> None:
    said = words()["colliding"]
    if event.what == "line":
        ids = [each.id for each in current_beliefs().statements]
        alone.stand(db, amara, 0, dict(zip(ids, PLACES, strict=True)), said["why"])
    elif event.what == "table":
        alone.keep_table(db, amara, 0, said["table"])
    else:
        dilemmas.send(db, amara, event.what, key, 0, current_dilemmas().version, said[event.what])


def _judge(db: Session, amara: Actor, ruth: Actor, dilemma: str) -> None:
    mine = (DilemmaAnswer.person_id == amara.person_id, DilemmaAnswer.dilemma == dilemma)
    answer = db.scalars(select(DilemmaAnswer.id).where(*mine)).one()
    missing: dict[str, str] = words()["colliding"]["missing"]
    marks = {part: {"there": part not in missing, "said": missing.get(part, "")} for part in PARTS}
    judging.judge(db, ruth, answer, marks, "password")
