"""Two who come back a day later: Ioane has sent what he wrote, and Amara’s check has opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from courses import catalogue
from lms.core import clock
from lms.core.actor import Actor
from lms.delayed import answering
from lms.demo.calendar import Calendar
from lms.demo.cast import AMARA
from lms.demo.events import Event
from lms.demo.words import words
from lms.learning import service as learning

MODULE = "M05"
BEFORE = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowLater(Event):
    """Somebody has read a whole module two days before, and may have answered and sent its check since."""

    person: str
    sent: bool


def story(calendar: Calendar) -> Iterator[Event]:
    """Amara the day before yesterday, Ioane last night."""
    yield ShowLater(at=calendar.on(calendar.today - BEFORE, "20:05"), person=AMARA, sent=False)
    yield ShowLater(at=calendar.on(calendar.today - timedelta(days=1), "21:10"), person="Ioane Matagi", sent=True)


def show(db: Session, who: Actor, event: ShowLater, key: str) -> None:
    """Read everything, and answer everything where it is sent."""
    with clock.at(event.at - BEFORE):
        for lesson in catalogue.current().lessons:
            if lesson.module_id == MODULE:
                learning.finish_lesson(db, who, lesson.id, lesson.content_hash)
    if not event.sent:
        return
    row = answering.begin(db, who, MODULE, key)
    written = iter(words()["a_day_later"])
    for shown in answering.tasks(db, row):
        answer = shown.options[0][0] if shown.is_choice else next(written)
        answering.save(db, who, row.id, shown.number, answer, 0)
    answering.send(db, who, row.id)
