"""Invitations and memberships: who may let whom in, taking a place, leaving it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute as Column
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, Invalid, NotFound
from lms.people import places, service, stays
from lms.people.models import Invitation, Membership, Organisation, Person, Unit
from lms.people.rules import INVITATION_LIFE, digest, fold, invitable_roles, new_code

PAGE = 50


@dataclass(frozen=True, slots=True)
class Place:
    """What somebody is invited to: a role in an organisation, and for trainees a unit, a trainer and an award."""

    organisation_id: uuid.UUID
    role: Role
    unit_id: uuid.UUID | None = None
    trainer_id: uuid.UUID | None = None
    standard_id: str | None = None
    early_because: str = ""


def _in_charge(actor: Actor, organisation_id: Column[uuid.UUID]) -> ColumnElement[bool]:
    """Whether `actor` looks after the organisation: as its administrator or manager, or as its trainer's provider."""
    clients = select(Organisation.id).where(Organisation.provider_id.in_(actor.organisations(Role.ADMINISTRATOR)))
    own = actor.organisations(Role.ADMINISTRATOR, Role.MANAGER)
    return or_(organisation_id.in_(own), organisation_id.in_(clients))


def _matches(name: Column[str], email: Column[str], search: str) -> ColumnElement[bool]:
    return or_(name.icontains(search, autoescape=True), email.contains(fold(search), autoescape=True))


def scope(actor: Actor) -> Select[Membership]:
    """The memberships `actor` looks after."""
    return select(Membership).where(_in_charge(actor, Membership.organisation_id))


def list_organisations(db: Session, actor: Actor) -> Sequence[Organisation]:
    """The organisations `actor` may invite people to."""
    chosen = select(Organisation).where(_in_charge(actor, Organisation.id))
    return db.scalars(chosen.order_by(Organisation.kind.desc(), Organisation.name)).all()


def get_organisation(db: Session, organisation_id: uuid.UUID) -> Organisation:
    """An organisation whose id the caller already holds through a scope or an invitation."""
    return db.get_one(Organisation, organisation_id)


def list_units(db: Session, organisation_ids: Sequence[uuid.UUID]) -> Sequence[Unit]:
    """The units of organisations already in scope."""
    standing = Unit.closed_on.is_(None) | (Unit.closed_on > clock.today())
    chosen = select(Unit).where(Unit.organisation_id.in_(organisation_ids), standing)
    return db.scalars(chosen.order_by(Unit.name)).all()


