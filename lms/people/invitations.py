"""Invitations and memberships: who may let whom in, taking a place, leaving it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, Invalid, NotFound
from lms.people import charge, places, provisions, same, service, stays
from lms.people.models import Invitation, Membership, Organisation, Person, Unit
from lms.people.rules import INVITATION_LIFE, digest, fold, invitable_roles, new_code

_LETTER = (Invitation.organisation_id, Invitation.provider_id)
GIVEN_UP = "This person has another account now and signs in no more with this one. Invite them by its address."
THEIR_OWN = "Only the organisation’s own managers end or restore this part."


@dataclass(frozen=True, slots=True)
class Place:
    """What somebody is invited to: a role in an organisation, and for trainees a unit, a trainer and an award."""

    organisation_id: uuid.UUID
    role: Role
    unit_id: uuid.UUID | None = None
    trainer_id: uuid.UUID | None = None
    standard_id: str | None = None
    early_because: str = ""
    provider_id: uuid.UUID | None = None  # who trains them; needed where the organisation buys from several


def get_organisation(db: Session, organisation_id: uuid.UUID) -> Organisation:
    """An organisation whose id the caller already holds through a scope or an invitation."""
    return db.get_one(Organisation, organisation_id)


def list_units(db: Session, organisation_ids: Sequence[uuid.UUID]) -> Sequence[Unit]:
    """The units of organisations already in scope."""
    standing = Unit.closed_on.is_(None) | (Unit.closed_on > clock.today())
    chosen = select(Unit).where(Unit.organisation_id.in_(organisation_ids), standing)
    return db.scalars(chosen.order_by(Unit.name)).all()


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


def with_provider(db: Session, actor: Actor, place: Place) -> Place:
    """The place with the provider that is meant. Managers invite further managers for nobody but their organisation.

    Raises Invalid where the provider has to be chosen.
    """
    if place.role == Role.MANAGER and place.organisation_id in actor.organisations(Role.MANAGER):
        return replace(place, provider_id=None)
    return replace(place, provider_id=provisions.meant(db, actor, place.organisation_id, place.provider_id))


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
    trained_by = {own for own, _ in provisions.providers_of(db, [organisation.id]).get(organisation.id, ())}
    place = with_provider(db, actor, place) if actor is not None else place
    if actor is not None and place.role not in invitable_roles(actor, organisation.id, trained_by):
        raise NotFound
    if _stands(db, fold(email), place):
        raise Invalid({"email": f"Somebody with this address already has this part in {organisation.name}."})
    same = (
        Invitation.organisation_id == place.organisation_id,
        Invitation.role == place.role,
        Invitation.provider_id.is_not_distinct_from(place.provider_id),
    )
    found = db.scalar(select(Invitation).where(*same, Invitation.email == fold(email)).with_for_update())
    invitation = found or Invitation(
        organisation_id=place.organisation_id, role=place.role, email=fold(email), provider_id=place.provider_id
    )
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
    chosen = select(Invitation).where(charge.in_charge(actor, *_LETTER), Invitation.accepted_at.is_(None))
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
    chosen = select(Invitation).where(charge.in_charge(actor, *_LETTER), Invitation.accepted_at.is_(None))
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
    theirs = charge.scope(actor).with_only_columns(Membership.person_id)
    return db.scalar(select(Person).where(Person.email == fold(email), Person.id.in_(theirs)))


def find_invited(db: Session, invitation: Invitation) -> Person | None:
    """The person who already has the address of an invitation; of an account that was given up, the one that stays."""
    found = db.scalar(select(Person).where(Person.email == invitation.email))
    return (same.find_kept(db, found.id) or found) if found is not None and not found.active else found


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
    _check_own(db, actor, membership)
    if membership.ended_on is None:
        membership.ended_on = clock.today()
        db.flush()
        if service.find_account(db, "id", membership.person_id) is None:
            service.end_sign_ins(db, membership.person_id)
    return membership


def restore_membership(db: Session, actor: Actor, membership_id: uuid.UUID) -> Membership:
    """Let somebody back in, as if they had not been away. Raises NotFound, Conflict."""
    membership = get_membership(db, actor, membership_id)
    _check_own(db, actor, membership)
    if same.find_kept(db, membership.person_id) is not None:
        raise Conflict(GIVEN_UP)
    stays.come_back(db, membership)
    return membership


def _check_own(db: Session, actor: Actor, membership: Membership) -> None:
    """A part that is with no provider is changed by whoever keeps the organisation's list. Raises Conflict."""
    kept = {each.id for each in charge.list_kept(db, actor)}
    if membership.provider_id is None and membership.organisation_id not in kept:
        raise Conflict(THEIR_OWN)


def get_membership(db: Session, actor: Actor, membership_id: uuid.UUID) -> Membership:
    """A membership in scope, held until the transaction ends. Raises NotFound."""
    found = db.scalar(charge.scope(actor).where(Membership.id == membership_id).with_for_update())
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
            Membership.provider_id.is_not_distinct_from(_trained_by(place.role, place.provider_id)),
            Membership.ended_on.is_(None),
        )
    )
    return db.scalar(found) is not None


def _trained_by(role: str, provider_id: uuid.UUID | None) -> uuid.UUID | None:
    """With whom a part is: only a trainee's is with a provider."""
    return provider_id if role == Role.TRAINEE else None


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
            Membership.provider_id.is_not_distinct_from(_trained_by(invitation.role, invitation.provider_id)),
        )
    )
    membership = found or Membership(
        person_id=person_id,
        organisation_id=invitation.organisation_id,
        role=invitation.role,
        provider_id=_trained_by(invitation.role, invitation.provider_id),
        started_on=clock.today(),
    )
    membership.unit_id = invitation.unit_id
    stays.come_back(db, membership)
    db.add(membership)
    db.flush()
