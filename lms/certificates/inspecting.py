"""Whether a file that somebody was given is the one that was issued, and how its certificate stands now."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates import baking, looking, unpacking
from lms.certificates.checks import FAILS, HOLDS, Check
from lms.certificates.looking import Found
from lms.certificates.models import Certificate, CertificatePdf
from lms.certificates.rules import Status
from lms.certificates.unpacking import Unpacked
from lms.credentials import service as credentials
from lms.credentials.models import Credential
from lms.credentials.rules import sha256

TITLE = "Nothing changed since"
SINCE = "Since then the name was corrected, and a new file has taken its place."
MOST_BYTES = 1_900_000  # with what a browser puts around it, below what the site takes at all


class Answer(StrEnum):
    """What somebody is told about a file."""

    GOOD = "Genuine and valid"
    OLD = "Genuine, but no longer counts"
    SUPERSEDED = "Genuine, but superseded"
    CHANGED = "Changed"
    NOT_OURS = "Not ours"
    DOUBTED = "In doubt"


@dataclass(frozen=True, slots=True)
class File:
    """What somebody handed in."""

    content: bytes
    digest: str
    held: Unpacked


@dataclass(frozen=True, slots=True)
class Inspected:
    """The answer, and what it rests on. `found` is None where no certificate belongs to the file."""

    answer: Answer
    kind: str
    found: Found | None
    checks: tuple[Check, ...]


def inspect(db: Session, content: bytes) -> Inspected:
    """Look at a file. It is read here and kept nowhere."""
    held, digest = unpacking.unpack(content), sha256(content)
    certificate = _certificate(db, digest, held)
    if certificate is None:
        return Inspected(Answer.NOT_OURS, held.kind, None, ())
    found = looking.found_of(db, certificate)
    same, edition = _same(db, certificate, File(content, digest, held))
    is_old = edition < certificate.edition
    return Inspected(_answer(found, same.state == HOLDS, is_old), held.kind, found, (same, *found.checks))


def _answer(found: Found, is_same: bool, is_old: bool) -> Answer:
    if not is_same:
        return Answer.CHANGED
    if found.doubt and not found.is_withheld:
        return Answer.DOUBTED
    if is_old and not found.is_withheld:
        return Answer.SUPERSEDED
    return Answer.GOOD if found.status is Status.VALID else Answer.OLD


def _certificate(db: Session, digest: str, held: Unpacked) -> Certificate | None:
    """The certificate whose file this is, to the last byte; else the one whose number it names."""
    drawn = select(Certificate).join(CertificatePdf, CertificatePdf.certificate_id == Certificate.id)
    found = db.scalars(drawn.where(CertificatePdf.sha256 == digest).limit(1)).first()
    if found is None and held.code:
        found = db.scalar(select(Certificate).where(Certificate.code == held.code))
    return found


def _same(db: Session, certificate: Certificate, file: File) -> tuple[Check, int]:
    """Whether the file is one of ours, and of which edition: what is given out now, or what was before."""
    now = certificate.edition
    newest = _same_as(db, certificate, now, file)
    for edition in range(now - 1, 0, -1) if newest.state != HOLDS else ():
        check = _same_as(db, certificate, edition, file)
        if check.state == HOLDS:
            return Check(check.title, HOLDS, f"{check.sentence} {SINCE}"), edition
    return newest, now


def _same_as(db: Session, certificate: Certificate, edition: int, file: File) -> Check:
    held, credential = file.held, credentials.find(db, certificate.id, edition)
    if held.kind == "PDF":
        kept = db.get(CertificatePdf, (certificate.id, edition))
        whole = kept is not None and kept.sha256 == file.digest
        return _byte_for_byte(whole, credential is not None and _record_is_ours(held, credential), "page")
    if credential is None:
        return Check(TITLE, FAILS, "No signed record like this one was ever given out for this certificate.")
    if held.kind == "picture":
        whole = file.content == baking.bake(credential.document)
        return _byte_for_byte(whole, _record_is_ours(held, credential), "picture")
    if held.record in (credential.document, (credential.jwt or "").encode() or None):
        return Check(TITLE, HOLDS, "Every byte is as it was signed.")
    if held.kind == "record" and unpacking.is_same(held.record or b"", credential.document):
        return Check(TITLE, HOLDS, "Every word is as it was signed; only the lines are broken otherwise.")
    return Check(TITLE, FAILS, "The record in the file is not the one that was signed.")


def _record_is_ours(held: Unpacked, credential: Credential) -> bool:
    return held.record == credential.document


def _byte_for_byte(whole: bool, record: bool, around: str) -> Check:
    if whole:
        return Check(TITLE, HOLDS, "Every byte of the file is as it was issued.")
    if record:
        return Check(TITLE, FAILS, f"The signed record inside is ours. The {around} around it is not what was issued.")
    return Check(TITLE, FAILS, "What is inside is not the record that was signed.")
