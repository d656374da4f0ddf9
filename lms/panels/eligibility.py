"""Who could sit on a panel about somebody, and everything the records say against it. Nothing of it is typed."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from lms.core.actor import Role
from lms.groups.seated import MANAGES, SEATED, seated_with
from lms.handover.evidence import why_not_independent
from lms.handover.rows import Learner
from lms.handover.rules import DECIDERS
from lms.learning.models import Enrolment
from lms.panels.models import Panel, PanelSeat
from lms.panels.rules import Sitter
from lms.people.models import Membership, Passkey, Person
from lms.practice.evidence import SeenSession
from lms.practice.models import Signature
from lms.practice.observation import MANAGER, TIES


@dataclass(frozen=True, slots=True)
class _Belongs:
    """What somebody does for the provider and for the organisation of whom it is about, now."""

    staff: set[uuid.UUID]
    there: set[uuid.UUID]
    manages: set[uuid.UUID]


def sitters(
    db: Session,
    learner: Learner,
    sessions: Iterable[SeenSession],
    first: Panel | None = None,
    named: Iterable[uuid.UUID] = (),
) -> dict[uuid.UUID, Sitter]:
    """Everybody who could sit, by name: the provider’s staff, whoever signed, and who was named already, even if they
    have left since. `first` is appealed against.
    """
    signed = _signed(db, learner.person_id)
    enrolment = db.get_one(Enrolment, learner.enrolment_id)
    belongs = _belongs(db, learner.provider_id, enrolment)
    ties, before = _ties(db, learner.person_id, sessions), _before(db, first)
    chosen = (
        select(Person.id, Person.name, Person.active, or_(Person.password.is_not(None), _passkey()))
        .where(Person.id.in_(belongs.staff | set(signed) | set(named)))
        .order_by(Person.name, Person.id)
    )
    return {
        person_id: Sitter(
            person_id=person_id,
            name=name,
            is_trainee=person_id == learner.person_id,
            is_open=active,
            has_account=bool(account),
            is_staff=person_id in belongs.staff,
            tie=MANAGES if person_id in belongs.manages else ties.get(person_id, ""),
            before=before.get(person_id, ""),
            signed=signed[person_id],
            works_there=person_id in belongs.there,
            is_trainer=person_id == learner.trainer_id,
        )
        for person_id, name, active, account in db.execute(chosen)
    }


def _passkey() -> ColumnElement[bool]:
    return select(Passkey.id).where(Passkey.user_id == Person.id).exists()


def _signed(db: Session, person_id: uuid.UUID) -> Counter[uuid.UUID]:
    """How many signatures each gave about the person, those that were taken back among them."""
    rows = db.execute(
        select(Signature.signer_id, func.count()).where(Signature.person_id == person_id).group_by(Signature.signer_id)
    )
    return Counter({row[0]: row[1] for row in rows})


def _belongs(db: Session, provider_id: uuid.UUID, enrolment: Enrolment) -> _Belongs:
    """Managers of one unit manage those who work there; of none, all of the organisation."""
    rows = db.execute(
        select(Membership.person_id, Membership.organisation_id, Membership.role, Membership.unit_id).where(
            Membership.organisation_id.in_({provider_id, enrolment.organisation_id}), Membership.ended_on.is_(None)
        )
    ).all()
    home = [row for row in rows if row.organisation_id == enrolment.organisation_id]
    over = (None, enrolment.unit_id)
    return _Belongs(
        staff={row.person_id for row in rows if row.organisation_id == provider_id and Role(row.role) in DECIDERS},
        there={row.person_id for row in home},
        manages={row.person_id for row in home if row.role == Role.MANAGER and row.unit_id in over},
    )


def _ties(db: Session, person_id: uuid.UUID, sessions: Iterable[SeenSession]) -> dict[uuid.UUID, str]:
    """What ties people to the person: what signers said, and a circle in which they sit or sat together."""
    found = seated_with(db, person_id)
    for each in sessions:
        if each.signed_at is not None and why_not_independent(each) in (TIES[MANAGER], SEATED):
            found[each.signer_id] = why_not_independent(each)
        if each.observer_id is not None and MANAGER in each.outside.ties:
            found[each.observer_id] = TIES[MANAGER]
    return found


def _before(db: Session, first: Panel | None) -> dict[uuid.UUID, str]:
    if first is None:
        return {}
    seats = db.scalars(select(PanelSeat.person_id).where(PanelSeat.panel_id == first.id))
    named = dict.fromkeys(seats, "was named for the first panel")
    return {first.called_by: "called the first panel"} | named
