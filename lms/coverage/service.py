"""What managers ask of coverage: the whole picture on any day, and one unit of it. Reads only."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, bindparam, func, select
from sqlalchemy.orm import Session

from lms.certificates.models import Certificate
from lms.core.actor import Actor
from lms.core.errors import NotFound
from lms.coverage.meaning import Meaning
from lms.coverage.meanings import Said, meaning_on
from lms.coverage.models import CoverCorrection, CoverSpan
from lms.coverage.rules import Cover, Held, Learner, UnitCover, UnitFacts, cover
from lms.coverage.spans import ACTIVE, TRAINING
from lms.people import places
from lms.people.managed import Managed, all_managed, managed
from lms.people.models import Person


@dataclass(frozen=True)
class Report:
    """An organisation's cover on a day, what “covered” meant on it, and who held or was on the way to a certificate."""

    organisation_id: uuid.UUID
    organisation: str
    cover: Cover
    held: tuple[Held, ...]  # once for each of their units
    training: tuple[Learner, ...]
    left: tuple[str, ...]  # who holds a valid certificate and works in no unit
    said: Said  # what “covered” meant that day, and who said so
    corrected: tuple[date, ...]  # when what is told here was put right later, after its page had shown it otherwise
    others: tuple[Managed, ...]  # the other organisations whose cover the actor may see

    @property
    def on(self) -> date:
        return self.cover.on

    @property
    def meaning(self) -> Meaning:
        return self.said.meaning


def report(db: Session, actor: Actor, on: date, organisation_id: uuid.UUID | None = None) -> Report:
    """The cover of an organisation the actor manages, on any day as its page showed it then. Raises NotFound.

    Four queries, whatever the size: units, meaning, corrections, and one indexed look into the summary.
    """
    chosen = managed(actor, organisation_id)
    own = chosen.id
    units = places.units_on(db, own, on)
    standing = {unit.id for unit in units}
    held, training, left, here = [], [], {}, set()
    for who, name, unit_id, kind, valid_until, certificate_id in _there(db, own, on):
        if unit_id not in standing:
            left[who] = name if kind != TRAINING else ""
        elif kind == TRAINING:
            training.append(Learner(who, name, unit_id))
        else:
            held.append(Held(who, name, unit_id, valid_until, kind == ACTIVE, certificate_id))
            here.add(who)
    said = meaning_on(db, own, on)
    facts = [UnitFacts(row.id, row.name, row.headcount) for row in units]
    return Report(
        organisation_id=own,
        organisation=chosen.name,
        cover=cover(facts, held, training, on, said.meaning),
        held=tuple(held),
        training=tuple(training),
        left=tuple(sorted(name for who, name in left.items() if name and who not in here)),
        said=said,
        corrected=_corrected(db, own, on),
        others=tuple(each for each in all_managed(actor) if each != chosen),
    )


_ON = bindparam("on", type_=Date)
_THERE = (
    select(
        CoverSpan.person_id,
        func.coalesce(Certificate.name, Person.name),
        CoverSpan.unit_id,
        CoverSpan.kind,
        CoverSpan.valid_until,
        CoverSpan.certificate_id,
    )
    .join(Person, Person.id == CoverSpan.person_id)
    .outerjoin(Certificate, Certificate.id == CoverSpan.certificate_id)
    .where(CoverSpan.organisation_id == bindparam("organisation"), CoverSpan.until_on > _ON, CoverSpan.from_on <= _ON)
    .where(~CoverSpan.ahead)
)
_CORRECTED = select(CoverCorrection.corrected_on).where(
    CoverCorrection.organisation_id == bindparam("organisation"),
    CoverCorrection.first_on <= _ON,
    CoverCorrection.last_on >= _ON,
)


def _there(db: Session, organisation_id: uuid.UUID, on: date) -> Iterable[Sequence[Any]]:
    """Everybody who stood in the summary on a day, with the name that their certificate says, or their own."""
    return db.connection().execute(_THERE, {"organisation": organisation_id, "on": on})


def _corrected(db: Session, organisation_id: uuid.UUID, on: date) -> tuple[date, ...]:
    return tuple(sorted(set(db.connection().scalars(_CORRECTED, {"organisation": organisation_id, "on": on}))))


def unit_of(found: Report, unit_id: uuid.UUID) -> UnitCover:
    """One unit of the report. Raises NotFound for any other."""
    for unit in found.cover.units:
        if unit.id == unit_id:
            return unit
    raise NotFound
