"""Whom and what somebody looks after: organisations, parts in them, and whose list of people they keep."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute as Column
from sqlalchemy.orm import Session, aliased

from lms.core.actor import Actor, Role
from lms.people import provisions
from lms.people.models import Membership, Organisation, Person, Unit
from lms.people.rules import fold

PAGE = 50


def in_charge(
    actor: Actor, organisation_id: Column[uuid.UUID], provider_id: Column[uuid.UUID | None] | None = None
) -> ColumnElement[bool]:
    """Whether `actor` looks after the organisation: as its administrator or manager, or as its people's provider.

    Of a client, a provider looks after what is its own, or nobody's.
    """
    administered = actor.organisations(Role.ADMINISTRATOR)
    theirs: ColumnElement[bool] = organisation_id.in_(provisions.clients_of(administered))
    if provider_id is not None:
        theirs &= provider_id.is_(None) | provider_id.in_(administered)
    return or_(organisation_id.in_(actor.organisations(Role.ADMINISTRATOR, Role.MANAGER)), theirs)


def matches(name: Column[str], email: Column[str], search: str) -> ColumnElement[bool]:
    return or_(name.icontains(search, autoescape=True), email.contains(fold(search), autoescape=True))


def scope(actor: Actor) -> Select[Membership]:
    """The memberships `actor` looks after."""
    return select(Membership).where(in_charge(actor, Membership.organisation_id, Membership.provider_id))


def list_organisations(db: Session, actor: Actor) -> Sequence[Organisation]:
    """The organisations `actor` may invite people to."""
    chosen = select(Organisation).where(in_charge(actor, Organisation.id))
    return db.scalars(chosen.order_by(Organisation.kind.desc(), Organisation.name)).all()


def list_kept(db: Session, actor: Actor) -> Sequence[Organisation]:
    """The organisations whose list of people `actor` keeps: their own, and clients that buy from nobody else."""
    chosen = select(Organisation).where(_keeps(actor, Organisation.id))
    return db.scalars(chosen.order_by(Organisation.kind, Organisation.name)).all()


def _keeps(actor: Actor, organisation_id: Column[uuid.UUID]) -> ColumnElement[bool]:
    own = actor.organisations(Role.ADMINISTRATOR, Role.MANAGER)
    alone = provisions.only_clients_of(actor.organisations(Role.ADMINISTRATOR))
    return or_(organisation_id.in_(own), organisation_id.in_(alone))


def list_members(
    db: Session, actor: Actor, search: str = "", skip: int = 0
) -> Sequence[Row[Membership, str, str, str, str | None, bool, str | None]]:
    """The people `actor` looks after, by name: membership, name, address, organisation, unit, whether that part is
    theirs to end, and the provider it is with. One more than a page.
    """
    provider = aliased(Organisation)
    theirs = Membership.provider_id.is_not(None) | _keeps(actor, Membership.organisation_id)
    chosen = (
        select(Membership, Person.name, Person.email, Organisation.name.label("organisation"), Unit.name.label("unit"))
        .add_columns(theirs.label("theirs"), provider.name.label("provider"))
        .outerjoin(provider, provider.id == Membership.provider_id)
        .join(Person, Person.id == Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(in_charge(actor, Membership.organisation_id, Membership.provider_id))
        .order_by(Person.name, Membership.started_on, Membership.id)
    )
    if search:
        chosen = chosen.where(matches(Person.name, Person.email, search))
    return db.execute(chosen.offset(skip).limit(PAGE + 1)).all()


def count_members(db: Session, actor: Actor) -> int:
    """How many people `actor` looks after who have a part today."""
    standing = scope(actor).where(Membership.ended_on.is_(None)).subquery()
    return db.scalar(select(func.count(func.distinct(standing.c.person_id)))) or 0
