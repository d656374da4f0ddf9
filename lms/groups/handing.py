"""That a circle was handed over to itself, and taken back: what its trainer no longer opens, and opens again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from assessments.wording import first_name
from lms.core import clock
from lms.core.actor import Actor, Role
from lms.groups import invitations
from lms.groups.models import GroupMember, PeerGroup
from lms.people import service as people


@dataclass(frozen=True, slots=True)
class HandedOver:
    """All that a circle's former trainer still reads of it on a list."""

    name: str
    at: datetime
    zone: str


def provided(actor: Actor) -> ColumnElement[bool]:
    """The circles that `actor` opens for their provider: as an administrator every one, as a trainer those that nobody
    has handed over. This one condition is how a trainer's access ends by itself.
    """
    return or_(
        PeerGroup.provider_id.in_(actor.organisations(Role.ADMINISTRATOR)),
        and_(PeerGroup.provider_id.in_(actor.organisations(Role.TRAINER)), PeerGroup.handed_over_at.is_(None)),
    )


def asked_back(actor: Actor) -> ColumnElement[bool]:
    """The circles that asked `actor`, who trained them, to look at them again for a while.

    By a wide margin of a day, since a circle's day is that of its zone: `is_asked_back` is exact.
    """
    return and_(
        PeerGroup.trainer_id == actor.person_id,
        PeerGroup.provider_id.in_(actor.organisations(Role.TRAINER)),
        PeerGroup.trainer_asked_until >= clock.today() - timedelta(days=1),
    )


def hand_over(db: Session, group: PeerGroup, facilitator_id: uuid.UUID, at: datetime) -> None:
    """The circle runs itself from now on, and this member of it facilitates. Whoever did before keeps a chair."""
    before = group.facilitator_id
    group.handed_over_at, group.taken_back_at, group.facilitator_id = at, None, facilitator_id
    if before != facilitator_id:
        _give_chair(db, group, before)
        invitations.promise_letters(db, group.id)
    db.flush()


def take_back(group: PeerGroup, at: datetime) -> None:
    """The stool is back, and with it the trainer's access. Taken back twice is once."""
    if group.handed_over_at is not None:
        group.handed_over_at, group.taken_back_at = None, at


def list_handed_over(db: Session, actor: Actor) -> Sequence[HandedOver]:
    """The circles the actor trained until they were handed over and opens no more, the latest first."""
    chosen = select(PeerGroup.name, PeerGroup.handed_over_at, PeerGroup.zone).where(
        PeerGroup.trainer_id == actor.person_id,
        PeerGroup.provider_id.in_(actor.organisations(Role.TRAINER)),
        PeerGroup.provider_id.not_in(actor.organisations(Role.ADMINISTRATOR)),
        PeerGroup.handed_over_at.is_not(None),
    )
    rows = db.execute(chosen.order_by(PeerGroup.handed_over_at.desc(), PeerGroup.name))
    return [HandedOver(name, at, zone) for name, at, zone in rows if at is not None]


def _give_chair(db: Session, group: PeerGroup, person_id: uuid.UUID) -> None:
    there = select(GroupMember).where(GroupMember.group_id == group.id, GroupMember.left_on.is_(None))
    seated = db.scalars(there).all()
    if any(each.person_id == person_id for each in seated):
        return
    taken, name = {each.pseudonym for each in seated}, people.names_of(db, [person_id])[person_id]
    called = next(each for each in (first_name(name), name, f"{name} (2)") if each not in taken)
    today = clock.today(group.zone)
    db.add(GroupMember(group_id=group.id, person_id=person_id, pseudonym=called, joined_on=today))
