"""A certificate in its holder's hands: its signed record, and lines to put under an e-mail."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from lms.certificates import records
from lms.certificates.rules import WITHHELD, Facts
from lms.core.actor import Actor
from lms.core.errors import NotFound
from lms.credentials import service as credentials
from lms.people import same


class Held(Protocol):
    """Whatever has the facts of a certificate."""

    @property
    def facts(self) -> Facts: ...


@dataclass(frozen=True, slots=True)
class Signed:
    """The signed record, byte for byte, the number it goes by, and the same as a token where there is a key for it."""

    document: bytes
    number: str
    token: str | None = None


def find_signed(db: Session, actor: Actor, certificate_id: uuid.UUID) -> Signed | None:
    """One's own signed record, or None while it is being signed; none of a withheld certificate. Raises NotFound."""
    record = records.get_record(db, actor, certificate_id)
    if record.status in WITHHELD or not same.is_one(db, actor.person_id, record.certificate.person_id):
        raise NotFound
    found = credentials.find(db, certificate_id, record.certificate.edition)
    return Signed(found.document, record.facts.number, found.jwt) if found else None


def lines(facts: Facts) -> str:
    """Two lines and a link, to put under an e-mail."""
    return f"{facts.holder}\n{facts.award}, {facts.provider}\n{facts.address}"
