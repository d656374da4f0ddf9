"""How long trainees of an organisation's providers took: what its forecast rests on. Reads only."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, Select, bindparam, func, select
from sqlalchemy.orm import Session

from assessments.ladder import leads_alone
from lms.certificates.models import Certificate
from lms.coverage.forecast import Forecast, Pace, Way, forecast
from lms.coverage.service import Report
from lms.handover.models import Decision
from lms.learning.models import Enrolment

LOOKS_BACK = timedelta(days=5 * 365)
MOST = 2_000  # the latest to begin
KEPT_FROM = 200  # trainees: one more or less of so many is seen by nobody, and reading them is most of a page's work
MOST_KEPT = 2_048

_Providers = frozenset[uuid.UUID]
_known: dict[uuid.UUID, tuple[date, _Providers]] = {}  # of each organisation with many past trainees to go by
_paces: dict[tuple[date, _Providers], Pace] = {}


def foretell(db: Session, found: Report) -> Forecast | None:
    """How many of the organisation's people will be certified within a year; None below eight past trainees. One query.

    It rests on everybody whom the same providers trained towards leading alone, wherever they work, as they stood when
    the day began: on how many, and never on who. Where they are many they are read once a day.
    """
    began, pace = _kept(db, found) or _read(db, found)
    last_days: dict[object, date] = {}
    for each in found.held:
        last_days[each.person_id] = max(each.valid_until, last_days.get(each.person_id, date.min))
    return forecast(list(last_days.values()), began, pace, found.on)


def _kept(db: Session, found: Report) -> tuple[list[date], Pace] | None:
    """When those of the organisation began who are in training, beside the pace that was read before today."""
    on, providers = _known.get(found.organisation_id, (None, frozenset()))
    pace = _paces.get((found.on, providers)) if on == found.on else None
    if pace is None:
        return None
    rows = list(db.connection().execute(_OWN, _asked(found)))
    if not providers.issuperset(row.provider_id for row in rows):
        return None
    return _still_in_training(rows), pace


def _read(db: Session, found: Report) -> tuple[list[date], Pace]:
    rows = list(db.connection().execute(_ALL, _asked(found)))
    pace = Pace(_ways(rows, found.on))
    if len(rows) >= KEPT_FROM:
        providers = frozenset(row.provider_id for row in rows)
        for old in [key for key in list(_paces) if key[0] != found.on]:
            _paces.pop(old, None)
        if len(_known) >= MOST_KEPT:
            _known.clear()
        _known[found.organisation_id] = (found.on, providers)
        _paces[found.on, providers] = pace
    return _still_in_training([row for row in rows if row.organisation_id == found.organisation_id]), pace


def _still_in_training(rows: Sequence[Any]) -> list[date]:
    return [row.started_on for row in rows if row.ended_on is None and row.certified_on is None]


def _ways(rows: Sequence[Any], on: date) -> Iterator[Way]:
    """How each had got on when the day began, so that all its pages rest on the same."""
    for row in rows:
        since, ended, certified = row.started_on, row.ended_on, row.certified_on
        if certified is not None and certified < on:
            yield Way(max(0, (certified - since).days), "certified")
        elif ended is not None and ended < on:
            yield Way(max(0, (ended - since).days), "left")
        elif since < on:
            yield Way((on - since).days, "open")


def _asked(found: Report) -> dict[str, Any]:
    return {
        "organisation": found.organisation_id,
        "standards": sorted(leads_alone()),
        "from": found.on - LOOKS_BACK,
        "on": found.on,
    }


def _trained() -> Select[uuid.UUID, uuid.UUID, date, date | None, date]:
    certified = (
        select(func.min(Certificate.issued_on))
        .join(Decision, Decision.id == Certificate.decision_id)
        .where(
            Certificate.person_id == Enrolment.person_id,
            Certificate.provider_id == Enrolment.provider_id,
            Decision.standard_id == Enrolment.standard_id,
        )
        .scalar_subquery()
        .label("certified_on")
    )
    return (
        select(Enrolment.organisation_id, Enrolment.provider_id, Enrolment.started_on, Enrolment.ended_on, certified)
        .where(
            Enrolment.standard_id.in_(bindparam("standards", expanding=True)),
            Enrolment.started_on.between(bindparam("from", type_=Date), bindparam("on", type_=Date)),
        )
        .order_by(Enrolment.started_on.desc(), Enrolment.id)
        .limit(MOST)
    )


_OWN = _trained().where(Enrolment.organisation_id == bindparam("organisation"))
_providers = select(Enrolment.provider_id).where(Enrolment.organisation_id == bindparam("organisation"))
_ALL = _trained().where(Enrolment.provider_id.in_(_providers))
