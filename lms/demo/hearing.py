"""Values interviews: Bashir and Marit have heard Tomasz, and Ruth and Bashir are to hear Ioane in three days."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.demo.calendar import Calendar
from lms.demo.cast import BASHIR, ILSE, MARIT, RUTH
from lms.demo.events import Event
from lms.demo.founding import House
from lms.demo.words import words
from lms.interviews import notes, service
from lms.interviews.models import Interview
from lms.interviews.rules import Said

HEARD, TO_HEAR = "Tomasz Zielinski", "Ioane Matagi"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrangeInterview(Event):
    """Two assessors are asked to hear somebody so many days later."""

    person: str
    by: str
    assessors: tuple[str, str]
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SendNote(Event):
    """One of them writes what they heard."""

    person: str
    by: str


def story(calendar: Calendar) -> Iterator[Event]:
    """Ilse arranges both; the two notes about Tomasz are written on the evening they met."""
    yield ArrangeInterview(at=calendar.ago(16, "09:10"), person=HEARD, by=ILSE, assessors=(BASHIR, MARIT), days=8)
    yield SendNote(at=calendar.ago(8, "16:20"), person=HEARD, by=MARIT)
    yield SendNote(at=calendar.ago(8, "17:05"), person=HEARD, by=BASHIR)
    yield ArrangeInterview(at=calendar.ago(3, "10:40"), person=TO_HEAR, by=ILSE, assessors=(RUTH, BASHIR), days=6)


def happen(db: Session, house: House, event: ArrangeInterview | SendNote, key: uuid.UUID) -> None:
    """What happens now."""
    about, who = house.people[event.person].person_id, house.people[event.by]
    match event:
        case ArrangeInterview():
            pair = [house.people[each].person_id for each in event.assessors]
            service.arrange(db, who, about, pair, service.today() + timedelta(days=event.days), key)
        case SendNote():
            row = db.scalars(select(Interview).where(Interview.person_id == about)).one()
            said = words()["heard"][event.by]
            notes.send(db, who, row.id, Said(said["answers"], said["breach"], said["repair"], "yes"), "password")
