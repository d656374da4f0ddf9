"""Moving on to the next rung of the ladder: another training beside the earlier one, which stays in the record."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import ladder
from assessments.standards import get_standard
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, Invalid, NotFound
from lms.learning import enrolling
from lms.learning.enrolling import Reached
from lms.learning.models import Enrolment
from lms.people import invitations
from lms.people.invitations import Place
from lms.people.models import Membership, Organisation, Person


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chooses for whoever moves on: the award, the trainer, and why they begin early if they do."""

    standard_id: str
    trainer_id: uuid.UUID
    because: str


@dataclass(frozen=True, slots=True)
class Mover:
    """Somebody who may move on: where they learn, what they were and are trained towards, and what they hold."""

    membership: Membership
    organisation: Organisation
    provider_id: uuid.UUID
    name: str
    trainings: tuple[Enrolment, ...]  # the first one first
    reached: frozenset[str]

    @property
    def running(self) -> tuple[Enrolment, ...]:
        return tuple(each for each in self.trainings if each.ended_on is None)

    @property
    def rungs(self) -> tuple[ladder.Rung, ...]:
        """What they may be trained towards next: every rung after those on which they are, or which they hold."""
        return tuple(rung for rung in ladder.RUNGS if ladder.comes_after(rung.id, self.there))

    @property
    def there(self) -> list[str]:
        """Where they are: the standards they hold, and those towards which they are trained, the latest last."""
        return [*sorted(self.reached), *(each.standard_id for each in self.running)]


def get_mover(db: Session, actor: Actor, membership_id: uuid.UUID, reached: Reached) -> Mover:
    """Somebody whom the actor looks after and who learns there now. Raises NotFound, Conflict."""
    membership = invitations.get_membership(db, actor, membership_id)
    organisation, provider_id = db.get_one(Organisation, membership.organisation_id), membership.provider_id
    if membership.role != Role.TRAINEE or provider_id is None:
        raise NotFound
    if membership.ended_on is not None:
        raise Conflict("This part has ended. Restore it first.")
    person = db.get_one(Person, membership.person_id)
    held: Collection[str] = reached(db, person.id, provider_id)
    mine = (Enrolment.person_id == person.id, Enrolment.provider_id == provider_id)
    trainings: Sequence[Enrolment] = db.scalars(select(Enrolment).where(*mine).order_by(Enrolment.id)).all()
    return Mover(membership, organisation, provider_id, person.name, tuple(trainings), frozenset(held))


def move_on(db: Session, actor: Actor, membership_id: uuid.UUID, chosen: Choice, reached: Reached) -> Enrolment:
    """Begin the training towards another award. The same twice is once. Raises NotFound, Conflict, Invalid."""
    mover = get_mover(db, actor, membership_id, reached)
    if mover.membership.person_id == actor.person_id:
        raise Conflict("This one is about you. Another administrator has to do it.")
    same = next((each for each in mover.running if each.standard_id == chosen.standard_id), None)
    if same is not None:
        return same
    _check(db, mover, chosen)
    place = Place(
        mover.organisation.id,
        Role.TRAINEE,
        mover.membership.unit_id,
        chosen.trainer_id,
        chosen.standard_id,
        chosen.because if ladder.lacking(chosen.standard_id, mover.reached) else "",
        mover.provider_id,
    )
    return enrolling.open_trainings(db, mover.membership.person_id, place)


def _check(db: Session, mover: Mover, chosen: Choice) -> None:
    wrong: dict[str, str] = {}
    if chosen.trainer_id not in {each[0] for each in invitations.list_trainers(db, [mover.provider_id])}:
        wrong["trainer"] = enrolling.TRAINER_MISSING
    if chosen.trainer_id == mover.membership.person_id:
        wrong["trainer"] = "Nobody trains themselves. Choose another trainer."
    if mover.there and chosen.standard_id not in {rung.id for rung in mover.rungs}:
        title = get_standard(mover.there[-1]).title
        wrong["award"] = enrolling.NOT_FURTHER.format(title=title)
    if wrong:
        raise Invalid(wrong)
    enrolling.check_rung(chosen.standard_id, mover.reached, chosen.because, mover.name)
