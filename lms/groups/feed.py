"""A person’s private calendar: the meetings of their circles, for a calendar program that asks now and then.

Whoever has the address reads it, so it says when and where somebody meets, and never who else comes or what about.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import add_once
from lms.core.errors import NotFound
from lms.groups.ical import Entry, render
from lms.groups.models import CalendarFeed, GroupMember, Meeting, PeerGroup
from lms.people.models import Membership, Person
from lms.people.rules import digest, new_code

BACK = timedelta(days=60)
MOST = 500


def feed_since(db: Session, actor: Actor) -> datetime | None:
    """Since when the actor's calendar has had its present address; None without one."""
    return db.scalar(select(CalendarFeed.created_at).where(CalendarFeed.person_id == actor.person_id))


def make_address(db: Session, actor: Actor) -> str:
    """A new secret for the address of the actor's calendar. The one before opens nothing any more."""
    secret = new_code()
    made = {"secret_digest": digest(secret), "created_at": clock.now()}
    if not add_once(db, CalendarFeed(person_id=actor.person_id, **made)):
        db.execute(update(CalendarFeed).where(CalendarFeed.person_id == actor.person_id).values(made))
    return secret


def end_address(db: Session, actor: Actor) -> None:
    """The address opens nothing from now on."""
    db.execute(delete(CalendarFeed).where(CalendarFeed.person_id == actor.person_id))


def read(db: Session, secret: str) -> bytes:
    """The calendar behind a secret. Raises NotFound."""
    owner = (
        select(CalendarFeed.person_id)
        .join(Person, Person.id == CalendarFeed.person_id)
        .where(CalendarFeed.secret_digest == digest(secret), Person.active)
    )
    person_id = db.scalar(owner)
    if person_id is None:
        raise NotFound
    return render(_entries(db, person_id))


def _entries(db: Session, person_id: uuid.UUID) -> list[Entry]:
    """The meetings of the circles somebody sits in, facilitates or, until it is handed over, supervises, while they
    still belong there.
    """
    trains = and_(PeerGroup.trainer_id == person_id, PeerGroup.handed_over_at.is_(None))
    seated = select(GroupMember.group_id).where(GroupMember.person_id == person_id, GroupMember.left_on.is_(None))
    belongs = select(Membership.organisation_id).where(Membership.person_id == person_id, Membership.ended_on.is_(None))
    chosen = (
        select(
            Meeting.id, Meeting.sequence, PeerGroup.id, PeerGroup.name,
            Meeting.starts_local, Meeting.zone, Meeting.minutes, Meeting.place,
        )
        .join(PeerGroup, PeerGroup.id == Meeting.group_id)
        .where(
            or_(PeerGroup.organisation_id.in_(belongs), PeerGroup.provider_id.in_(belongs)),
            or_(PeerGroup.facilitator_id == person_id, trains, PeerGroup.id.in_(seated)),
            Meeting.starts_local >= clock.now().replace(tzinfo=None) - BACK,
        )
        .order_by(Meeting.starts_local)
        .limit(MOST)
    )  # fmt: skip
    return [Entry(*row) for row in db.execute(chosen)]
