"""What a certificate says in its holder's name, and what it said before that was corrected.

The first edition is the certificate's own row. Every correction makes the next: signed and drawn anew, under the same
number. What was signed and drawn before stays, and is superseded.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates import rules
from lms.certificates.models import Certificate, NameCorrection
from lms.people import service as people


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition: whose name it says, and what its entry in the register sealed."""

    number: int
    name: str
    digest: str


def corrections_of(db: Session, certificate_id: uuid.UUID) -> Sequence[NameCorrection]:
    """Every correction of a certificate, in order."""
    chosen = select(NameCorrection).where(NameCorrection.certificate_id == certificate_id)
    return db.scalars(chosen.order_by(NameCorrection.edition)).all()


def editions_of(certificate: Certificate, corrections: Sequence[NameCorrection]) -> list[Edition]:
    """Every edition of a certificate; the last is what it says now."""
    first = Edition(1, certificate.holder_name, certificate.digest)
    return [first, *(Edition(each.edition, each.name, each.digest) for each in corrections)]


def newest_of(db: Session, certificate: Certificate) -> Edition:
    """What a certificate says now."""
    return editions_of(certificate, corrections_of(db, certificate.id))[-1]


def name_for(db: Session, person_id: uuid.UUID, provider_id: uuid.UUID) -> str:
    """The name that a new certificate says: the account's, unless that is one which this provider has corrected.

    Whoever had a certificate corrected and not their account gets no new one with the old name.
    """
    account = rules.clean_name(people.get_person(db, person_id).name)
    theirs = (Certificate.person_id == person_id, Certificate.provider_id == provider_id)
    chosen = select(NameCorrection).join(Certificate, Certificate.id == NameCorrection.certificate_id).where(*theirs)
    found = db.scalars(chosen.order_by(NameCorrection.leaf_seq)).all()
    return found[-1].name if account in {each.before for each in found} else account


def promise_key(task: str, certificate_id: uuid.UUID, edition: int) -> str:
    """The key of a promise to sign or to draw an edition."""
    return f"{task}:{certificate_id}" if edition == 1 else f"{task}:{certificate_id}:{edition}"
