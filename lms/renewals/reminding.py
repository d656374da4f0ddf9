"""Reminders before a certificate ends, to its holder and to the managers, once each."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from assessments.renewal_rules import find_rule
from lms.certificates import records, steps
from lms.certificates.models import Certificate
from lms.core import clock
from lms.core.actor import Role
from lms.core.db import add_once
from lms.messages import service as messages
from lms.people import same
from lms.people import service as people
from lms.renewals import rules
from lms.renewals.models import RenewalReminder


def due(db: Session) -> list[tuple[uuid.UUID, int]]:
    """Certificates about which a reminder has not gone out, and which one is due."""
    today, newer = records.today(), aliased(Certificate)
    first, last = today - timedelta(days=rules.CATCHES_UP), today + timedelta(days=max(rules.REMINDERS))
    rows = db.execute(
        select(Certificate.id, Certificate.valid_until)
        .where(
            Certificate.valid_until.between(first, last),
            ~steps.is_withheld(Certificate.id),
            ~same.is_former(Certificate.person_id),  # nobody renews it any more
            ~select(newer.id).where(newer.renews_id == Certificate.id).exists(),
        )
        .order_by(Certificate.valid_until, Certificate.id)
    ).all()
    chosen = [(row.id, rules.due((row.valid_until - today).days)) for row in rows]
    sent = select(RenewalReminder.certificate_id, RenewalReminder.days)
    known = {(row.certificate_id, row.days) for row in db.execute(sent)} if rows else set()
    return [(each, days) for each, days in chosen if days is not None and (each, days) not in known]


def remind(db: Session, certificate_id: uuid.UUID, days: int) -> None:
    """Write to the holder and the managers, unless somebody has or the certificate is never renewed."""
    certificate = db.get_one(Certificate, certificate_id)
    decision = records.decision_of(db, certificate)
    if find_rule(decision.standard_id, decision.standard_version) is None:
        return
    if not add_once(db, RenewalReminder(certificate_id=certificate_id, days=days, sent_at=clock.now())):
        return
    until, left = certificate.valid_until, (certificate.valid_until - records.today()).days
    messages.send(
        db,
        "renewal_due",
        person_id=certificate.person_id,
        organisation_id=certificate.provider_id,
        award=certificate.award,
        until=until,
        left=left,
        link=messages.link(f"/certificates/{certificate_id}/renew"),
    )
    for manager in people.people_with(db, Role.MANAGER, [certificate.organisation_id]):
        if manager != certificate.person_id:
            messages.send(
                db,
                "renewal_due_manager",
                person_id=manager,
                organisation_id=certificate.provider_id,
                holder=certificate.name,
                unit=certificate.facts["unit"],
                until=until,
                left=left,
                link=messages.link("/coverage"),
            )
