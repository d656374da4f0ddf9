"""A demo people can walk through: a provider, a council, and two years of learning told by the real services."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from datetime import timedelta

import flask_security
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.certificates import steps
from lms.certificates.models import Certificate
from lms.core import clock, settings
from lms.core.errors import Conflict
from lms.core.jobs import Job
from lms.core.settings import Settings
from lms.core.unit import Database
from lms.demo import came_of_it, listing, managing, still_leading, twice
from lms.demo.calendar import Calendar
from lms.demo.cast import AMARA, HANA, ILSE, PASSWORD, PROVIDER, RUTH, address
from lms.demo.founding import found
from lms.demo.story import SEED, tell
from lms.demo.telling import Teller
from lms.keys import service as keys
from lms.messages.models import Message
from lms.people import accounts
from lms.people.models import Person
from lms.practice.models import PracticeSession

__all__ = ["PASSWORD", "Known", "NotADemo", "is_empty", "known", "make", "sign_ins"]

SIGN_INS = {"trainee": AMARA, "trainer": RUTH, "manager": HANA, "administrator": ILSE}


class NotADemo(Conflict):
    """The demo is only ever made in an empty database, where LMS_MODE says so."""


@dataclass(frozen=True, slots=True)
class Known:
    """Where to go in the demo: who signs in, what waits, what can be checked."""

    trainee: uuid.UUID
    trainer: uuid.UUID
    manager: uuid.UUID
    administrator: uuid.UUID
    waiting_session: uuid.UUID  # Amara's, waiting for Ruth
    certificate_code: str  # of a valid certificate
    expired_code: str
    withdrawn_code: str


def is_empty(database: Database) -> bool:
    """Whether nobody lives here yet."""
    with database.readers() as db:
        return db.scalar(select(Person.id).limit(1)) is None


def make(database: Database, chosen: Settings) -> None:
    """Make the whole demo as of today, or nothing. Raises NotADemo, and Unusable without a passphrase for keys."""
    if chosen.mode != "demo":
        raise NotADemo("The demo is made only where LMS_MODE=demo: it is no place for real people.")
    if not is_empty(database):
        raise NotADemo("There are people here already. The demo is made in an empty database only.")
    settings.use(chosen)
    password, events = _hash(chosen), tell(clock.today(chosen.time_zone), chosen.time_zone)
    with database.transaction() as db:
        with clock.at(events[0].at - timedelta(days=90)):
            house = found(db, password)
            for purpose in keys.Purpose:
                keys.make_key(db, purpose, PROVIDER)
        teller = Teller(db, house, chosen.time_zone, random.Random(SEED))  # noqa: S311 - a story, not a secret
        teller.tell(events)
        listing.bring_in(db, house, clock.today(chosen.time_zone), chosen.time_zone)
        still_leading.tell(db, house, Calendar(clock.today(chosen.time_zone), chosen.time_zone))
        came_of_it.tell(db, house, chosen.time_zone)
        managing.tell(db, house)
        twice.tell(db, house)
        _settle_letters(db, delivering=chosen.smtp_url is not None)


def known(database: Database) -> Known:
    """The demo's places, looked up by what they are."""
    with database.readers() as db:
        ids = {role: db.scalars(select(Person.id).where(Person.name == name)).one() for role, name in SIGN_INS.items()}
        waiting = select(PracticeSession.id).where(
            PracticeSession.person_id == ids["trainee"], PracticeSession.state == "waiting"
        )
        today = clock.today()
        withdrawn = steps.is_withheld(Certificate.id)
        code = select(Certificate.code).order_by(Certificate.issued_at.desc()).limit(1)
        standing = code.where(~withdrawn)
        return Known(
            **ids,
            waiting_session=db.scalars(waiting).one(),
            certificate_code=db.scalars(standing.where(Certificate.valid_until >= today)).one(),
            expired_code=db.scalars(standing.where(Certificate.valid_until < today)).one(),
            withdrawn_code=db.scalars(code.where(withdrawn)).one(),
        )


def sign_ins() -> list[tuple[str, str, str]]:
    """Who people may sign in as: role, name, address. The password is PASSWORD for everybody."""
    return [(role, name, address(name)) for role, name in SIGN_INS.items()]


def _hash(chosen: Settings) -> str:
    """One hash for everybody: made by the accounts themselves, so that it is checked the same way."""
    app = Flask("demo")
    accounts.install(app, chosen, letters=lambda *_, **__: None)
    with app.app_context():
        return str(flask_security.hash_password(PASSWORD))


def _settle_letters(db: Session, *, delivering: bool) -> None:
    """Letters of the past stay readable in the outbox, and no mail server, now or later, ever gets them."""
    db.execute(delete(Job).where(Job.name.in_(("deliver", "tell_circle"))))
    if delivering:
        db.execute(update(Message).values(sent_at=Message.created_at))
