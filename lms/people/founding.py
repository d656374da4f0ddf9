"""Founding: the first organisation and its first administrator, before anybody can sign in and invite others."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms.core import clock, naming, settings
from lms.core.actor import Role
from lms.core.errors import Conflict, Invalid
from lms.people import places, provisions
from lms.people.invitations import Place, create_invitation
from lms.people.models import Organisation, Unit
from lms.people.rules import NAME_LENGTH, is_address


def found(db: Session, *, organisation: str, email: str, name: str) -> str:
    """The link that lets a provider's first administrator in. Again, it gives a new link. Raises Conflict, Invalid."""
    if not is_address(email):
        raise Invalid({"email": f"{email} is not an e-mail address."})
    if fault := naming.fault(name):
        raise Invalid({"name": f"{name} cannot be their name. {fault}"})
    provider = _named(db, organisation)
    if provider is None:
        provider = Organisation(name=organisation[:NAME_LENGTH], kind="provider")
        db.add(provider)
        db.flush()
    elif provider.kind != "provider":
        raise Conflict(f"{organisation} is a client organisation. Name the training provider.")
    place = Place(provider.id, Role.ADMINISTRATOR)
    _, code = create_invitation(db, None, name=name[:NAME_LENGTH], email=email, place=place)
    return f"{settings.current().public_url}/invitation/{code}"


def add_client(db: Session, *, name: str, provider: str, units: Iterable[str]) -> Organisation:
    """A client of a provider, with units given as NAME=HEADCOUNT; what is there stays, such as another provider.

    Raises Conflict, Invalid.
    """
    trains = _named(db, provider)
    if trains is None or trains.kind != "provider":
        raise Conflict(f"There is no training provider called {provider}. Run `lms setup` first.")
    client = _named(db, name)
    if client is None:
        client = Organisation(name=name[:NAME_LENGTH], kind="client")
        db.add(client)
        db.flush()
    elif client.kind != "client":
        raise Conflict(f"{name} is a training provider itself. Name the organisation whose people are trained.")
    provisions.begin(db, trains, client)
    for each in units:
        _add_unit(db, client, each)
    return client


def _add_unit(db: Session, client: Organisation, given: str) -> None:
    name, _, headcount = (part.strip() for part in given.rpartition("="))
    if not name or not headcount.isascii() or not headcount.isdigit():
        raise Invalid({"unit": f"Write a unit as NAME=HEADCOUNT, such as “Parks & Depot=74”. {given} is not."})
    name, people = name[:NAME_LENGTH], int(headcount)
    called = (Unit.organisation_id == client.id, or_(Unit.code == name, Unit.name == name))
    known = db.scalar(select(Unit).where(*called).order_by(Unit.code != name).limit(1))
    if known is None:
        db.add(Unit(organisation_id=client.id, name=name, headcount=people))
        db.flush()
    else:
        places.change_unit(db, known, clock.today(), name=known.name, parent_id=known.parent_id, headcount=people)


def _named(db: Session, name: str) -> Organisation | None:
    return db.scalar(select(Organisation).where(Organisation.name == name[:NAME_LENGTH]))
