"""A manager names somebody for a training; an administrator of the provider gives the place, or says why not."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select
from sqlalchemy.orm import Session

from assessments import ladder
from assessments.standards import get_standard
from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.db import insert_once
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.waiting import line
from lms.learning import enrolling, moving_on
from lms.learning.enrolling import Reached
from lms.learning.models import Nomination
from lms.learning.moving_on import Choice
from lms.messages import service as messages
from lms.people import invitations, provisions
from lms.people import service as people
from lms.people.invitations import Place
from lms.people.models import Invitation, Membership, Person, Unit
from lms.people.rules import fold

NOMINATED = "nominated"
MOST = 100
LONGEST_WHY = 500
NOT_YOURS = "Choose one of the units you look after."
NOBODY_TRAINS = "No provider trains people of this organisation now, so there is nobody to nominate to."
NO_WHY = "Write one sentence: why this person, and why now."
NO_BECAUSE = "Write why not. Their manager reads it."
TWICE = "Somebody has nominated this address for this award already, and it waits for an answer."
ANSWERED = "{name} was {what} meanwhile, by {who}. Open the page again."


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a manager nominates, for what, and why."""

    name: str
    email: str
    unit_id: uuid.UUID
    standard_id: str
    why: str
    provider_id: uuid.UUID | None = None  # needed where the organisation buys from several


def _named_by(actor: Actor) -> ColumnElement[bool]:
    """Those of organisations that the actor manages."""
    return Nomination.organisation_id.in_(actor.organisations(Role.MANAGER))


def _to_decide(actor: Actor) -> ColumnElement[bool]:
    """Those sent to a provider that the actor administers."""
    return Nomination.provider_id.in_(actor.organisations(Role.ADMINISTRATOR))


def scope(actor: Actor) -> Select[Nomination]:
    """The nominations `actor` may read."""
    return select(Nomination).where(or_(_named_by(actor), _to_decide(actor)))


def waiting(actor: Actor) -> Select[Any]:
    """Those that wait for the actor, for home."""
    chosen = select(*line(NOMINATED, Nomination.id, Nomination.name))
    return chosen.where(_to_decide(actor), Nomination.decided_at.is_(None), Nomination.nominated_by != actor.person_id)


def units_of(db: Session, actor: Actor) -> Sequence[Unit]:
    """The units whose people the actor may nominate."""
    return invitations.list_units(db, list(actor.organisations(Role.MANAGER)))


def list_nominations(db: Session, actor: Actor) -> Sequence[Row[Nomination, str, Invitation | None]]:
    """What the actor may read, what waits first and then the latest, each with its unit and its invitation."""
    chosen = (
        scope(actor)
        .add_columns(Unit.name, Invitation)
        .join(Unit, Unit.id == Nomination.unit_id)
        .outerjoin(Invitation, Invitation.id == Nomination.invitation_id)
        .order_by(Nomination.decided_at.is_not(None), Nomination.nominated_at.desc(), Nomination.id)
    )
    return db.execute(chosen.limit(MOST)).all()


def get_nomination(db: Session, actor: Actor, nomination_id: uuid.UUID, *, lock: bool = False) -> Nomination:
    """Raises NotFound."""
    chosen = scope(actor).where(Nomination.id == nomination_id)
    found = db.scalar(chosen.with_for_update() if lock else chosen)
    if found is None:
        raise NotFound
    return found


def may_decide(db: Session, actor: Actor, nomination: Nomination) -> bool:
    """Whether it waits for the actor's word: nobody gives a place to whom they named themselves."""
    mine = select(Nomination.id).where(Nomination.id == nomination.id, _to_decide(actor))
    return nomination.nominated_by != actor.person_id and db.scalar(mine) is not None


