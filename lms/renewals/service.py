"""What people do with renewals: look, add, send, decide. A person decides; the rule only says what is there."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.renewal import Renewal as Judged
from assessments.renewal import judge_renewal
from assessments.renewal_rules import find_rule
from courses import catalogue
from lms.certificates import grounds, records, renewing, steps
from lms.certificates import service as certificates
from lms.certificates.history import WITHDRAWN
from lms.certificates.models import Certificate
from lms.certificates.rules import Facts, Status
from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.db import add_once
from lms.core.errors import Conflict, Invalid, NotFound
from lms.messages import service as messages
from lms.people import service as people
from lms.register import service as register
from lms.renewals import rules
from lms.renewals.evidence import gather
from lms.renewals.models import Renewal, RenewalEntry

MOST_ENTRIES = 100
EARNED_ANEW = "Certificates of this kind are not renewed. A new decision leads to a new one."


@dataclass(frozen=True, slots=True)
class View:
    """A certificate on its way to the next one. `found` is how it stands today."""

    certificate: Certificate
    facts: Facts
    found: Judged
    renewal: Renewal | None
    renewed: Certificate | None

    @property
    def waits(self) -> bool:
        """Whether it was sent and nobody has decided."""
        return self.renewal is not None and self.renewal.decided_at is None


@dataclass(frozen=True, slots=True)
class Added:
    """What a holder adds by their own word."""

    title: str
    about: str
    on: date
    minutes: int


def own(db: Session, actor: Actor, certificate_id: uuid.UUID) -> View:
    """The actor's own certificate. Raises NotFound, also for one that was withdrawn."""
    record = records.get_record(db, actor, certificate_id)
    if record.certificate.person_id != actor.person_id or record.status is Status.WITHDRAWN:
        raise NotFound
    return _view(db, record.certificate)


def to_decide(db: Session, actor: Actor, certificate_id: uuid.UUID) -> View:
    """A renewal that was sent to the actor's provider. Raises NotFound, Forbidden."""
    record = records.get_record(db, actor, certificate_id)
    grounds.must_administer(db, actor, record.certificate.provider_id, record.certificate.person_id)
    if record.status is Status.WITHDRAWN or db.get(Renewal, certificate_id) is None:
        raise NotFound
    return _view(db, record.certificate)


def list_sent(db: Session, actor: Actor) -> list[View]:
    """What waits for an administrator, first what can be decided on, then what waits for something else."""
    chosen = (
        certificates.scope(actor)
        .join(Renewal, Renewal.certificate_id == Certificate.id)
        .where(
            Renewal.decided_at.is_(None),
            Certificate.person_id != actor.person_id,
            Certificate.provider_id.in_(actor.organisations(Role.ADMINISTRATOR)),
            ~steps.is_withheld(Certificate.id, WITHDRAWN),
        )
        .order_by(Renewal.sent_at)
        .limit(certificates.MOST_LISTED)
    )
    return sorted((_view(db, each) for each in db.scalars(chosen).all()), key=lambda one: not one.found.ready)


def add(db: Session, actor: Actor, certificate_id: uuid.UUID, key: uuid.UUID, added: Added) -> None:
    """Keep what the holder says they learnt. The same form sent twice is one entry.

    Raises NotFound, Conflict, Invalid.
    """
    view = own(db, actor, certificate_id)
    _must_be_open(view)
    if not view.found.began <= added.on <= view.found.at:
        began = f"{view.found.began.day} {view.found.began:%B %Y}"
        raise Invalid({"day": f"Write a day from {began}, when this certificate began, to today."})
    _keep(
        db, view, RenewalEntry(id=key, title=added.title, about=added.about, learnt_on=added.on, minutes=added.minutes)
    )


