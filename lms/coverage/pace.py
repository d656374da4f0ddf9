"""How long trainees of an organisation's providers took: what its forecast rests on. Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessments.ladder import leads_alone
from lms.certificates.models import Certificate
from lms.coverage.forecast import Forecast, Way, forecast
from lms.coverage.service import Report
from lms.handover.models import Decision
from lms.learning.models import Enrolment

LOOKS_BACK = timedelta(days=5 * 365)
MOST = 2_000  # the latest to begin

_Row = tuple[bool, date, date | None, date | None]  # of this organisation; began, ended, was certified


def foretell(db: Session, found: Report) -> Forecast | None:
    """How many of the organisation's people will be certified within a year; None below eight past trainees. One query.

    It rests on everybody whom the same providers trained towards leading alone, wherever they work: on how many, and
    never on who.
    """
    rows = list(_trained(db, found))
    last_days: dict[object, date] = {}
    for each in found.held:
        last_days[each.person_id] = max(each.valid_until, last_days.get(each.person_id, date.min))
    began = [since for ours, since, ended, certified in rows if ours and ended is None and certified is None]
    return forecast(list(last_days.values()), began, list(_ways(rows, found.on)), found.on)


def _ways(rows: Sequence[_Row], on: date) -> Iterator[Way]:
    for _, since, ended, certified in rows:
        if certified is not None:
            yield Way(max(0, (certified - since).days), "certified")
        elif ended is not None:
            yield Way(max(0, (ended - since).days), "left")
        else:
            yield Way(max(0, (on - since).days), "open")


def _trained(db: Session, found: Report) -> Iterator[_Row]:
    providers = select(Enrolment.provider_id).where(Enrolment.organisation_id == found.organisation_id)
    certified = (
        select(func.min(Certificate.issued_on))
        .join(Decision, Decision.id == Certificate.decision_id)
        .where(
            Certificate.person_id == Enrolment.person_id,
            Certificate.provider_id == Enrolment.provider_id,
            Decision.standard_id == Enrolment.standard_id,
        )
        .scalar_subquery()
    )
    chosen = (
        select(Enrolment.organisation_id, Enrolment.started_on, Enrolment.ended_on, certified)
        .where(
            Enrolment.provider_id.in_(providers),
            Enrolment.standard_id.in_(leads_alone()),
            Enrolment.started_on.between(found.on - LOOKS_BACK, found.on),
        )
        .order_by(Enrolment.started_on.desc(), Enrolment.id)
        .limit(MOST)
    )
    for organisation_id, since, ended, issued in db.execute(chosen):
        yield organisation_id == found.organisation_id, since, ended, issued
