"""What managers ask of coverage: the whole picture, one unit, a spreadsheet. Reads only."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.ladder import leads_alone
from lms.certificates import service as certificates
from lms.core.actor import Actor, Role
from lms.core.errors import NotFound
from lms.coverage.rules import Cover, Held, UnitCover, UnitFacts, cover
from lms.learning.models import Enrolment
from lms.people import places

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Report:
    """An organisation's cover, and who holds or is on the way to a certificate."""

    organisation_id: uuid.UUID
    organisation: str
    cover: Cover
    held: tuple[Held, ...]
    training: tuple[tuple[str, uuid.UUID], ...]  # name, unit
    left: tuple[str, ...]  # who holds a valid certificate and does not work here any more


def report(db: Session, actor: Actor, on: date) -> Report:
    """The cover of the organisation the actor manages (the first by name). Raises NotFound. Five queries."""
    managed = [each for each in actor.memberships if each.role is Role.MANAGER]
    if not managed:
        raise NotFound
    organisation_id, name = managed[0].organisation_id, managed[0].organisation_name
    units = places.units_on(db, organisation_id, on)
    standing = {unit.id for unit in units}
    at = places.workplaces(db, [organisation_id], on)
    here = {person: place for (_, person), place in at.items() if place.unit_id in standing}
    valid = certificates.valid_certificates(db, organisation_id, on)
    held = tuple(
        Held(each.person_id, each.holder_name, here[each.person_id].unit_id, each.valid_until)
        for each in valid
        if each.person_id in here
    )
    holders = {each.person_id for each in held}
    training = tuple(
        (here[person].name, here[person].unit_id)
        for person in _in_training(db, organisation_id)
        if person in here and person not in holders
    )
    facts = [UnitFacts(row.id, row.name, row.headcount) for row in units]
    left = tuple(sorted(each.holder_name for each in valid if each.person_id not in here))
    return Report(organisation_id, name, cover(facts, held, [unit for _, unit in training], on), held, training, left)


def unit_of(found: Report, unit_id: uuid.UUID) -> UnitCover:
    """One unit of the report. Raises NotFound for any other."""
    for unit in found.cover.units:
        if unit.id == unit_id:
            return unit
    raise NotFound


def _in_training(db: Session, organisation_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Who is on the way to an award that covers a unit."""
    running = (
        Enrolment.organisation_id == organisation_id,
        Enrolment.ended_on.is_(None),
        Enrolment.standard_id.in_(leads_alone()),
    )
    return db.scalars(select(Enrolment.person_id).where(*running).distinct()).all()


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
