"""Recording how far assessors agree with others: an administrator's work, beside what assessors take themselves.

What is recorded stays. A mistake is corrected by recording again, or withdrawn with a reason.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assessments import calibration as rules
from assessments.calibration import Agreement, Figure, Standing
from assessments.standards import get_standard
from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.errors import Forbidden, Invalid, NotFound
from lms.learning import enrolling
from lms.people import service as people
from lms.people.models import Membership, Organisation, Person
from lms.practice import calibration
from lms.practice.calibration_models import Calibration

UNSUPPORTED = "Write where this can be read: a file, a report, who keeps it."
UNEXPLAINED = "Write why it counts no more. It is kept with the figure."
OWN = "Nobody records their own figure. Another administrator of the training does it."


@dataclass(frozen=True, slots=True)
class Assessor:
    """A trainer of a provider, with what is known of their agreement and whether it is what is asked."""

    id: uuid.UUID  # of their membership: it says with which provider
    person_id: uuid.UUID
    name: str
    provider_id: uuid.UUID
    provider: str
    agreement: Agreement
    standing: Standing | None  # None where no standard in use asks for anything


@dataclass(frozen=True, slots=True)
class Entry:
    """A recorded figure with the names of whoever recorded and withdrew it."""

    row: Calibration
    figure: Figure
    counts: bool
    recorded_by: str
    withdrawn_by: str


def scope(actor: Actor) -> Select[Membership]:
    """The trainers, present and past, whose figures `actor` records: those of the providers they administer."""
    mine = Membership.organisation_id.in_(actor.organisations(Role.ADMINISTRATOR))
    return select(Membership).where(mine, Membership.role == Role.TRAINER)


def newest_asks() -> str:
    """What the standard asks that whoever is invited now begins with, in words; empty for nothing."""
    asked = get_standard(enrolling.STANDARD).calibration
    return asked.in_words() if asked else ""


def list_assessors(db: Session, actor: Actor) -> list[Assessor]:
    """The trainers of the actor's providers today, by name, in three queries."""
    return _assessors(db, scope(actor).where(Membership.ended_on.is_(None)))


def open_assessor(db: Session, actor: Actor, assessor_id: uuid.UUID) -> tuple[Assessor, list[Entry]]:
    """One of them with everything that was recorded, latest first. Raises NotFound."""
    found = _assessors(db, scope(actor).where(Membership.id == assessor_id))
    if not found:
        raise NotFound
    (assessor,) = found
    return assessor, _entries(db, assessor)


def open_entry(db: Session, actor: Actor, calibration_id: uuid.UUID) -> tuple[Assessor, Entry]:
    """A recorded figure with whose it is. Raises NotFound."""
    row = _get(db, actor, calibration_id)
    same = (Membership.person_id == row.person_id, Membership.organisation_id == row.provider_id)
    (assessor,) = _assessors(db, scope(actor).where(*same))
    return assessor, next(each for each in _entries(db, assessor) if each.row.id == row.id)


def record(db: Session, actor: Actor, assessor_id: uuid.UUID, figure: Figure, evidence: str) -> Calibration:
    """Record somebody else's figure with where it can be read. Twice is once. Raises NotFound, Forbidden, Invalid."""
    membership = db.scalar(scope(actor).where(Membership.id == assessor_id).with_for_update())
    if membership is None:
        raise NotFound
    if membership.person_id == actor.person_id:
        raise Forbidden(OWN)
    if figure.done_on > calibration.today():
        raise Invalid({"done_on": "That day is still to come. Enter the day the figure was measured."})
    if not evidence.strip():
        raise Invalid({"evidence": UNSUPPORTED})
    person_id, provider_id = membership.person_id, membership.organisation_id
    standing = calibration.standing(person_id, [provider_id]).where(Calibration.kind == figure.kind)
    last = db.scalar(standing.order_by(Calibration.recorded_at.desc(), Calibration.id.desc()).limit(1))
    if last is not None and (calibration.figure_of(last), last.evidence) == (figure, evidence):
        return last
    made = Calibration(
        person_id=person_id,
        provider_id=provider_id,
        kind=figure.kind,
        hundredths=figure.hundredths,
        items=figure.items,
        done_on=figure.done_on,
        evidence=evidence,
        recorded_by=actor.person_id,
        recorded_at=clock.now(),
    )
    db.add(made)
    db.flush()
    return made


def withdraw(db: Session, actor: Actor, calibration_id: uuid.UUID, reason: str) -> Calibration:
    """A recorded figure counts no more, and stays, with the reason. Twice is once.

    Raises NotFound, Forbidden, Invalid.
    """
    row = _get(db, actor, calibration_id, lock=True)
    if row.person_id == actor.person_id:
        raise Forbidden(OWN)
    if not reason.strip():
        raise Invalid({"reason": UNEXPLAINED})
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = clock.now(), actor.person_id, reason
        db.flush()
    return row


def _assessors(db: Session, chosen: Select[Membership]) -> list[Assessor]:
    found = db.execute(
        chosen.join(Person, Person.id == Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .order_by(Person.name, Organisation.name)
        .with_only_columns(Membership.id, Person.id, Person.name, Organisation.id, Organisation.name)
    ).all()
    providers = {row[3] for row in found}
    agreements, asked = calibration.agreements(db, providers), calibration.asked_by(db, providers)
    today = calibration.today()
    return [
        Assessor(
            *row,
            agreement=agreements[row[1], row[3]],
            standing=rules.soonest(rules.judge(each, agreements[row[1], row[3]], today) for each in asked[row[3]]),
        )
        for row in found
    ]


def _entries(db: Session, assessor: Assessor) -> list[Entry]:
    mine = (Calibration.person_id == assessor.person_id, Calibration.provider_id == assessor.provider_id)
    rows = db.scalars(select(Calibration).where(*mine).order_by(Calibration.recorded_at, Calibration.id)).all()
    last = {row.kind: row.id for row in rows if row.withdrawn_at is None}
    names = people.names_of(db, [who for row in rows for who in (row.recorded_by, row.withdrawn_by)])
    return [
        Entry(
            row=row,
            figure=calibration.figure_of(row),
            counts=last.get(row.kind) == row.id,
            recorded_by=names[row.recorded_by],
            withdrawn_by=names[row.withdrawn_by] if row.withdrawn_by else "",
        )
        for row in reversed(rows)
    ]


def _get(db: Session, actor: Actor, calibration_id: uuid.UUID, *, lock: bool = False) -> Calibration:
    mine = Calibration.provider_id.in_(actor.organisations(Role.ADMINISTRATOR))
    chosen = select(Calibration).where(mine, Calibration.id == calibration_id)
    found = db.scalar(chosen.with_for_update() if lock else chosen)
    if found is None:
        raise NotFound
    return found
