"""Where the journey begins: Amara has led five signed sessions and finished four lessons; Ruth also administers."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from courses import catalogue
from lms.core import clock
from lms.core.actor import Role
from lms.learning import service as learning
from lms.people.models import Membership, Person, SignIn
from lms.practice import service as practice
from tests.make import STARTED, World, actor, make_group, make_log

LESSONS_DONE = ("M05-L2", "M04-L1", "M04-L2", "M04-L3")
# days ago, signed by Bashir, level
SESSIONS = ((80, False, 2), (66, False, 3), (52, True, 3), (38, True, 3), (24, False, 4))


@dataclass(frozen=True)
class People:
    """Who walks, and how they come in."""

    world: World
    trainee: str
    trainer: str
    manager: str
    group: uuid.UUID


def begin(db: Session, world: World, password: str) -> People:
    """Put the history into the database, through the services that make everybody's."""
    db.add(
        Membership(person_id=world.trainer, organisation_id=world.provider, role=Role.ADMINISTRATOR, started_on=STARTED)
    )
    for person_id in (world.trainee, world.trainer, world.manager):
        db.execute(update(Person).where(Person.id == person_id).values(password=password))
    circle = make_group(db, world)
    visited = make_group(db, world, name="Library Leads", unit_id=world.libraries, trainer_id=world.other_trainer)
    amara = actor(db, world.trainee)
    with clock.at(clock.now() - timedelta(days=90)):
        for lesson_id in LESSONS_DONE:
            learning.finish_lesson(db, amara, lesson_id, catalogue.current().lesson_by_id(lesson_id).content_hash)
    for days, by_bashir, level in SESSIONS:
        with clock.at(clock.now() - timedelta(days=days)):
            _session(db, world, visited if by_bashir else circle, by_bashir, level)
    addresses = {each: db.get_one(Person, each).email for each in (world.trainee, world.trainer, world.manager)}
    return People(world, addresses[world.trainee], addresses[world.trainer], addresses[world.manager], circle)


def _session(db: Session, world: World, group_id: uuid.UUID, by_bashir: bool, level: int) -> None:
    log = make_log(group_id, open=18, closed=2, leading=1, advice=1)
    sent = practice.log_practice(db, actor(db, world.trainee), uuid.uuid4(), 0, log)
    signer = actor(db, world.other_trainer if by_bashir else world.trainer)
    ratings = {"asking": level, "silence": level}
    practice.sign_off(db, signer, sent.id, sent.version, ratings, level, "You waited, and it came.", "password")


def five_minutes_pass(db: Session) -> None:
    """Everybody's proof of who they are grows old, so that signing asks for it again."""
    db.execute(update(SignIn).values(verified_at=clock.now() - timedelta(minutes=6)))
