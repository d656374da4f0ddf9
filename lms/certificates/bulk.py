"""Certificates for many at once: who of a cohort gets one and why, who does not and why, and then one after the other.

A cohort is everybody who is trained in an organisation, or in one of its units. Every certificate is issued as on the
page, in a transaction of its own: whatever ends the work, what was issued stays, and beginning again issues the rest.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates import grounds, records, service, steps
from lms.certificates.history import WITHDRAWN as IS_WITHDRAWN
from lms.certificates.models import Certificate, CertificatePdf
from lms.core.actor import Actor, Role
from lms.core.errors import Forbidden, HouseError, Invalid
from lms.core.phrases import full_day
from lms.core.site_days import day_of
from lms.core.unit import Database
from lms.handover import rules as deciding
from lms.handover import service as handover
from lms.handover.models import Decision
from lms.learning import service as learning
from lms.learning.models import Enrolment
from lms.people import service as people
from lms.people.rules import fold

NOT_DECIDED = "nothing is decided about them yet"
WITHDRAWN = "the certificate on this decision was withdrawn: a new decision leads to a new one"

SUSPENDED = "they have theirs, and it is suspended"


@dataclass(frozen=True, slots=True)
class One:
    """Somebody of the cohort, and why they get a certificate or do not."""

    holder: str
    why: str
    decision_id: uuid.UUID | None = None


@dataclass(slots=True)
class Plan:
    """What issuing to a cohort would do now."""

    cohort: str
    ready: list[One] = field(default_factory=list)
    left: list[One] = field(default_factory=list)
    undrawn: list[uuid.UUID] = field(default_factory=list)  # decisions whose certificates still wait to be drawn


def plan(db: Session, actor: Actor, cohort: str) -> Plan:
    """Who of a cohort gets a certificate and who does not, each with the reason. Raises Forbidden, Invalid."""
    places = _places(db, actor)
    title = next((each for each in places if fold(each) == fold(cohort)), None)
    if title is None:
        known = "; ".join(f"“{each}”" for each in sorted(places)) or "none yet"
        raise Invalid({"cohort": f"There is no cohort “{cohort}”. Those you can name: {known}."})
    trained = list({(each.person_id, each.standard_id): each for each in places[title]}.values())
    found, newest = Plan(title), _newest(db, actor, trained)
    issued = _issued(db, actor, [each.id for each in newest.values()])
    names = people.names_of(db, [*(each.person_id for each in trained), *(d.decided_by for d in newest.values())])
    for each in sorted(trained, key=lambda one: (fold(names[one.person_id]), one.id)):
        decision = newest.get((each.person_id, each.provider_id, each.standard_id))
        _place(db, actor, found, names, decision, issued, names[each.person_id])
    return found


def issue(database: Database, actor: Actor, chosen: Sequence[One], authenticated_by: str) -> Iterator[One]:
    """Issue to one after the other, each in its own transaction; yields whom, with what hindered it or nothing."""
    for each in chosen:
        hindered = ""
        try:
            with database.transaction() as db:
                service.issue(db, actor, _decision(each), authenticated_by)
        except HouseError as error:
            hindered = error.sentence
        yield One(each.holder, hindered, each.decision_id)


def count_drawn(db: Session, actor: Actor, decision_ids: Sequence[uuid.UUID]) -> int:
    """How many of the certificates issued on these decisions are drawn."""
    mine = service.scope(actor).where(Certificate.decision_id.in_(decision_ids)).with_only_columns(Certificate.id)
    return len(db.scalars(select(CertificatePdf.certificate_id).where(CertificatePdf.certificate_id.in_(mine))).all())


def _decision(one: One) -> uuid.UUID:
    if one.decision_id is None:
        raise ValueError("only who is ready is issued to")
    return one.decision_id


def _places(db: Session, actor: Actor) -> dict[str, list[Enrolment]]:
    """The enrolments by the cohorts they belong to. Raises Forbidden unless `actor` administers a provider."""
    mine = actor.organisations(Role.ADMINISTRATOR)
    if not mine:
        raise Forbidden("Only an administrator of the provider issues and withdraws certificates.")
    trained = db.scalars(learning.scope(actor).where(Enrolment.provider_id.in_(mine))).all()
    units = {each.id: each for each in people.list_units(db, ids={each.unit_id for each in trained})}
    found: dict[str, list[Enrolment]] = {}
    for each in trained:
        unit = units[each.unit_id]
        for title in (unit.organisation_name, f"{unit.organisation_name}, {unit.name}"):
            found.setdefault(title, []).append(each)
    return found


Key = tuple[uuid.UUID, uuid.UUID, str]  # person, provider, standard
Done = tuple[str, uuid.UUID | None]  # why there is nothing more to do, and the decision if its certificate is undrawn


def _newest(db: Session, actor: Actor, trained: Sequence[Enrolment]) -> dict[Key, Decision]:
    """The newest decision of each provider about each person and standard."""
    about = handover.scope(actor).where(Decision.person_id.in_({each.person_id for each in trained}))
    rows = db.scalars(about.order_by(Decision.decided_at, Decision.id))
    return {(row.person_id, row.provider_id, row.standard_id): row for row in rows if row.provider_id is not None}


def _issued(db: Session, actor: Actor, decision_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Done]:
    """Why a decision leads to nothing more, and the certificate if it waits to be drawn."""
    chosen = (
        service.scope(actor)
        .where(Certificate.decision_id.in_(decision_ids))
        .outerjoin(CertificatePdf, records.DRAWN)
        .with_only_columns(
            Certificate.decision_id,
            Certificate.id,
            Certificate.valid_until,
            steps.is_withheld(Certificate.id, IS_WITHDRAWN).label("is_withdrawn"),
            steps.is_withheld(Certificate.id).label("is_withheld"),
            CertificatePdf.sha256,
        )
    )
    return {
        row.decision_id: (
            _why(row),
            None if row.sha256 or row.is_withheld else row.decision_id,
        )
        for row in db.execute(chosen)
    }


def _why(row: Any) -> str:
    if row.is_withdrawn:
        return WITHDRAWN
    return SUSPENDED if row.is_withheld else f"they have theirs, valid until {full_day(row.valid_until)}"


def _place(
    db: Session,
    actor: Actor,
    found: Plan,
    names: dict[uuid.UUID, str],
    decision: Decision | None,
    issued: dict[uuid.UUID, Done],
    holder: str,
) -> None:
    """Put one person where they belong."""
    if decision is None:
        found.left.append(One(holder, NOT_DECIDED))
    elif decision.id in issued:
        why, undrawn = issued[decision.id]
        found.left.append(One(holder, why))
        found.undrawn += [undrawn] if undrawn else []
    elif decision.kind != grounds.READY:
        found.left.append(One(holder, f"the decision is {_told(decision, names)}"))
    else:
        try:
            _, facts = service.preview(db, actor, decision.id)
            found.ready.append(One(holder, f"{_told(decision, names)}, on {facts.evidence[0]}", decision.id))
        except HouseError as error:
            found.left.append(One(holder, error.sentence))


def _told(decision: Decision, names: dict[uuid.UUID, str]) -> str:
    day = day_of(decision.decided_at)
    return f"“{deciding.KINDS[decision.kind]}” by {names[decision.decided_by]}, {full_day(day)}"
