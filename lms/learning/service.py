"""What trainees do with lessons, and who may see whose learning."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, Uuid, bindparam, or_, select, update
from sqlalchemy.orm import Session

from courses.catalogue import Catalogue
from courses.pieces import headings
from courses.schema import Lesson
from courses.ways import Way
from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.db import insert_once, new_id
from lms.core.errors import NotFound
from lms.core.lines import in_lines, instant, read_lines
from lms.editions import service as editions
from lms.learning.models import Enrolment, LessonDone, LessonPlace, last_done
from lms.learning.towards import way_towards

A_DAY = timedelta(days=1)
# Two may begin on one day: ids sort by age.
BEGUN_LAST = (Enrolment.started_on.desc(), Enrolment.id.desc())


def scope(actor: Actor) -> Select[Enrolment]:
    """The enrolments `actor` may see: their own, their provider's as trainer or administrator, their organisation's."""
    return select(Enrolment).where(
        or_(
            Enrolment.person_id == actor.person_id,
            Enrolment.provider_id.in_(actor.organisations(Role.TRAINER, Role.ADMINISTRATOR)),
            Enrolment.organisation_id.in_(actor.organisations(Role.MANAGER)),
        )
    )


def find_enrolment(db: Session, actor: Actor, person_id: uuid.UUID) -> Enrolment | None:
    """The current enrolment of a person the actor may see."""
    found = scope(actor).where(Enrolment.person_id == person_id, Enrolment.ended_on.is_(None))
    return db.scalar(found.order_by(*BEGUN_LAST).limit(1))


def get_enrolment(db: Session, actor: Actor, person_id: uuid.UUID) -> Enrolment:
    """The current enrolment of a person the actor may see. Raises NotFound."""
    enrolment = find_enrolment(db, actor, person_id)
    if enrolment is None:
        raise NotFound
    return enrolment


def standard_of(db: Session, person_id: uuid.UUID, provider_id: uuid.UUID) -> tuple[str, int] | None:
    """Id and version of the standard somebody is trained towards by this provider, the one begun last, or None."""
    chosen = select(Enrolment.standard_id, Enrolment.standard_version)
    mine = chosen.where(Enrolment.person_id == person_id, Enrolment.provider_id == provider_id)
    found = db.execute(mine.order_by(*BEGUN_LAST).limit(1)).first()
    return (found[0], found[1]) if found else None


_STANDARD = (Enrolment.provider_id, Enrolment.standard_id, Enrolment.standard_version)
_IN_USE = (
    select(*_STANDARD)
    .distinct()
    .where(Enrolment.provider_id.in_(bindparam("providers", expanding=True)), Enrolment.ended_on.is_(None))
    .order_by(*_STANDARD)
)


def standards_in_use(db: Session, provider_ids: Iterable[uuid.UUID]) -> Sequence[tuple[uuid.UUID, str, int]]:
    """Provider, standard and version of whoever is in training now with these providers, each once."""
    return [(row[0], row[1], row[2]) for row in db.execute(_IN_USE, {"providers": list(set(provider_ids))})]


def done_lessons(db: Session, person_id: uuid.UUID) -> dict[str, datetime]:
    """When the person finished each lesson last, by lesson id."""
    rows = db.execute(select(LessonDone.lesson_id, last_done()).where(LessonDone.person_id == person_id))
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody was in a lesson: the anchor of a heading, and when."""

    part: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """What somebody finished and which edition of the programme they read, as numbers; None before they begin."""

    done: dict[str, datetime]  # when each lesson was finished, by id
    edition: int | None
    newest: int | None
    content_hash: str | None  # of the edition they read; None where none was published
    places: dict[str, Place]  # where they were in each lesson, by its id
    standard: tuple[str, int] | None  # what they are trained towards, the training begun last

    def way(self, known: Catalogue) -> Way:
        """The lessons on their way: those of the award they are trained towards, or all without a training."""
        return way_towards(known, *self.standard) if self.standard else known.everything

    @property
    def newer(self) -> int | None:
        """The edition they might accept, if there is one."""
        return self.newest if self.edition and self.newest and self.edition < self.newest else None


def progress(db: Session, actor: Actor) -> Progress:
    """Where the actor is in the programme, in one query."""
    who = {"who": actor.person_id}
    done, places, edition, newest, content_hash, *standard = db.connection().execute(_PROGRESS, who).one()
    return Progress(
        done={name: instant(at) for name, at in read_lines(done, 2)},
        edition=edition,
        newest=newest,
        content_hash=content_hash,
        places={name: Place(part, instant(at)) for name, at, part in read_lines(places, 3)},
        standard=(standard[0], standard[1]) if standard[0] else None,
    )


_WHO = bindparam("who", type_=Uuid)
_PROGRESS = select(
    select(in_lines((LessonDone.lesson_id, last_done()))).where(LessonDone.person_id == _WHO).scalar_subquery(),
    select(in_lines((LessonPlace.lesson_id, LessonPlace.at, LessonPlace.part)))
    .where(LessonPlace.person_id == _WHO)
    .scalar_subquery(),
    editions.read_by(_WHO),
    editions.newest(),
    editions.hash_of_read(_WHO),
    *(
        select(column)
        .where(Enrolment.person_id == _WHO, Enrolment.ended_on.is_(None))
        .order_by(*BEGUN_LAST)
        .limit(1)
        .scalar_subquery()
        for column in (Enrolment.standard_id, Enrolment.standard_version)
    ),
)


def keep_place(db: Session, actor: Actor, lesson: Lesson, part: str) -> None:
    """The actor is at this part of a lesson now. What is no part of it is left out."""
    if part not in dict(headings(lesson.body)):
        return
    place = {"part": part, "at": clock.now()}
    mine = (LessonPlace.person_id == actor.person_id, LessonPlace.lesson_id == lesson.id)
    moved = db.execute(update(LessonPlace).where(*mine).values(place).returning(LessonPlace.lesson_id)).first()
    if moved is None:
        insert_once(db, LessonPlace, person_id=actor.person_id, lesson_id=lesson.id, **place)


def finish_lesson(db: Session, actor: Actor, lesson_id: str, content_hash: str) -> None:
    """Note that the actor finished this text of the lesson. Done again on a later day, both times are kept.

    Who begins so stays on the edition of the programme that is the newest now.
    """
    editions.begin(db, actor.person_id)
    now, mine = clock.now(), {"person_id": actor.person_id, "lesson_id": lesson_id}
    if insert_once(db, LessonDone, id=new_id(), **mine, content_hash=content_hash, done_at=now):
        return
    earlier = (LessonDone.person_id == actor.person_id, LessonDone.lesson_id == lesson_id, last_done() <= now - A_DAY)
    db.execute(update(LessonDone).where(*earlier).values(again_at=now, again_hash=content_hash))


def trained_by(db: Session, actor: Actor, provider_ids: Iterable[uuid.UUID]) -> Sequence[Enrolment]:
    """The current enrolments with these providers that the actor may see."""
    chosen = scope(actor).where(Enrolment.provider_id.in_(set(provider_ids)), Enrolment.ended_on.is_(None))
    return db.scalars(chosen).all()
