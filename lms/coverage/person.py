"""One person as far as the manager of their organisation may know: what they count as, and on which evidence.

Never what they wrote, and never what was said in a circle.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessments.standards import get_standard
from lms.certificates import records
from lms.certificates.records import Record
from lms.core.actor import Actor
from lms.core.errors import NotFound
from lms.core.stretches import FOREVER
from lms.coverage.meaning import Meaning, since
from lms.coverage.meanings import meaning_on
from lms.coverage.models import CoverSpan
from lms.learning.models import Enrolment
from lms.people import same
from lms.people.managed import managed
from lms.people.models import Person, Unit
from lms.practice.led import led_rounds


@dataclass(frozen=True, slots=True)
class Stay:
    """What somebody was to a unit, from a day until a day."""

    unit: str
    kind: str
    from_on: date
    until_on: date | None


@dataclass(frozen=True, slots=True)
class Training:
    """A training of theirs: towards what, since when, at whose side."""

    title: str
    trainer: str
    started_on: date
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of the organisation."""

    id: uuid.UUID
    name: str
    organisation_id: uuid.UUID
    organisation: str
    meaning: Meaning
    notice: str  # that another meaning is being worked in, if one is
    now: tuple[Stay, ...]
    before: tuple[Stay, ...]  # the latest first
    certificates: Sequence[Record]
    training: tuple[Training, ...]
    led: int  # rounds that count today
    last_led: date | None

    @property
    def first_name(self) -> str:
        return self.name.split()[0]


def get_person(
    db: Session, actor: Actor, person_id: uuid.UUID, on: date, organisation_id: uuid.UUID | None = None
) -> Known:
    """Somebody who counts or counted in an organisation the actor manages, under every account they have had.

    Raises NotFound. Six queries.
    """
    chosen = managed(actor, organisation_id)
    own = chosen.id
    stays = _stays(db, own, person_id)
    if not stays:
        raise NotFound
    said = meaning_on(db, own, on)
    led = led_rounds(db, same.accounts_of(person_id))
    rounds = [each for each in led if each.organisation_id == own and each.voided_at is None]
    held = sorted(each.held_on for each in rounds if each.held_on <= on)
    return Known(
        id=person_id,
        name=stays[0][0],
        organisation_id=own,
        organisation=chosen.name,
        meaning=said.meaning,
        notice=said.notice,
        now=tuple(stay for _, stay in stays if stay.from_on <= on and (stay.until_on is None or stay.until_on > on)),
        before=tuple(stay for _, stay in stays if stay.until_on is not None and stay.until_on <= on),
        certificates=[
            each for each in records.records_of(db, actor, person_id) if each.certificate.organisation_id == own
        ],
        training=tuple(_training(db, own, person_id)),
        led=sum(1 for day in held if day >= since(on, said.meaning.days)),
        last_led=held[-1] if held else None,
    )


def _stays(db: Session, organisation_id: uuid.UUID, person_id: uuid.UUID) -> list[tuple[str, Stay]]:
    """What they were to which unit, the latest first, each with their name."""
    chosen = (
        select(Person.name, func.coalesce(Unit.name, ""), CoverSpan.kind, CoverSpan.from_on, CoverSpan.until_on)
        .select_from(CoverSpan)
        .join(Person, Person.id == CoverSpan.person_id)
        .outerjoin(Unit, Unit.id == CoverSpan.unit_id)
        .where(CoverSpan.organisation_id == organisation_id, CoverSpan.person_id == person_id, ~CoverSpan.ahead)
        .order_by(CoverSpan.from_on.desc(), CoverSpan.until_on.desc(), Unit.name)
    )
    return [
        (name, Stay(unit, kind, from_on, None if until_on == FOREVER else until_on))
        for name, unit, kind, from_on, until_on in db.execute(chosen)
    ]


def _training(db: Session, organisation_id: uuid.UUID, person_id: uuid.UUID) -> list[Training]:
    chosen = (
        select(Enrolment, Person.name)
        .join(Person, Person.id == Enrolment.trainer_id)
        .where(Enrolment.organisation_id == organisation_id, same.is_of(Enrolment.person_id, person_id))
        .order_by(Enrolment.started_on.desc(), Enrolment.id)
    )
    return [
        Training(get_standard(row.standard_id, row.standard_version).title, trainer, row.started_on, row.ended_on)
        for row, trainer in db.execute(chosen)
    ]