def list_members(
    db: Session, actor: Actor, search: str = "", skip: int = 0
) -> Sequence[Row[Membership, str, str, str, str | None]]:
    """The people `actor` looks after, by name: membership, name, address, organisation, unit. One more than a page."""
    chosen = (
        select(Membership, Person.name, Person.email, Organisation.name.label("organisation"), Unit.name.label("unit"))
        .join(Person, Person.id == Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(_in_charge(actor, Membership.organisation_id))
        .order_by(Person.name, Membership.started_on, Membership.id)
    )
    if search:
        chosen = chosen.where(_matches(Person.name, Person.email, search))
    return db.execute(chosen.offset(skip).limit(PAGE + 1)).all()


def count_members(db: Session, actor: Actor) -> int:
    """How many people `actor` looks after who have a part today."""
    standing = scope(actor).where(Membership.ended_on.is_(None)).subquery()
    return db.scalar(select(func.count(func.distinct(standing.c.person_id)))) or 0


def list_trainers(db: Session, provider_ids: Sequence[uuid.UUID | None]) -> Sequence[tuple[uuid.UUID, str, uuid.UUID]]:
    """The trainers of providers: person, name, provider."""
    rows = db.execute(
        select(Person.id, Person.name, Membership.organisation_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id.in_([each for each in provider_ids if each]),
            Membership.role == Role.TRAINER,
            Membership.ended_on.is_(None),
        )
        .order_by(Person.name)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def create_invitation(
    db: Session, actor: Actor | None, *, name: str, email: str, place: Place
) -> tuple[Invitation, str]:
    """Invite somebody to a place, or renew their invitation to it. Returns it with the code for the letter.

    Without an actor it is the person who runs the program, for the first administrator. The answer is the same whether
    or not the address has an account. Raises NotFound, Invalid.
    """
    organisation = db.get(Organisation, place.organisation_id)
    if organisation is None:
        raise NotFound
    if actor is not None and place.role not in invitable_roles(actor, organisation.id, organisation.provider_id):
        raise NotFound
    if _stands(db, fold(email), place):
        raise Invalid({"email": f"Somebody with this address already has this part in {organisation.name}."})
    same = (Invitation.organisation_id == place.organisation_id, Invitation.role == place.role)
    found = db.scalar(select(Invitation).where(*same, Invitation.email == fold(email)).with_for_update())
    invitation = found or Invitation(organisation_id=place.organisation_id, role=place.role, email=fold(email))
    invitation.name, invitation.unit_id, invitation.trainer_id = name, place.unit_id, place.trainer_id
    invitation.standard_id, invitation.early_because = place.standard_id, place.early_because
    invitation.invited_by = actor.person_id if actor else None
    code = _renew(invitation)
    db.add(invitation)
    try:
        db.flush()
    except IntegrityError:
        raise Conflict("Somebody has just sent this invitation. There is no need to send it twice.") from None
    return invitation, code


def renew_invitation(db: Session, actor: Actor, invitation_id: uuid.UUID) -> tuple[Invitation, str]:
    """Write the letter again: a new code, another two weeks; the old code is dead. Raises NotFound."""
    chosen = select(Invitation).where(_in_charge(actor, Invitation.organisation_id), Invitation.accepted_at.is_(None))
    invitation = db.scalar(chosen.where(Invitation.id == invitation_id).with_for_update())
    if invitation is None:
        raise NotFound
    return invitation, _renew(invitation)


def find_invitation(db: Session, code: str, *, lock: bool = False) -> Invitation | None:
    """The invitation a code opens: not used, not run out."""
    opened = select(Invitation).where(
        Invitation.code_digest == digest(code), Invitation.accepted_at.is_(None), Invitation.expires_at > clock.now()
    )
    return db.scalar(opened.with_for_update() if lock else opened)


def list_invitations(db: Session, actor: Actor, search: str = "") -> Sequence[Invitation]:
    """Those who are invited and not here yet, newest first."""
    chosen = select(Invitation).where(_in_charge(actor, Invitation.organisation_id), Invitation.accepted_at.is_(None))
    if search:
        chosen = chosen.where(
            or_(
                Invitation.name.icontains(search, autoescape=True),
                Invitation.email.contains(fold(search), autoescape=True),
            )
        )
    return db.scalars(chosen.order_by(Invitation.created_at.desc()).limit(100)).all()


def find_looked_after(db: Session, actor: Actor, email: str) -> Person | None:
    """The person with this address, if `actor` looks after them already. Of others nothing is told."""
    theirs = scope(actor).with_only_columns(Membership.person_id)
    return db.scalar(select(Person).where(Person.email == fold(email), Person.id.in_(theirs)))


def find_invited(db: Session, invitation: Invitation) -> Person | None:
    """The person who already has the address of an invitation."""
    return db.scalar(select(Person).where(Person.email == invitation.email))


def must_sign_in(db: Session, person: Person | None) -> bool:
    """Whether the invited person has an account that opens. If not, the letter lets them set a password, as a reset
    would; people who left come back that way."""
    return person is not None and service.find_account(db, "id", person.id) is not None and person.password is not None


def accept_invitation(
    db: Session, code: str, *, actor: Actor | None, name: str = "", password_hash: str | None = None
) -> tuple[Invitation, Person]:
    """Take the place: with a name and a new password, or signed in. The code works once. Raises NotFound, Conflict."""
    invitation = find_invitation(db, code, lock=True)
    if invitation is None:
        raise NotFound
    person = find_invited(db, invitation)
    if must_sign_in(db, person):
        if actor is None or person is None or actor.person_id != person.id:
            raise NotFound
    else:
        person = _with_password(db, person, invitation.email, name, password_hash)
    invitation.accepted_at = clock.now()
    _join(db, person.id, invitation)
    places.arrive(db, person, invitation.organisation_id, invitation.unit_id)
    return invitation, person


def end_membership(db: Session, actor: Actor, membership_id: uuid.UUID) -> Membership:
    """Suspend: the role is gone with the next request, and with the last one every sign-in.

    Raises NotFound, Conflict.
    """
    membership = get_membership(db, actor, membership_id)
    if membership.person_id == actor.person_id:
        raise Conflict("You cannot suspend yourself. Ask another administrator.")
    if membership.ended_on is None:
        membership.ended_on = clock.today()
        db.flush()
        if service.find_account(db, "id", membership.person_id) is None:
            service.end_sign_ins(db, membership.person_id)
    return membership


def restore_membership(db: Session, actor: Actor, membership_id: uuid.UUID) -> Membership:
    """Let somebody back in, as if they had not been away. Raises NotFound."""
    membership = get_membership(db, actor, membership_id)
    stays.come_back(db, membership)
    return membership


def get_membership(db: Session, actor: Actor, membership_id: uuid.UUID) -> Membership:
    """A membership in scope, held until the transaction ends. Raises NotFound."""
    found = db.scalar(scope(actor).where(Membership.id == membership_id).with_for_update())
    if found is None:
        raise NotFound
    return found


def _renew(invitation: Invitation) -> str:
    code, now = new_code(), clock.now()
    invitation.code_digest, invitation.created_at, invitation.accepted_at = digest(code), now, None
    invitation.expires_at = now + INVITATION_LIFE
    return code


def _stands(db: Session, email: str, place: Place) -> bool:
    found = (
        select(Membership.id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Person.email == email,
            Membership.organisation_id == place.organisation_id,
            Membership.role == place.role,
            Membership.ended_on.is_(None),
        )
    )
    return db.scalar(found) is not None


def _with_password(db: Session, person: Person | None, email: str, name: str, password_hash: str | None) -> Person:
    if not name or password_hash is None or (person is not None and not person.active):
        raise NotFound
    found = person or Person(email=email)
    found.name, found.password = name, password_hash
    db.add(found)
    try:
        db.flush()
    except IntegrityError:
        raise Conflict("This address has just got an account. Open the link again.") from None
    service.end_sign_ins(db, found.id)
    return found


def _join(db: Session, person_id: uuid.UUID, invitation: Invitation) -> None:
    """A membership from today, or the one they had, standing again."""
    found = db.scalar(
        select(Membership).where(
            Membership.person_id == person_id,
            Membership.organisation_id == invitation.organisation_id,
            Membership.role == invitation.role,
        )
    )
    membership = found or Membership(
        person_id=person_id,
        organisation_id=invitation.organisation_id,
        role=invitation.role,
        started_on=clock.today(),
    )
    membership.unit_id = invitation.unit_id
    stays.come_back(db, membership)
    db.add(membership)
    db.flush()
