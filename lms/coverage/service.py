"""What managers ask of coverage: the whole picture, one unit, a spreadsheet. Reads only."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.certificates.models import Certificate
from lms.core.actor import Actor, Member, Role
from lms.core.errors import NotFound
from lms.coverage.meaning import Meaning
from lms.coverage.meanings import Said, meaning_on
from lms.coverage.models import CoverCorrection, CoverSpan
from lms.coverage.rules import Cover, Held, Learner, UnitCover, UnitFacts, cover
from lms.coverage.spans import ACTIVE, TRAINING
from lms.people import places
from lms.people.models import Person

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


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
    others: tuple[Member, ...]  # the other organisations whose cover the actor may see

    @property
    def on(self) -> date:
        return self.cover.on

    @property
    def meaning(self) -> Meaning:
        return self.said.meaning


def all_managed(actor: Actor) -> list[Member]:
    """The organisations the actor manages, by name."""
    mine = {each.organisation_id: each for each in actor.memberships if each.role is Role.MANAGER}
    return sorted(mine.values(), key=lambda each: (each.organisation_name.casefold(), str(each.organisation_id)))


def managed(actor: Actor, organisation_id: uuid.UUID | None = None) -> tuple[Member, tuple[Member, ...]]:
    """The organisation the actor manages, chosen or the first by name, and the others. Raises NotFound."""
    mine = all_managed(actor)
    for each in mine:
        if organisation_id in (None, each.organisation_id):
            return each, tuple(other for other in mine if other is not each)
    raise NotFound


def report(db: Session, actor: Actor, on: date, organisation_id: uuid.UUID | None = None) -> Report:
    """The cover of an organisation the actor manages, on any day as its page showed it then. Raises NotFound.

    Four queries, whatever the size: units, meaning, corrections, and one indexed look into the summary.
    """
    chosen, others = managed(actor, organisation_id)
    own = chosen.organisation_id
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
        organisation=chosen.organisation_name,
        cover=cover(facts, held, training, on, said.meaning),
        held=tuple(held),
        training=tuple(training),
        left=tuple(sorted(name for who, name in left.items() if name and who not in here)),
        said=said,
        corrected=_corrected(db, own, on),
        others=others,
    )


def _there(db: Session, organisation_id: uuid.UUID, on: date) -> Iterable[Sequence[Any]]:
    """Everybody who stood in the summary on a day, with the name that their certificate says, or their own."""
    chosen = (
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
        .where(CoverSpan.organisation_id == organisation_id, CoverSpan.until_on > on, CoverSpan.from_on <= on)
    )
    return db.execute(chosen)


def _corrected(db: Session, organisation_id: uuid.UUID, on: date) -> tuple[date, ...]:
    chosen = select(CoverCorrection.corrected_on).where(
        CoverCorrection.organisation_id == organisation_id,
        CoverCorrection.first_on <= on,
        CoverCorrection.last_on >= on,
    )
    return tuple(sorted(set(db.scalars(chosen))))


def unit_of(found: Report, unit_id: uuid.UUID) -> UnitCover:
    """One unit of the report. Raises NotFound for any other."""
    for unit in found.cover.units:
        if unit.id == unit_id:
            return unit
    raise NotFound


def as_csv(found: Report) -> str:
    """The units as a spreadsheet reads them; a cell can never be a formula."""
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(["As of", "Unit", "People", "Needed", "Certified", "In training", "Next ending", "State"])
    for unit in found.cover.units:
        ending = unit.next_ending.isoformat() if unit.next_ending else ""
        state = unit.state(found.cover.on) or "Partly covered"
        counts = [unit.headcount, unit.needed, unit.certified, unit.training]
        sheet.writerow([found.cover.on.isoformat(), _plain(unit.name), *counts, ending, state])
    return out.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
