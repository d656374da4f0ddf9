"""A certificate that renews another one: a record of its own with a number of its own. The earlier one stays."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from lms.certificates import editions, grounds, looks, records, rules, service, steps
from lms.certificates.models import Certificate
from lms.certificates.records import decision_of, facts_of, find_renewed, get_record, new_row, numbered
from lms.certificates.rules import Facts, Status
from lms.core import jobs
from lms.core.actor import Actor
from lms.core.errors import Conflict
from lms.credentials import service as credentials
from lms.handover.concerns import check_settled
from lms.register import service as register

NOT_NOW = {
    Status.WITHDRAWN: "This certificate was withdrawn. It takes a new decision, not a renewal.",
    Status.SUSPENDED: "This certificate is suspended. It can be renewed once the suspension is lifted.",
}


def renew(
    db: Session, actor: Actor, certificate_id: uuid.UUID, starts: date, until: date, authenticated_by: str
) -> Certificate:
    """Issue what renews a certificate. It repeats what was decided, in today's names; a second call returns the first.

    Raises NotFound, Forbidden, Conflict.
    """
    before = get_record(db, actor, certificate_id).certificate
    grounds.must_administer(db, actor, before.provider_id, before.person_id)
    # Renewals of one certificate take turns here; the UNIQUE constraint is the wall behind it.
    records.hold(db, before)
    issued = find_renewed(db, certificate_id)
    if issued is not None:
        return issued
    withheld = steps.state_of(db, certificate_id).withheld
    if withheld is not None:
        raise Conflict(NOT_NOW[withheld])
    check_settled(db, before.person_id, before.provider_id)
    credentials.check_key(db)
    facts = _facts(db, actor, before, starts, until)
    credentials.check_words(holder=facts.holder, provider=facts.provider)
    certificate = new_row(actor, before, facts, renews_id=before.id)
    jobs.enqueue(db, "sign_certificate", key=f"sign_certificate:{certificate.id}", certificate=str(certificate.id))
    service.tell_holder(db, certificate, facts)
    decision = decision_of(db, before)
    standard = (decision.standard_id, decision.standard_version, decision.standard_hash)
    leaf = register.append(
        db,
        actor,
        kind="certificate renewed",
        subject_kind="certificate",
        subject_id=certificate.id,
        payload=rules.payload_of_renewal(facts, str(decision.id), standard, before.digest),
        meaning="I renew this certificate on the record of its holder.",
        authenticated_by=authenticated_by,
    )
    certificate.leaf_seq, certificate.digest = leaf.seq, leaf.digest
    db.add(certificate)
    db.flush()
    return certificate


def _facts(db: Session, actor: Actor, before: Certificate, starts: date, until: date) -> Facts:
    said = facts_of(before)
    return replace(
        numbered(said),
        holder=editions.name_for(db, before.person_id, before.provider_id),
        issuer=rules.clean_name(actor.name),
        issued_on=starts,
        valid_until=until,
        signatories=tuple((each.name, each.role) for each in looks.look_of(said.provider).signatories),
    )
