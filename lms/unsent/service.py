"""Keep what is typed, give it back to whoever typed it, and forget it: when it was sent, or when it has grown old."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import insert_once
from lms.core.errors import Invalid, NotFound
from lms.unsent.models import UnsentForm

FORMS = (
    "sign-off",
    "check",
    "dilemma",
    "interview-note",
    "interview-change",
    "panel-vote",
    "panel-decision",
)
KEPT_FOR = timedelta(days=14)
MOST_FIELDS, LONGEST = 200, 60_000  # characters, of all fields together
VOUCHED_FOR = ("seen", "free")  # fields that are never kept: they are said at the moment of sending
TOO_MUCH = "This is more than can be kept while you write. Shorten it, or send it now."

Fields = Mapping[str, Sequence[str]]


def keep(db: Session, actor: Actor, form: str, about: uuid.UUID, fields: Fields) -> datetime:
    """Keep the form as it stands, in place of what was kept of it before; when that was. Raises NotFound, Invalid."""
    if form not in FORMS:
        raise NotFound
    fields = {name: list(values) for name, values in fields.items() if name not in VOUCHED_FOR}
    size = sum(len(name) + sum(map(len, values)) for name, values in fields.items())
    if len(fields) > MOST_FIELDS or size > LONGEST:
        raise Invalid({"": TOO_MUCH})
    now = clock.now()
    which = {"person_id": actor.person_id, "form": form, "about": about}
    if not insert_once(db, UnsentForm, **which, fields=fields, saved_at=now):
        db.execute(update(UnsentForm).filter_by(**which).values(fields=fields, saved_at=now))
    return now


def find(db: Session, actor: Actor, form: str, about: uuid.UUID) -> UnsentForm | None:
    """What the actor typed and did not send. Raises NotFound where nothing is ever kept."""
    if form not in FORMS:
        raise NotFound
    return db.get(UnsentForm, (actor.person_id, form, about))


def drop(db: Session, actor: Actor, form: str, about: uuid.UUID) -> None:
    """It is sent, in this transaction."""
    db.execute(delete(UnsentForm).filter_by(person_id=actor.person_id, form=form, about=about))


def forget_old(db: Session) -> None:
    """What nobody came back to within a fortnight."""
    db.execute(delete(UnsentForm).where(UnsentForm.saved_at < clock.now() - KEPT_FOR))
