"""The signed record of a certificate as its number opens it, for programs that check by themselves."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates import steps
from lms.certificates.history import SUSPENDED, WITHDRAWN
from lms.certificates.models import Certificate
from lms.certificates.rules import Status
from lms.credentials import rules
from lms.credentials.models import Credential

# What is said in its place while nobody may rely on it: the record holds a name.
INSTEAD = {
    Status.WITHDRAWN: "This certificate was withdrawn. Do not rely on it.",
    Status.SUSPENDED: "This certificate is suspended. Do not rely on it while that lasts.",
}


@dataclass(frozen=True, slots=True)
class Published:
    """What is fetched under a certificate's number, or why it is not given out."""

    document: bytes | None  # none while it is being signed
    sha256: str
    jwt: str | None
    withheld: Status | None


def find_published(db: Session, typed: str) -> Published | None:
    """What anybody may fetch who has the number, however it is written; in one query."""
    withdrawn, suspended = (steps.is_withheld(Certificate.id, kind) for kind in (WITHDRAWN, SUSPENDED))
    found = db.execute(
        select(Credential.document, Credential.sha256, Credential.jwt, withdrawn.label("withdrawn"), suspended)
        .select_from(Certificate)
        .outerjoin(
            Credential, (Certificate.id == Credential.certificate_id) & (Credential.edition == Certificate.edition)
        )
        .where(Certificate.code == (rules.tidy_code(typed) or ""))
    ).first()
    if found is None:
        return None
    document, sha256, jwt, is_withdrawn, is_suspended = found
    withheld = Status.WITHDRAWN if is_withdrawn else Status.SUSPENDED if is_suspended else None
    return Published(document, sha256 or "", jwt, withheld)
