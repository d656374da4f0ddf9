"""What people do with certificates: issue, draw. Finding is in `records`, withdrawing in `life`, reached by here."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from lms.certificates import grounds, records, rules
from lms.certificates.life import revoke
from lms.certificates.models import Certificate, CertificatePdf
from lms.certificates.records import (
    Record,
    Valid,
    facts_of,
    find_pdf,
    find_print,
    get_record,
    list_records,
    own_records,
    scope,
    today,
    valid_certificates,
)
from lms.certificates.rules import Facts
from lms.core import clock, jobs
from lms.core.actor import Actor, Role
from lms.credentials import service as credentials
from lms.handover import service as handover
from lms.handover.models import Decision
from lms.messages import service as messages
from lms.people import service as people
from lms.register import service as register

__all__ = [
    "Record",
    "Valid",
    "find_pdf",
    "find_print",
    "get_record",
    "list_records",
    "own_records",
    "revoke",
    "scope",
    "today",
    "valid_certificates",
]

MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class Waiting:
    """A decision “ready” without its certificate."""

    decision: Decision
    holder: str
    signer: str


def ready_without_certificate(db: Session, actor: Actor) -> list[Waiting]:
    """Decisions that `actor` may certify and nobody has yet, longest waiting first."""
    later = aliased(Decision)
    rows = db.scalars(
        handover.scope(actor)
        .where(
            Decision.kind == grounds.READY,
            Decision.person_id != actor.person_id,
            Decision.provider_id.in_(actor.organisations(Role.ADMINISTRATOR)),
            ~select(Certificate.id).where(Certificate.decision_id == Decision.id).exists(),
            ~select(later.id)
            .where(
                later.person_id == Decision.person_id,
                later.standard_id == Decision.standard_id,
                later.provider_id == Decision.provider_id,
                _is_later(later, Decision),
            )
            .exists(),
        )
        .order_by(Decision.decided_at)
        .limit(MOST_LISTED)
    ).all()
    names = people.names_of(db, [each for row in rows for each in (row.person_id, row.decided_by)])
    return [Waiting(row, names[row.person_id], names[row.decided_by]) for row in rows]


def preview(db: Session, actor: Actor, decision_id: uuid.UUID) -> tuple[Decision, Facts]:
    """What this decision would be certified as, still without a number. Raises what `issue` would raise."""
    decision, enrolment = grounds.get_grounds(db, actor, decision_id)
    grounds.check(db, actor, decision)
    return decision, grounds.facts(db, actor, decision, enrolment, today())


def signing_state(db: Session) -> dict[str, Any]:
    """Whether there is a key to sign with, and since when signing waits for somebody to mend it."""
    return {"can_sign": credentials.can_sign(db), "halted_since": credentials.halted_since(db)}


def find_issued(db: Session, actor: Actor, decision_id: uuid.UUID) -> Certificate | None:
    """The certificate that was issued on a decision, if there is one."""
    return db.scalar(scope(actor).where(Certificate.decision_id == decision_id))


def issue(db: Session, actor: Actor, decision_id: uuid.UUID, authenticated_by: str) -> Certificate:
    """Certify what was decided. A second issue of the same decision returns the first one's certificate.

    Raises NotFound, Forbidden, Conflict.
    """
    decision, enrolment = grounds.get_grounds(db, actor, decision_id)
    # Issues of one decision take turns here; the UNIQUE constraint is the wall behind it.
    db.refresh(decision, with_for_update=True)
    issued = find_issued(db, actor, decision_id)
    if issued is not None:
        return issued
    grounds.check(db, actor, decision)
    credentials.check_key(db)
    facts = records.numbered(grounds.facts(db, actor, decision, enrolment, today()))
    credentials.check_words(holder=facts.holder, provider=facts.provider)
    certificate = records.new_row(actor, enrolment, facts, decision_id=decision.id)
    jobs.enqueue(db, "sign_certificate", key=f"sign_certificate:{certificate.id}", certificate=str(certificate.id))
    tell_holder(db, certificate, facts)
    standard = (decision.standard_id, decision.standard_version, decision.standard_hash)
    leaf = register.append(
        db,
        actor,
        kind="certificate issued",
        subject_kind="certificate",
        subject_id=certificate.id,
        payload=rules.payload(facts, str(decision.id), standard),
        meaning="I issue this certificate on the recorded decision.",
        authenticated_by=authenticated_by,
    )
    certificate.leaf_seq, certificate.digest = leaf.seq, leaf.digest
    db.add(certificate)
    db.flush()
    return certificate


def facts_to_draw(db: Session, certificate_id: uuid.UUID, edition: int) -> Facts | None:
    """What to draw; None when it is drawn already, or says what was corrected. For the job, which acts for nobody."""
    certificate = db.get_one(Certificate, certificate_id)
    if certificate.edition != edition or db.get(CertificatePdf, (certificate_id, edition)) is not None:
        return None
    return facts_of(certificate)


def keep_pdf(db: Session, certificate_id: uuid.UUID, content: bytes, edition: int = 1) -> None:
    """Keep what was drawn. The first drawing of an edition stays: people have it."""
    if db.get(CertificatePdf, (certificate_id, edition)) is None:
        digest, drawn_at = hashlib.sha256(content).hexdigest(), clock.now()
        about = {"certificate_id": certificate_id, "edition": edition}
        db.add(CertificatePdf(**about, content=content, sha256=digest, drawn_at=drawn_at))


def _is_later(one: type[Decision], other: type[Decision]) -> ColumnElement[bool]:
    return (one.decided_at > other.decided_at) | ((one.decided_at == other.decided_at) & (one.id > other.id))


def tell_holder(db: Session, certificate: Certificate, facts: Facts) -> None:
    """Write to the holder that the certificate is theirs."""
    messages.send(
        db,
        "certificate",
        person_id=certificate.person_id,
        organisation_id=certificate.provider_id,
        award=facts.award,
        issuer=facts.provider,
        valid_until=facts.valid_until,
        link=messages.link(f"/certificates/{certificate.id}"),
    )