def again(db: Session, actor: Actor, certificate_id: uuid.UUID, key: uuid.UUID, lesson_id: str) -> None:
    """Keep that the holder did a lesson again today, by their own word. Raises NotFound, Conflict."""
    view = own(db, actor, certificate_id)
    _must_be_open(view)
    lesson = catalogue.current().find_lesson_by_id(lesson_id)
    if lesson is None or lesson_id not in {each for finding in view.found.left for each in finding.lessons}:
        raise Conflict("This lesson is not asked for any more. Read once more what is left.")
    minutes = lesson.minutes + sum(each.minutes for each in lesson.activities)
    entry = RenewalEntry(id=key, title=lesson.title, about="asking", learnt_on=view.found.at, minutes=minutes)
    entry.lesson_id = lesson_id
    _keep(db, view, entry)


def send(db: Session, actor: Actor, certificate_id: uuid.UUID) -> View:
    """Send the renewal, with what is still to come. Sent twice, the first stands. Raises NotFound, Conflict."""
    view = own(db, actor, certificate_id)
    if view.renewal is not None:
        return view
    _must_be_open(view)
    if view.found.phase == "early":
        raise Conflict(f"{view.found.headline}. It can be sent from that day.")
    if add_once(db, Renewal(certificate_id=certificate_id, sent_at=clock.now())):
        _tell_administrators(db, view)
    return own(db, actor, certificate_id)


def decide(db: Session, actor: Actor, certificate_id: uuid.UUID, authenticated_by: str) -> Certificate:
    """Issue the new certificate on what is there today. A second decision returns the first one's certificate.

    Raises NotFound, Forbidden, Conflict.
    """
    record = records.get_record(db, actor, certificate_id)
    db.refresh(record.certificate, with_for_update=True)
    view = to_decide(db, actor, certificate_id)
    if view.renewed is not None:
        return view.renewed
    if not view.found.ready or view.renewal is None:
        raise Conflict(f"{view.found.headline}. It can be decided on when everything is there.")
    row, now, frozen = view.renewal, clock.now(), rules.judged(view.found)
    leaf = register.append(
        db,
        actor,
        kind="renewal decided",
        subject_kind="certificate",
        subject_id=certificate_id,
        payload=rules.payload(view.certificate.digest, row.sent_at, now, frozen),
        meaning=rules.MEANING,
        authenticated_by=authenticated_by,
    )
    row.decided_by, row.decided_at, row.judged, row.leaf_seq = actor.person_id, now, frozen, leaf.seq
    return renewing.renew(db, actor, certificate_id, view.found.starts, view.found.until, authenticated_by)


def _view(db: Session, certificate: Certificate) -> View:
    decision = records.decision_of(db, certificate)
    rule = find_rule(decision.standard_id, decision.standard_version)
    if rule is None:
        raise Conflict(EARNED_ANEW)
    return View(
        certificate,
        records.facts_of(certificate),
        judge_renewal(rule, gather(db, certificate), certificate, records.today()),
        db.get(Renewal, certificate.id),
        records.find_renewed(db, certificate.id),
    )


def _must_be_open(view: View) -> None:
    if view.renewed is not None:
        raise Conflict("This certificate is renewed already.")


def _keep(db: Session, view: View, entry: RenewalEntry) -> None:
    kept = select(RenewalEntry.id).where(RenewalEntry.certificate_id == view.certificate.id)
    if len(db.scalars(kept).all()) >= MOST_ENTRIES:
        raise Conflict(f"There are {MOST_ENTRIES} entries already, more than anybody reads.")
    entry.certificate_id, entry.added_at = view.certificate.id, clock.now()
    add_once(db, entry)


def _tell_administrators(db: Session, view: View) -> None:
    for person_id in people.people_with(db, Role.ADMINISTRATOR, [view.certificate.provider_id]):
        if person_id != view.certificate.person_id:
            messages.send(
                db,
                "renewal_sent",
                person_id=person_id,
                organisation_id=view.certificate.provider_id,
                holder=view.certificate.name,
                until=view.certificate.valid_until,
                link=messages.link(f"/certificates/{view.certificate.id}/renewal"),
            )
