"""What the summary of cover should say, told plainly: day by day, from the source tables, by no code of the summary."""

from __future__ import annotations

import contextlib
import uuid
from collections import Counter
from datetime import date, timedelta
from unittest import mock

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates.models import Certificate, Step
from lms.core import clock
from lms.core.unit import Database
from lms.coverage import working_in
from lms.coverage.jobs import work_in_meaning
from lms.coverage.models import CoverMeaning, CoverMeaningWaiting, CoverSpan
from lms.groups.models import PeerGroup
from lms.learning.models import Enrolment, EnrolmentGap
from lms.people.models import Membership
from lms.people.place_models import MembershipGap, Post, StaffMember
from lms.practice.models import PracticeEvent, PracticeSession, Signature


class Killed(Exception):
    """What kills a worker."""


ZONE = "Europe/London"
COVERS = ("certified", "lead")  # the rungs whose award entrusts somebody to lead alone
Row = tuple[uuid.UUID | None, uuid.UUID, str, date | None]  # unit, person, kind, the certificate's last day


def work_in(store: Database, *, dies: bool = False) -> list[date]:
    """A worker does what is promised, or is killed just before it is seen; the days from which that was to be so."""
    with store.readers() as db:
        waiting = select(CoverMeaning.id, CoverMeaning.from_on).join(
            CoverMeaningWaiting, CoverMeaningWaiting.meaning_id == CoverMeaning.id
        )
        found = db.execute(waiting).all()
    for own, _ in found:
        with mock.patch.object(working_in, "_show", _die if dies else working_in._show), contextlib.suppress(Killed):
            work_in_meaning(store, str(own))
    return [] if dies else [begins for _, begins in found]


def _die(*_: object) -> None:
    raise Killed


def kept(db: Session, organisation_id: uuid.UUID, on: date) -> Counter[Row]:
    """What the summary says about a day."""
    here = (CoverSpan.organisation_id == organisation_id, CoverSpan.from_on <= on, CoverSpan.until_on > on)
    rows = db.scalars(select(CoverSpan).where(*here, ~CoverSpan.ahead))
    return Counter((row.unit_id, row.person_id, row.kind, row.valid_until) for row in rows)


def live(db: Session, organisation_id: uuid.UUID, on: date) -> Counter[Row]:
    """What the records say about the same day."""
    found: list[Row] = []
    certificates = select(Certificate).where(Certificate.organisation_id == organisation_id, Certificate.level >= 4)
    valid: dict[uuid.UUID, list[Certificate]] = {}
    for each in db.scalars(certificates):
        if _stands(db, each, on):
            valid.setdefault(each.person_id, []).append(each)
    for person, some in valid.items():
        kind = "active" if _active(db, organisation_id, person, some, on) else "resting"
        last = max(each.valid_until for each in some)
        found += [(unit, person, kind, last) for unit in _units(db, organisation_id, person, on) or [None]]
    for person in _learning(db, organisation_id, on) - valid.keys():
        found += [(unit, person, "training", None) for unit in _units(db, organisation_id, person, on)]
    return Counter(found)


def _day(instant: object) -> date:
    return instant.astimezone(clock.ZoneInfo(ZONE)).date()  # type: ignore[attr-defined,no-any-return]


def _stands(db: Session, certificate: Certificate, on: date) -> bool:
    if not max(certificate.issued_on, _day(certificate.issued_at)) <= on <= certificate.valid_until:
        return False
    withdrawn = suspended = False
    steps = select(Step).where(Step.certificate_id == certificate.id).order_by(Step.leaf_seq)
    for step in db.scalars(steps):
        if _day(step.done_at) <= on:
            withdrawn = {"withdrawn": True, "undone": False}.get(step.kind, withdrawn)
            suspended = {"suspended": True, "lifted": False}.get(step.kind, suspended)
    return not withdrawn and not suspended


def _active(db: Session, organisation_id: uuid.UUID, person: uuid.UUID, some: list[Certificate], on: date) -> bool:
    meanings = select(CoverMeaning).where(CoverMeaning.organisation_id == organisation_id, CoverMeaning.from_on <= on)
    meanings = meanings.where(CoverMeaning.id.not_in(select(CoverMeaningWaiting.meaning_id)))
    said = db.scalars(meanings.order_by(CoverMeaning.from_on, CoverMeaning.set_at)).all()
    rounds, days = (said[-1].rounds, said[-1].days) if said else (1, 180)
    first = on - timedelta(days=days - 1)
    if any(each.decision_id and max(each.issued_on, _day(each.issued_at)) >= first for each in some):
        return True
    led = 0
    signed = (
        select(PracticeSession, Signature)
        .join(Signature, Signature.session_id == PracticeSession.id)
        .join(PeerGroup, PeerGroup.id == PracticeSession.group_id)
        .where(PracticeSession.person_id == person, PeerGroup.organisation_id == organisation_id)
        .where(Signature.tier != "link")
    )
    for session, signature in db.execute(signed):
        if _day(signature.signed_at) > on or (signature.voided_at and _day(signature.voided_at) <= on):
            continue
        event = db.scalar(
            select(PracticeEvent).where(PracticeEvent.signature_id == signature.id, PracticeEvent.kept.is_not(None))
        )
        said_then = (event.kept or {}) if event else {"held_on": session.held_on.isoformat(), "role": session.role}
        held_on = date.fromisoformat(said_then["held_on"])
        led += said_then["role"] in ("led", "beside", "outside", "alone") and first <= held_on <= on
    return led >= rounds


def _units(db: Session, organisation_id: uuid.UUID, person: uuid.UUID, on: date) -> list[uuid.UUID | None]:
    parts = select(Membership).where(Membership.person_id == person, Membership.organisation_id == organisation_id)
    own: list[uuid.UUID | None] = []
    runs = False
    for part in db.scalars(parts.order_by(Membership.started_on, Membership.id)):
        away = select(MembershipGap).where(
            MembershipGap.membership_id == part.id, MembershipGap.started_on <= on, MembershipGap.ended_on > on
        )
        if part.started_on <= on and (part.ended_on or date.max) > on and not db.scalars(away).all():
            runs = True
            own = [part.unit_id] if part.unit_id else own
    if not runs:
        return []
    posts = db.scalars(
        select(Post)
        .join(StaffMember, StaffMember.id == Post.staff_id)
        .where(StaffMember.person_id == person, StaffMember.organisation_id == organisation_id, Post.started_on <= on)
    ).all()
    if posts:
        return sorted({each.unit_id for each in posts if (each.ended_on or date.max) > on}, key=str)
    return own


def _learning(db: Session, organisation_id: uuid.UUID, on: date) -> set[uuid.UUID]:
    found = set()
    for each in db.scalars(select(Enrolment).where(Enrolment.standard_id.in_(COVERS))):
        if not each.started_on <= on < (each.ended_on or date.max):
            continue
        gaps = db.scalars(
            select(EnrolmentGap)
            .where(EnrolmentGap.enrolment_id == each.id)
            .order_by(EnrolmentGap.ended_on, EnrolmentGap.id)
        ).all()
        if any(gap.started_on <= on < gap.ended_on for gap in gaps):
            continue
        where = next((gap.organisation_id for gap in gaps if on < gap.started_on), each.organisation_id)
        if where == organisation_id:
            found.add(each.person_id)
    return found
