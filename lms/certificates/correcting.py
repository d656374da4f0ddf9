"""Correcting the holder's name on a certificate: a row of its own, and a new edition under the same number."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.certificates import editions, life, rules, steps
from lms.certificates.life import Asked
from lms.certificates.models import Certificate, NameCorrection
from lms.certificates.rules import Status
from lms.core import clock, jobs
from lms.core.actor import Actor
from lms.core.errors import Conflict, Invalid
from lms.credentials import service as credentials
from lms.messages import service as messages
from lms.register import service as register

ENTRY = "certificate name corrected"
MEANING = "I correct the name on this certificate. Whom it is about has not changed."
HINDERS = {
    Status.WITHDRAWN: "This certificate was withdrawn. Nobody can rely on it, whatever name it says.",
    Status.SUSPENDED: "This certificate is suspended. Lift the suspension first, and then correct the name.",
}


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a name is corrected."""

    title: str
    hint: str


CAUSES = {
    "spelling": Cause("It was spelt wrong", "The certificate says what nobody is called"),
    "changed": Cause("The name has changed", "After a wedding, a divorce, or by their own choice"),
}


def hindrance(db: Session, certificate: Certificate) -> str:
    """Why the name cannot be corrected now, in a sentence; empty when it can."""
    withheld = steps.state_of(db, certificate.id).withheld
    return HINDERS[withheld] if withheld else ""


def suggested(db: Session, certificate: Certificate) -> str:
    """The name to begin with: the account's, where it was corrected there, else the one that stands."""
    return editions.name_for(db, certificate.person_id, certificate.provider_id)


def correct(db: Session, actor: Actor, certificate_id: uuid.UUID, asked: Asked, name: str, kind: str) -> NameCorrection:
    """Correct the name. The certificate says it from now on; what was signed and drawn before is superseded.

    The same form sent twice is one correction. Raises NotFound, Forbidden, Invalid, Stale, Conflict.
    """
    certificate = life.take_turn(db, actor, certificate_id, asked)
    made = db.get(NameCorrection, asked.key)
    if made is not None and (made.certificate_id, made.done_by) == (certificate_id, actor.person_id):
        return made
    life.check_seen(db, certificate, asked)
    _check(db, certificate, name := rules.clean_name(name))
    edition = _promise_next(db, certificate)
    _tell(db, certificate)
    row = NameCorrection(
        id=asked.key,
        certificate_id=certificate_id,
        edition=edition,
        kind=kind,
        before=certificate.name,
        name=name,
        reason=asked.reason.strip(),
        done_by=actor.person_id,
        done_at=clock.now(),
    )
    leaf = register.append(
        db,
        actor,
        kind=ENTRY,
        subject_kind="certificate",
        subject_id=certificate_id,
        payload=payload(certificate.digest, row),
        meaning=MEANING,
        reason=CAUSES[kind].title,
        authenticated_by=asked.authenticated_by,
    )
    row.leaf_seq, row.digest = leaf.seq, leaf.digest
    db.add(row)
    db.flush()
    db.refresh(certificate)
    return row


def _promise_next(db: Session, certificate: Certificate) -> int:
    """Let what was signed count no more, and promise the next edition, whose number it gives."""
    credentials.mark(db, certificate.id, certificate.edition, withheld=True)
    edition = certificate.edition + 1
    key = editions.promise_key("sign_certificate", certificate.id, edition)
    jobs.enqueue(db, "sign_certificate", key=key, certificate=str(certificate.id))
    return edition


def payload(certificate: str, row: NameCorrection) -> dict[str, Any]:
    """What a correction binds: the digest of what was certified, both names, why, and which edition says so."""
    at: datetime = row.done_at
    said = {"edition": row.edition, "kind": row.kind, "before": row.before, "name": row.name, "reason": row.reason}
    return {"certificate": certificate, "at": at.isoformat(), **said}


def _check(db: Session, certificate: Certificate, name: str) -> None:
    hindered = hindrance(db, certificate)
    if hindered:
        raise Conflict(hindered)
    if name == certificate.name:
        raise Invalid({"name": "This is what the certificate says now. Write the name as it should be."})
    credentials.check_key(db)
    credentials.check_words(holder=name)


def _tell(db: Session, certificate: Certificate) -> None:
    messages.send(
        db,
        "name_corrected",
        person_id=certificate.person_id,
        organisation_id=certificate.provider_id,
        award=certificate.award,
        issuer=certificate.facts["provider"],
        link=messages.link(f"/certificates/{certificate.id}"),
    )
