"""What tests need of two accounts that are one person: both proofs, the form, and a training that rests."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.unit import Database
from lms.learning.models import Enrolment
from lms.same import service
from lms.same.service import Proved
from tests.accounts import post
from tests.make import PASSWORD, actor

SECOND = "amara@osei.example"
PROVED = Proved("password", "password")
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def form(email: str, **changes: str) -> dict[str, str]:
    return {"email": email, "password": PASSWORD, "own_password": PASSWORD, "read": "yes", **changes}


def give_up(browser: FlaskClient, email: str, **changes: str) -> TestResponse:
    return post(browser, "/account/other", **form(email, **changes))


def join(store: Database, kept: uuid.UUID, former: uuid.UUID) -> None:
    with store.transaction() as db:
        service.give_up(db, actor(db, kept), uuid.uuid4(), former, PROVED)


def rest(db: Session, who: uuid.UUID) -> None:
    for training in db.scalars(select(Enrolment).where(Enrolment.person_id == who)):
        training.ended_on, training.rests = clock.today(), True
    db.flush()
