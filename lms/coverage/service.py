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

from lms.certificates import service as certificates
from lms.core.actor import Actor, Role
from lms.core.errors import NotFound
from lms.coverage.rules import Cover, Held, UnitCover, UnitFacts, cover
from lms.learning.models import Enrolment
from lms.people.models import Membership, Person, Unit

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Report:
    """An organisation's cover, and who holds or is on the way to a certificate."""

    organisation_id: uuid.UUID
    organisation: str
    cover: Cover
    held: tuple[Held, ...]
    training: tuple[tuple[str, uuid.UUID], ...]  # name, unit


def report(db: Session, actor: Actor, on: date) -> Report:
    """The cover of the organisation the actor manages (the first by name). Raises NotFound. Four queries."""
    managed = [each for each in actor.memberships if each.role is Role.MANAGER]
    if not managed:
        raise NotFound
    organisation_id, name = managed[0].organisation_id, managed[0].organisation_name
    units = db.execute(select(Unit.id, Unit.name, Unit.headcount).where(Unit.organisation_id == organisation_id)).all()
    here = _where_people_work(db, organisation_id, on)
    held = tuple(
        Held(each.person_id, each.holder_name, here[each.person_id][0], each.valid_until)
        for each in certificates.valid_certificates(db, organisation_id, on)
        if each.person_id in here
    )
    holders = {each.person_id for each in held}
    training = tuple(
        (here[person][1], here[person][0])
        for person in _in_training(db, organisation_id)
        if person in here and person not in holders
    )
    facts = [UnitFacts(row.id, row.name, row.headcount) for row in units]
    return Report(organisation_id, name, cover(facts, held, [unit for _, unit in training], on), held, training)


def unit_of(found: Report, unit_id: uuid.UUID) -> UnitCover:
    """One unit of the report. Raises NotFound for any other."""
    for unit in found.cover.units:
        if unit.id == unit_id:
            return unit
    raise NotFound


def _where_people_work(db: Session, organisation_id: uuid.UUID, on: date) -> dict[uuid.UUID, tuple[uuid.UUID, str]]:
    """The unit and name of everybody with a running membership: whoever left covers nothing."""
    rows = db.execute(
        select(Membership.person_id, Membership.unit_id, Person.name)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.unit_id.is_not(None),
            Membership.started_on <= on,
            Membership.ended_on.is_(None) | (Membership.ended_on > on),
        )
    )
    return {row.person_id: (row.unit_id, row.name) for row in rows if row.unit_id is not None}


def _in_training(db: Session, organisation_id: uuid.UUID) -> Sequence[uuid.UUID]:
    running = (Enrolment.organisation_id == organisation_id, Enrolment.ended_on.is_(None))
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
