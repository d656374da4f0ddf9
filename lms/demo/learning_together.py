"""One cohort of everybody in training: some have finished, some are behind, one is stuck, and one shows an answer.

Beside it somebody is nominated who is not in training yet.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts import service as cohorts
from lms.cohorts.service import Wanted
from lms.core import clock
from lms.core.actor import Actor
from lms.demo.calendar import Calendar
from lms.demo.cast import HANA, LEARNERS, RUTH, address
from lms.demo.events import Event
from lms.demo.words import words
from lms.journal import rules
from lms.journal import service as journal
from lms.learning import nominating
from lms.learning import service as learning
from lms.learning.models import Enrolment
from lms.learning.nominating import Named

NAME, AWARD, A_WEEK, WEEKS = "Harbourside, first year", "certified", 3, 12
SHOWS, LESSON = "Farid Rahimi", "M04-L3"
NAMED, UNIT = "Wiremu Tait", "Legal"  # where nobody is certified, and nobody in training
# How far somebody has read of what the cohort reads, and how many days ago. The others did what else is told of them.
READ = {
    "Salma Haddad": (68, 4), "Tomasz Zielinski": (68, 3), "Grace Ngata": (44, 2), SHOWS: (38, 1),
    "Hui-Min Tan": (37, 2), "Ioane Matagi": (30, 2), "Esther Mwangi": (21, 5), "Anneke Vos": (18, 15),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Together(Event):
    """“cohort”: it begins. “shown”: somebody shows an answer. “nominated”: a manager names somebody. Else the name of
    somebody who has read on.
    """

    what: str


def story(calendar: Calendar) -> Iterator[Event]:
    """It begins once the last of them has joined; what each read is read by its last day."""
    yield Together(at=calendar.ago(18, "16:40"), what="cohort")
    for name, (_, days) in READ.items():
        yield Together(at=calendar.ago(days, "20:50"), what=name)
    yield Together(at=calendar.ago(2, "21:15"), what="shown")
    yield Together(at=calendar.ago(1, "15:20"), what="nominated")


def happen(db: Session, people: Mapping[str, Actor], event: Together, key: uuid.UUID) -> None:
    """Let it happen."""
    if event.what == "cohort":
        _begin(db, people, key)
    elif event.what == "shown":
        _show(db, people[SHOWS], people[RUTH], key)
    elif event.what == "nominated":
        _nominate(db, people[HANA], key)
    else:
        _read_on(db, people[event.what], READ[event.what][0])


def _begin(db: Session, people: Mapping[str, Actor], key: uuid.UUID) -> None:
    ruth, theirs = people[RUTH], [people[each.name].person_id for each in LEARNERS]
    trained = db.scalars(select(Enrolment).where(Enrolment.person_id.in_(theirs))).all()
    begins = clock.today() - timedelta(weeks=WEEKS - 3)
    wanted = Wanted(NAME, AWARD, begins, A_WEEK, [])
    cohorts.make(db, ruth, key, trained[0].provider_id, wanted)
    cohorts.put_in(db, ruth, key, [each.id for each in trained])


def _read_on(db: Session, who: Actor, far: int) -> None:
    """Three a day until now, whatever was not read before."""
    done, now = learning.done_lessons(db, who.person_id), clock.now()
    way = cohorts.programme(AWARD)[:far]
    left = [each for each in way if each.id not in done]
    for place, lesson in enumerate(reversed(left)):
        with clock.at(now - timedelta(days=place // 3)):
            learning.finish_lesson(db, who, lesson.id, lesson.content_hash)


def _nominate(db: Session, hana: Actor, key: uuid.UUID) -> None:
    unit = next(each.id for each in nominating.units_of(db, hana) if each.name == UNIT)
    nominating.nominate(db, hana, key, Named(NAMED, address(NAMED), unit, AWARD, words()["shown"]["nominated"]))


def _show(db: Session, who: Actor, trainer: Actor, key: uuid.UUID) -> None:
    said, note = words()["shown"], rules.note_id(who.person_id, LESSON, "alone")
    journal.save(db, who, note, 0, said["written"], ("lesson", f"{LESSON}#alone"))
    journal.show(db, who, note, trainer.person_id)
    with clock.at(clock.now() + timedelta(hours=11)):
        journal.comment(db, trainer, note, key, said["answered"])
