"""With whom somebody may code side by side: people of one training whom they know already, by name."""

from __future__ import annotations

import uuid

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from lms.core.actor import Actor, Role
from lms.groups.models import GroupMember, PeerGroup
from lms.learning.models import Enrolment
from lms.people import service as people
from lms.people.models import Membership, Person

_WITH_TRAINER = PeerGroup.handed_over_at.is_(None)


def list_companions(db: Session, actor: Actor) -> dict[uuid.UUID, str]:
    """Whom the actor may ask, by name: those who share a circle, a trainer in one organisation, or the trainers’ desk
    with them, and who are in training with, or trainers of, a provider of theirs today.
    """
    providers = set(db.scalars(_providers(actor))) | actor.organisations(Role.TRAINER)
    if not providers:
        return {}
    known = set(db.scalars(_cohort(actor))) | set(
        people.people_with(db, Role.TRAINER, actor.organisations(Role.TRAINER))
    )
    for row in db.execute(_circles(actor)):
        known |= {row.facilitator_id, row.person_id} | ({row.trainer_id} if row.handed_over_at is None else set())
    chosen = select(Person.id, Person.name).where(
        Person.id.in_(known - {None, actor.person_id}), Person.active, _takes_part(providers)
    )
    return {row.id: row.name for row in db.execute(chosen.order_by(Person.name, Person.id))}


def _providers(actor: Actor) -> Select[uuid.UUID]:
    """Who trains the actor."""
    return select(Enrolment.provider_id).where(Enrolment.person_id == actor.person_id, Enrolment.ended_on.is_(None))


def _takes_part(providers: set[uuid.UUID]) -> ColumnElement[bool]:
    learns = select(Enrolment.id).where(
        Enrolment.person_id == Person.id, Enrolment.provider_id.in_(providers), Enrolment.ended_on.is_(None)
    )
    trains = select(Membership.id).where(
        Membership.person_id == Person.id,
        Membership.organisation_id.in_(providers),
        Membership.role == Role.TRAINER,
        Membership.ended_on.is_(None),
    )
    return or_(learns.exists(), trains.exists())


def _cohort(actor: Actor) -> Select[uuid.UUID]:
    """Who has the same trainer in the same organisation."""
    other = aliased(Enrolment)
    same = and_(
        other.provider_id == Enrolment.provider_id,
        other.organisation_id == Enrolment.organisation_id,
        other.trainer_id == Enrolment.trainer_id,
        other.ended_on.is_(None),
    )
    mine = (Enrolment.person_id == actor.person_id, Enrolment.ended_on.is_(None))
    return select(other.person_id).join(Enrolment, same).where(*mine)


def _circles(actor: Actor) -> Select[uuid.UUID, uuid.UUID, object, uuid.UUID | None]:
    """Who sits in the actor’s circles, a row for each chair of somebody with an account."""
    seat = aliased(GroupMember)
    seated = select(GroupMember.group_id).where(GroupMember.person_id == actor.person_id, GroupMember.left_on.is_(None))
    mine = or_(
        PeerGroup.facilitator_id == actor.person_id,
        and_(PeerGroup.trainer_id == actor.person_id, _WITH_TRAINER),
        PeerGroup.id.in_(seated),
    )
    sits = and_(seat.group_id == PeerGroup.id, seat.person_id.is_not(None), seat.left_on.is_(None))
    columns = select(PeerGroup.facilitator_id, PeerGroup.trainer_id, PeerGroup.handed_over_at, seat.person_id)
    return columns.outerjoin(seat, sits).where(mine)
