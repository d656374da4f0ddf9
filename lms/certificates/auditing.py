"""`lms certificates audit`: every certificate against its entry, its signed bytes, its list and its drawing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates import bindings, checking, rules, steps
from lms.certificates.models import Certificate, CertificatePdf
from lms.core.errors import HouseError
from lms.credentials import lists
from lms.credentials.models import Credential, StatusList
from lms.register.models import Leaf

BATCH = 200


@dataclass
class Audit:
    """What was looked at. `faults` are sentences that name what they are about."""

    certificates: int = 0
    unsigned: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """What to say when all is well."""
        waiting = f", {self.unsigned} of them without a signature yet" if self.unsigned else ""
        counted = "One certificate" if self.certificates == 1 else f"{self.certificates} certificates"
        return f"{counted}{waiting}: rows, entries, signatures, lists and drawings agree."


def audit(db: Session) -> Audit:
    """Compare everything. It takes some milliseconds for each certificate."""
    found = Audit()
    known, last = checking.Known.of(db), -(2**31)
    while rows := db.scalars(
        select(Certificate).where(Certificate.leaf_seq > last).order_by(Certificate.leaf_seq).limit(BATCH)
    ).all():
        for row in rows:
            found.certificates += 1
            found.faults += [f"Certificate {row.id}: {each}" for each in _faults(db, row, known, found)]
        last = rows[-1].leaf_seq
        db.expunge_all()
    found.faults += [*_list_faults(db), *_lost_entries(db)]
    return found


def _faults(db: Session, row: Certificate, known: checking.Known, found: Audit) -> Iterator[str]:
    try:
        checked = checking.check(db, row, known)
    except (ValueError, TypeError, LookupError, HouseError):
        yield "It, or what belongs to it, cannot be read."
        return
    found.unsigned += not checked.is_signed and checked.status not in rules.WITHHELD
    yield from checked.faults
    yield from checking.check_superseded(db, row, known)
    for drawn in db.scalars(select(CertificatePdf).where(CertificatePdf.certificate_id == row.id)):
        if hashlib.sha256(drawn.content).hexdigest() != drawn.sha256:
            yield "Its PDF is not the one that was stored."


def _list_faults(db: Session) -> Iterator[str]:
    """Bits that say otherwise than what happened, in what is to be published and in what was signed last."""
    withheld: dict[int, set[int]] = {}
    chosen = select(Credential.list_number, Credential.list_index)
    superseded = Credential.edition < Certificate.edition
    about = chosen.join(Certificate, Certificate.id == Credential.certificate_id)
    for number, index in db.execute(about.where(superseded | steps.is_withheld(Certificate.id))):
        withheld.setdefault(number, set()).add(index)
    for row in db.scalars(select(StatusList).order_by(StatusList.number)):
        meant = lists.empty(len(row.bits) * 8)
        for index in withheld.get(row.number, ()):
            meant = lists.with_bit(meant, index)
        if row.bits != meant:
            yield f"List {row.number}: its bits are not those of the certificates that are withheld or superseded."
        if row.signed_version != row.version:
            yield f"List {row.number}: a change of it waits for its signature."


def _lost_entries(db: Session) -> Iterator[str]:
    """Entries of the register whose certificate, or what happened to it, is gone."""
    for source in bindings.SOURCES:
        lost = select(Leaf.seq).where(Leaf.kind == source.kind).except_(source.seqs)
        for seq in db.scalars(lost.order_by("seq")):
            yield f"Entry {seq}: it stands for a {source.kind} that is not there any more."
