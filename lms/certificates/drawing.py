"""A certificate that is not drawn yet: since when, what hinders it, and how it is taken up again."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from lms.certificates import editions, records
from lms.certificates.records import Record
from lms.core import clock, jobs
from lms.core.actor import Actor, Role
from lms.core.errors import NotFound
from lms.core.jobs import Job
from lms.people import same

# A drawing takes a second, and its first four tries lie within a minute and a half of each other.
LATE = timedelta(minutes=5)
TASKS = ("sign_certificate", "render_certificate")
LACKS_LETTERS = "NoLetters"


@dataclass(frozen=True, slots=True)
class Delay:
    """How it stands with a drawing that is not there."""

    is_late: bool
    is_given_up: bool
    lacks_letters: bool
    failed: bool


def delay_of(db: Session, record: Record) -> Delay | None:
    """What keeps a certificate from being drawn; None when it is drawn."""
    if record.is_drawn:
        return None
    found = jobs.find(db, _promises(record.certificate.id))
    dead = any(each.state == "dead" for each in found)
    errors = {each.error for each in found if each.error}
    return Delay(
        is_late=dead or _since(db, record) < clock.now() - LATE,
        is_given_up=dead,
        lacks_letters=LACKS_LETTERS in errors,
        failed=bool(errors),
    )


def draw_again(db: Session, actor: Actor, certificate_id: uuid.UUID) -> None:
    """Take up a drawing that was given up. For its holder and the provider's administrators. Raises NotFound."""
    about = records.get_record(db, actor, certificate_id).certificate
    administers = about.provider_id in actor.organisations(Role.ADMINISTRATOR)
    if not administers and not same.is_one(db, actor.person_id, about.person_id):
        raise NotFound
    jobs.revive(db, _promises(certificate_id))


def _since(db: Session, record: Record) -> datetime:
    """Since when the drawing is awaited: the issue, or the latest correction of the name."""
    corrections = editions.corrections_of(db, record.certificate.id)
    return corrections[-1].done_at if corrections else record.certificate.issued_at


def any_of_them() -> ColumnElement[bool]:
    """The promises to sign or to draw any certificate."""
    return Job.name.in_(TASKS)


def _promises(certificate_id: uuid.UUID) -> ColumnElement[bool]:
    """Every promise to sign or draw this one, also those made later on. Keys begin alike."""
    return or_(*(Job.key.startswith(f"{task}:{certificate_id}", autoescape=True) for task in TASKS))
