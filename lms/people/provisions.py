"""Who trains whose people: a provider has clients, and a client may buy from several at once.

What a provider did is its own: enrolments, certificates, circles and cases carry its id. What is the client's, such as
its list of people, is looked after by a provider only as long as it is the only one there.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session, aliased

from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.errors import Invalid
from lms.people.models import Organisation, Provision

CHOOSE = "Choose which provider trains them."
Providers = list[tuple[uuid.UUID, str]]  # id and name


def _runs(row: type[Provision], on: date) -> ColumnElement[bool]:
    return (row.started_on <= on) & (row.ended_on.is_(None) | (row.ended_on > on))


def clients_of(provider_ids: Iterable[uuid.UUID]) -> Select[uuid.UUID]:
    """The organisations that buy from one of these providers today."""
    mine = (Provision.provider_id.in_(set(provider_ids)), _runs(Provision, clock.today()))
    return select(Provision.client_id).where(*mine)


def only_clients_of(provider_ids: Iterable[uuid.UUID]) -> Select[uuid.UUID]:
    """Those of them that buy from nobody else."""
    wanted, other = set(provider_ids), aliased(Provision)
    else_where = (other.client_id == Provision.client_id, other.provider_id.not_in(wanted), _runs(other, clock.today()))
    return clients_of(wanted).where(~exists().where(*else_where))


def providers_of(db: Session, client_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Providers]:
    """From whom each of these organisations buys today, the longest first. In one query."""
    rows = db.execute(
        select(Provision.client_id, Organisation.id, Organisation.name)
        .join(Organisation, Organisation.id == Provision.provider_id)
        .where(Provision.client_id.in_(set(client_ids)), _runs(Provision, clock.today()))
        .order_by(Provision.started_on, Provision.id)
    )
    found: dict[uuid.UUID, Providers] = {}
    for client_id, provider_id, name in rows:
        found.setdefault(client_id, []).append((provider_id, name))
    return found


def offered(db: Session, actor: Actor, organisation_ids: Iterable[uuid.UUID]) -> Providers:
    """The providers somebody may mean: all of an organisation they manage, of others only those they administer."""
    managed, administered = actor.organisations(Role.MANAGER), actor.organisations(Role.ADMINISTRATOR)
    found: dict[uuid.UUID, str] = {}
    for client_id, providers in providers_of(db, organisation_ids).items():
        found |= {own: name for own, name in providers if client_id in managed or own in administered}
    return sorted(found.items(), key=lambda each: (each[1], each[0]))


def meant(db: Session, actor: Actor, organisation_id: uuid.UUID, chosen: uuid.UUID | None) -> uuid.UUID | None:
    """The provider somebody means: the one they chose, or the only one there is; None where nobody trains there.

    Raises Invalid where they have to choose.
    """
    known = [own for own, _ in offered(db, actor, [organisation_id])]
    if chosen in known or not known:
        return chosen if known else None
    if chosen is not None or len(known) > 1:
        raise Invalid({"provider": CHOOSE})
    return known[0]


def longest(db: Session, organisation_id: uuid.UUID) -> uuid.UUID | None:
    """Whom an organisation has bought from longest: a letter about all of it lies in that provider's outbox."""
    found = providers_of(db, [organisation_id]).get(organisation_id)
    return found[0][0] if found else None


def only(db: Session, organisation_id: uuid.UUID) -> uuid.UUID | None:
    """The one provider an organisation buys from. Of several it is none: what tells of all of them is for neither."""
    found = providers_of(db, [organisation_id]).get(organisation_id, [])
    return found[0][0] if len(found) == 1 else None


def begin(db: Session, provider: Organisation, client: Organisation) -> Provision:
    """The provider trains people there from today, or again. Begun twice is once."""
    here = (Provision.provider_id == provider.id, Provision.client_id == client.id)
    found = db.scalar(select(Provision).where(*here).with_for_update())
    if found is None:
        found = Provision(provider_id=provider.id, client_id=client.id, started_on=clock.today())
        db.add(found)
    found.ended_on = None
    if client.provider_id is None:
        client.provider_id = provider.id
    db.flush()
    return found
