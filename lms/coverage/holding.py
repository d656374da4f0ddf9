"""Who of an organisation holds a certificate, where they work and until when: to be asked, or to be missed."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from assessments.ladder import ALONE
from lms.certificates import steps
from lms.certificates.models import Certificate
from lms.core.errors import NotFound
from lms.coverage.rules import SOON
from lms.coverage.service import Report
from lms.coverage.stuck_rules import GRACE
from lms.people import places, same
from lms.people.models import Unit

RENEWABLE = timedelta(days=300)  # certification.md §5: the early window, ten months


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody certified who works in the organisation: in which unit, and until when."""

    person_id: uuid.UUID
    name: str
    unit_id: uuid.UUID
    unit: str
    certificate_id: uuid.UUID
    provider_id: uuid.UUID
    valid_until: date

    def may_renew(self, on: date) -> bool:
        """Whether the window for renewing is open on a day."""
        return self.valid_until - RENEWABLE <= on <= self.valid_until + GRACE


def holders(
    db: Session, organisation_id: uuid.UUID, on: date, only: Collection[uuid.UUID] | None = None
) -> list[Holder]:
    """Who is certified to lead alone, by the certificate that lasts longest of each; those that lapsed within the
    months of grace as well. Soonest to end first, in five questions.
    """
    units = {each.id: each.name for each in places.units_on(db, organisation_id, on)}
    at = places.workplaces(db, [organisation_id], on)
    here = {person: place for (_, person), place in at.items() if place.unit_id in units}
    rows = db.execute(_certificates(organisation_id, on, only)).all()
    one = same.kept(db, {row.person_id for row in rows})
    found = {
        who: Holder(who, here[who].name, here[who].unit_id, units[here[who].unit_id], *row)
        for who, *row in ((one.get(person_id, person_id), *row) for person_id, *row in rows)
        if who in here
    }
    return sorted(found.values(), key=lambda each: (each.valid_until, each.name.casefold(), each.person_id))


def _certificates(organisation_id: uuid.UUID, on: date, only: Collection[uuid.UUID] | None) -> Select[Any]:
    """The one that lasts longest stands last."""
    newer = aliased(Certificate)
    told: tuple[Any, ...] = (
        Certificate.person_id,
        Certificate.id,
        Certificate.provider_id,
        Certificate.valid_until,
    )
    chosen = (
        select(*told)
        .where(
            Certificate.organisation_id == organisation_id,
            Certificate.level >= ALONE,
            Certificate.valid_until >= on - GRACE,
            ~steps.is_withheld(Certificate.id),
            ~select(newer.id).where(newer.renews_id == Certificate.id).exists(),
        )
        .order_by(Certificate.valid_until, Certificate.id)
    )
    return chosen if only is None else chosen.where(same.is_of_any(Certificate.person_id, only))


def of_units(report: Report, found: Sequence[Holder], units: Collection[str]) -> list[Holder]:
    """Those who cover one of these units or work there, also where they work in several; soonest to end first."""
    there = {each.person_id for each in report.held if str(each.unit_id) in units}
    return [each for each in found if each.person_id in there or str(each.unit_id) in units]


def ending(found: Sequence[Holder], on: date) -> list[Holder]:
    """Those that end within 90 days or have lapsed, soonest first."""
    return [each for each in found if each.valid_until <= on + SOON]


def units_named(db: Session, organisation_id: uuid.UUID, wanted: Collection[str]) -> list[tuple[uuid.UUID, str]]:
    """The units of an organisation among ids that an address names, by name. Raises NotFound for any other."""
    ids = read_ids(wanted)
    chosen = select(Unit.id, Unit.name).where(Unit.organisation_id == organisation_id, Unit.id.in_(ids))
    rows = [(row.id, row.name) for row in db.execute(chosen.order_by(Unit.name, Unit.id))]
    if len(rows) < len(ids):
        raise NotFound
    return rows


def read_ids(wanted: Iterable[str]) -> list[uuid.UUID]:
    """Ids that a form or an address carries, each once. Raises NotFound for what is none."""
    try:
        return list(dict.fromkeys(uuid.UUID(each) for each in wanted))
    except ValueError:
        raise NotFound from None
