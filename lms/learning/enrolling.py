"""Letting people in: the letter that invites, the place they take, the enrolment that comes with it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence

from sqlalchemy import ColumnElement, not_, select
from sqlalchemy.orm import Session

from assessments import ladder
from assessments.standards import get_standard
from assessments.wording import first_name
from lms.core import clock
from lms.core.actor import ROLE_LABELS, Actor, Role
from lms.core.errors import Invalid
from lms.editions import service as editions
from lms.learning import spells
from lms.learning.models import Enrolment
from lms.messages import service as messages
from lms.people import invitations
from lms.people.invitations import Place
from lms.people.models import Invitation, Membership, Organisation, Person, Unit

STANDARD = ladder.USUAL  # in its newest version, what whoever is invited is trained towards
# Which standards a person has reached with a provider, and holds today. What was decided is known to a higher area.
Reached = Callable[[Session, uuid.UUID, uuid.UUID], Collection[str]]
AWARD_MISSING = "Choose the award they are trained towards."
UNIT_MISSING = "Choose the unit. A trainee belongs to one."
TRAINER_MISSING = "Choose a trainer. Somebody sits beside every trainee."
NOT_FURTHER = "They hold “{title}” or are in training for it with this provider. Choose an award that comes after it."


def invite(
    db: Session, actor: Actor, *, name: str, email: str, place: Place, reached: Reached | None = None
) -> Invitation:
    """Invite somebody by letter. Raises NotFound, Invalid, Conflict.

    What comes before an award is looked up of people whom the actor looks after already; others have reached nothing
    here, whether or not they have an account.
    """
    _check(db, place)
    _check_award(db, actor, name, email, place, reached)
    invitation, code = invitations.create_invitation(db, actor, name=name, email=email, place=place)
    _write(db, actor, invitation, code)
    return invitation


def invite_again(db: Session, actor: Actor, invitation_id: uuid.UUID) -> Invitation:
    """Send the letter once more, with a new link. Raises NotFound."""
    invitation, code = invitations.renew_invitation(db, actor, invitation_id)
    _write(db, actor, invitation, code)
    return invitation


def accept(db: Session, code: str, actor: Actor | None, *, name: str = "", password_hash: str | None = None) -> Person:
    """Take the place; a trainee is enrolled with their trainer at once. Raises NotFound, Conflict."""
    invitation, person = invitations.accept_invitation(db, code, actor=actor, name=name, password_hash=password_hash)
    if invitation.role == Role.TRAINEE:
        _enrol(db, person.id, invitation)
    return person


def suspend(db: Session, actor: Actor, membership_id: uuid.UUID) -> Membership:
    """End a membership from now on, and the training that belongs to it. Raises NotFound, Conflict."""
    membership = invitations.end_membership(db, actor, membership_id)
    if membership.role == Role.TRAINEE:
        for each in _trainings(db, membership, Enrolment.ended_on.is_(None)):
            each.ended_on = membership.ended_on
    return membership


def restore(db: Session, actor: Actor, membership_id: uuid.UUID) -> Membership:
    """Take a suspension back, and go on with the training it ended; what its learner let rest that day rests on.

    Raises NotFound.
    """
    ended_on = invitations.get_membership(db, actor, membership_id).ended_on
    membership = invitations.restore_membership(db, actor, membership_id)
    if membership.role == Role.TRAINEE and ended_on is not None:
        for each in _trainings(db, membership, Enrolment.ended_on == ended_on, not_(Enrolment.rests)):
            spells.go_on(db, each)
    return membership


def _check(db: Session, place: Place) -> None:
    """A trainee has a unit of the organisation and a trainer of its provider; nobody else has either."""
    if place.role != Role.TRAINEE:
        return
    organisation = db.get_one(Organisation, place.organisation_id)
    units = {each.id for each in invitations.list_units(db, [organisation.id])}
    trainers = {each[0] for each in invitations.list_trainers(db, [organisation.provider_id])}
    wrong = {}
    if place.unit_id not in units:
        wrong["place"] = UNIT_MISSING
    if place.trainer_id not in trainers:
        wrong["trainer"] = TRAINER_MISSING
    if wrong:
        raise Invalid(wrong)


def _check_award(db: Session, actor: Actor, name: str, email: str, place: Place, reached: Reached | None) -> None:
    if place.role != Role.TRAINEE or place.standard_id is None:
        return
    provider_id = db.get_one(Organisation, place.organisation_id).provider_id
    person = invitations.find_looked_after(db, actor, email)
    held = reached(db, person.id, provider_id) if reached and person and provider_id else ()
    check_rung(place.standard_id, held, place.early_because, name)


def check_rung(standard_id: str, held: Collection[str], because: str, name: str) -> None:
    """Raises Invalid where what comes before is missing, unless a rung may be entered early and it says why."""
    if standard_id not in {rung.id for rung in ladder.RUNGS}:
        raise Invalid({"award": AWARD_MISSING})
    said = ladder.what_lacks(standard_id, held, first_name(name))
    if said and (not because or not ladder.rung_of(standard_id).early):
        raise Invalid({"because" if ladder.rung_of(standard_id).early else "award": said})


def _write(db: Session, actor: Actor, invitation: Invitation, code: str) -> None:
    organisation = db.get_one(Organisation, invitation.organisation_id)
    unit = db.get(Unit, invitation.unit_id) if invitation.unit_id else None
    messages.send(
        db,
        "invitation",
        email=invitation.email,
        organisation_id=organisation.provider_id or organisation.id,
        name=invitation.name,
        inviter=actor.name,
        organisation=f"{organisation.name}, {unit.name}" if unit else organisation.name,
        role=ROLE_LABELS[Role(invitation.role)].lower(),
        expires_on=invitation.expires_at,
        link=messages.link(f"/invitation/{code}"),
    )


def _enrol(db: Session, person_id: uuid.UUID, invitation: Invitation) -> None:
    """A new enrolment, or the one they had with this provider towards the same award, gone on with."""
    organisation = db.get_one(Organisation, invitation.organisation_id)
    place = Place(
        organisation.id,
        Role.TRAINEE,
        _required(invitation.unit_id),
        _required(invitation.trainer_id),
        invitation.standard_id or STANDARD,
        invitation.early_because,
    )
    open_trainings(db, person_id, organisation, place)


def open_trainings(db: Session, person_id: uuid.UUID, organisation: Organisation, place: Place) -> Enrolment:
    """The training towards an award. Whoever begins it early is also in training for what comes before it: it is a gate
    of the award, and somebody has to be able to decide about it.
    """
    standard_id = place.standard_id or STANDARD
    before = ladder.asked_before(get_standard(standard_id)) if place.early_because else ()
    for each in before:
        _open(db, person_id, organisation, place, each, "")
    return _open(db, person_id, organisation, place, standard_id, place.early_because)


def _open(
    db: Session, person_id: uuid.UUID, organisation: Organisation, place: Place, standard_id: str, because: str
) -> Enrolment:
    standard = get_standard(standard_id)
    mine = (Enrolment.person_id == person_id, Enrolment.provider_id == organisation.provider_id)
    found = db.scalar(select(Enrolment).where(*mine, Enrolment.standard_id == standard_id))
    enrolment = found or Enrolment(
        person_id=person_id,
        provider_id=organisation.provider_id,
        standard_id=standard.id,
        standard_version=standard.version,
        started_on=clock.today(),
        early_because=because,
    )
    if found is not None:
        spells.go_on(db, found, organisation.id)
    enrolment.organisation_id, enrolment.unit_id = organisation.id, _required(place.unit_id)
    enrolment.trainer_id = _required(place.trainer_id)
    db.add(enrolment)
    db.flush()
    editions.begin(db, person_id)
    return enrolment


def _required(chosen: uuid.UUID | None) -> uuid.UUID:
    assert chosen is not None, "the form asks trainees for it"  # noqa: S101 - checked when the invitation was made
    return chosen


def _trainings(db: Session, membership: Membership, *which: ColumnElement[bool]) -> Sequence[Enrolment]:
    mine = (Enrolment.person_id == membership.person_id, Enrolment.organisation_id == membership.organisation_id)
    return db.scalars(select(Enrolment).where(*mine, *which)).all()
