"""What the demo does not have and some address needs: an invitation, an absence, an observer's link, and the like."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.calibration import Figure
from lms.certificates.models import HolderPage
from lms.certificates.rules import new_code
from lms.core import clock
from lms.core.actor import Role
from lms.groups.models import PeerGroup
from lms.messages.models import Message
from lms.people import service
from lms.people.models import SignIn
from lms.practice.models import Absence, EarlierSession


def holder_page(db: Session, person_id: uuid.UUID) -> str:
    """The code of a page that a holder opened."""
    page = HolderPage(person_id=person_id, code=new_code(), opened_at=clock.now())
    db.add(page)
    db.flush()
    return page.code


def absence(db: Session, trainer: uuid.UUID) -> uuid.UUID:
    """A month next year in which the trainer will be away."""
    day = clock.today() + timedelta(days=300)
    absence = Absence(person_id=trainer, starts_on=day, ends_on=day + timedelta(days=30))
    db.add(absence)
    db.flush()
    return absence.id


def calibration(db: Session, people: dict[str, uuid.UUID]) -> dict[str, uuid.UUID]:
    """A trainer's place with the provider, and what is recorded of their agreement."""
    from lms.practice import calibrating
    from tests.make import actor

    ilse = actor(db, people["administrator"])
    ruth = next(each for each in calibrating.list_assessors(db, ilse) if each.person_id == people["trainer"])
    figure = Figure("kappa_open_closed", 71, 40, clock.today() - timedelta(days=60))
    made = calibrating.record(db, ilse, ruth.id, figure, "calibration-2026.csv, in the archive.")
    return {"assessor_id": ruth.id, "calibration_id": made.id}


def invitation(db: Session, by: uuid.UUID, group: PeerGroup) -> uuid.UUID:
    from lms.learning import enrolling
    from lms.people.invitations import Place
    from tests.make import actor

    place = Place(group.organisation_id, Role.TRAINEE, group.unit_id, group.trainer_id)
    return enrolling.invite(db, actor(db, by), name="Wanda New", email="wanda@example.org", place=place).id


def earlier_session(db: Session, person_id: uuid.UUID) -> uuid.UUID:
    from lms.practice import earlier
    from lms.practice.earlier_reading import Earlier
    from tests.make import actor

    row = Earlier(clock.today() - timedelta(days=400), None, 90, "group", "led", 6)
    earlier.bring_in(db, actor(db, person_id), {row.digest(1): row}, "log.csv")
    return db.scalars(select(EarlierSession.id).where(EarlierSession.person_id == person_id)).one()


def observer_link(db: Session, person_id: uuid.UUID, session_id: uuid.UUID) -> dict[str, Any]:
    """A link by which somebody from outside may sign, and the code in it."""
    from lms.practice import observers
    from tests.make import actor

    asked = {"name": "Maria Ortiz", "email": "maria@hospice.example", "about": "Works with us at the hospice"}
    link = observers.ask(db, actor(db, person_id), session_id, **asked)
    letter = db.scalars(select(Message).where(Message.email == link.email)).one()
    return {"link_id": link.id, "observer_code": re.findall(r"/observe/(\S+)", letter.body)[0]}


def other_sign_in(db: Session, person_id: uuid.UUID) -> uuid.UUID:
    service.begin_sign_in(db, person_id, "another browser")
    newest = select(SignIn.id).where(SignIn.person_id == person_id, SignIn.last_seen_at <= clock.now())
    return db.scalars(newest.order_by(SignIn.created_at.desc()).limit(1)).one()