def nominate(db: Session, actor: Actor, key: uuid.UUID, named: Named) -> Nomination:
    """Name somebody; the provider's administrators get a letter. The same form twice is once. Raises Invalid."""
    unit = next((each for each in units_of(db, actor) if each.id == named.unit_id), None)
    if unit is None:
        raise Invalid({"unit": NOT_YOURS})
    if named.standard_id not in {rung.id for rung in ladder.RUNGS}:
        raise Invalid({"award": enrolling.AWARD_MISSING})
    provider_id = provisions.meant(db, actor, unit.organisation_id, named.provider_id)
    if provider_id is None:
        raise Invalid({"unit": NOBODY_TRAINS})
    given = {
        "organisation_id": unit.organisation_id, "provider_id": provider_id, "unit_id": unit.id,
        "name": named.name, "email": fold(named.email),
        "standard_id": named.standard_id, "why": named.why, "because": "",
    }  # fmt: skip
    if insert_once(db, Nomination, id=key, **given, nominated_by=actor.person_id, nominated_at=clock.now()):
        _tell_administrators(db, actor, key, provider_id, unit, named)
    found = db.scalar(select(Nomination).where(Nomination.id == key, Nomination.nominated_by == actor.person_id))
    if found is None:
        raise Invalid({"email": TWICE})
    return found


def accept(
    db: Session, actor: Actor, nomination_id: uuid.UUID, trainer_id: uuid.UUID, because: str, reached: Reached
) -> Nomination:
    """Give the place: who is in training there already moves on, everybody else is invited by letter. Accepted twice
    is once. `because` says why somebody begins early. Raises NotFound, Conflict, Invalid.
    """
    found = _get_to_decide(db, actor, nomination_id, accepted=True)
    if found.decided_at is not None:
        return found
    member = _membership(db, found)
    if member is not None:
        chosen = Choice(found.standard_id, trainer_id, because)
        moving_on.move_on(db, actor, member, chosen, reached)
    else:
        place = Place(
            found.organisation_id,
            Role.TRAINEE,
            found.unit_id,
            trainer_id,
            found.standard_id,
            because,
            found.provider_id,
        )
        found.invitation_id = enrolling.invite(
            db, actor, name=found.name, email=found.email, place=place, reached=reached
        ).id
    _decide(db, actor, found, accepted=True)
    return found


def decline(db: Session, actor: Actor, nomination_id: uuid.UUID, because: str) -> Nomination:
    """Say no, and why; the manager reads it. Declined twice is once. Raises NotFound, Conflict, Invalid."""
    found = _get_to_decide(db, actor, nomination_id, accepted=False)
    if found.decided_at is None:
        if not because:
            raise Invalid({"declined": NO_BECAUSE})
        found.because = because
        _decide(db, actor, found, accepted=False)
    return found


def _get_to_decide(db: Session, actor: Actor, nomination_id: uuid.UUID, *, accepted: bool) -> Nomination:
    found = get_nomination(db, actor, nomination_id, lock=True)
    if not may_decide(db, actor, found):
        raise NotFound
    same = found.decided_by == actor.person_id and found.accepted == accepted
    if found.decided_by is not None and not same:
        who, what = people.get_person(db, found.decided_by).name, "accepted" if found.accepted else "declined"
        raise Conflict(ANSWERED.format(name=found.name, what=what, who=who))
    return found


def _membership(db: Session, nomination: Nomination) -> uuid.UUID | None:
    """The place as a trainee that somebody with this address has in the organisation today."""
    theirs = select(Membership.id).join(Person, Person.id == Membership.person_id)
    return db.scalar(
        theirs.where(
            Person.email == nomination.email,
            Membership.organisation_id == nomination.organisation_id,
            Membership.provider_id == nomination.provider_id,
            Membership.role == Role.TRAINEE,
            Membership.ended_on.is_(None),
        )
    )


def _decide(db: Session, actor: Actor, nomination: Nomination, *, accepted: bool) -> None:
    nomination.decided_by, nomination.decided_at, nomination.accepted = actor.person_id, clock.now(), accepted
    db.flush()
    messages.send(
        db,
        "nomination_accepted" if accepted else "nomination_declined",
        person_id=nomination.nominated_by,
        organisation_id=nomination.provider_id,
        trainee=nomination.name,
        award=get_standard(nomination.standard_id).title,
        decided_by=actor.name,
        reason=nomination.because,
        link=messages.link(f"/nominations/{nomination.id}"),
    )


def _tell_administrators(
    db: Session, actor: Actor, nomination_id: uuid.UUID, provider: uuid.UUID, unit: Unit, named: Named
) -> None:
    for person_id in people.people_with(db, Role.ADMINISTRATOR, [provider]):
        messages.send(
            db,
            "nominated",
            person_id=person_id,
            organisation_id=provider,
            named_by=actor.name,
            trainee=named.name,
            unit=unit.name,
            award=get_standard(named.standard_id).title,
            link=messages.link(f"/nominations/{nomination_id}"),
        )
