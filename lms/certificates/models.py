"""Tables of certificates. No row is ever edited: what happens to a certificate is a row of its own."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    func,
    select,
    text,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column

from lms.certificates.rules import CODE_LENGTH
from lms.core.db import Base, new_id
from lms.people.rules import NAME_LENGTH


class Certificate(Base):
    """What was certified about somebody, in the words and names of that day. `facts` holds what is printed besides.

    It stands on a decision, or on the certificate it renews.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint("issuer_id <> person_id", name="nobody_certifies_themselves"),
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        CheckConstraint("(decision_id IS NULL) <> (renews_id IS NULL)", name="ground"),
        Index("ix_certificate_organisation_id_valid_until", "organisation_id", "valid_until"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(CODE_LENGTH), unique=True)
    decision_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("decision.id"), unique=True)
    renews_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("certificate.id"), unique=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("unit.id"))
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    issuer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    holder_name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    award: Mapped[str] = mapped_column(String(120))
    level: Mapped[int]
    facts: Mapped[dict[str, Any]]
    issued_on: Mapped[date]
    valid_until: Mapped[date]
    issued_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64))
    leaf_seq: Mapped[int]

    if TYPE_CHECKING:  # read from corrections, see below
        name: Mapped[str]
        edition: Mapped[int]


class Step(Base):
    """A certificate was withdrawn or suspended, or one of these was ended (`history`). Rows are never changed.

    The reason is for the holder and the provider, never for the public page. `cause` is one of the reasons for
    withdrawing. `follows` is the entry of the step before, or the certificate's own: two steps never follow the same.
    """

    __tablename__ = "certificate_step"
    __table_args__ = (
        UniqueConstraint("certificate_id", "follows"),
        CheckConstraint("kind IN ('withdrawn', 'undone', 'suspended', 'lifted')", name="kind"),
        CheckConstraint("follows < leaf_seq", name="follows"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    certificate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("certificate.id"))
    kind: Mapped[str] = mapped_column(String(12))
    cause: Mapped[str] = mapped_column(String(20), default="")
    reason: Mapped[str] = mapped_column(Text)
    done_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime]
    follows: Mapped[int]
    leaf_seq: Mapped[int]


class NameCorrection(Base):
    """The holder's name was corrected. The certificate's row keeps what it said; from here on it says `name`.

    What is signed and drawn for it is the next `edition` under the same number. `digest` is what its entry sealed.
    """

    __tablename__ = "name_correction"
    __table_args__ = (
        UniqueConstraint("certificate_id", "edition"),
        CheckConstraint("edition > 1", name="edition"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    certificate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("certificate.id"))
    edition: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    before: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    reason: Mapped[str] = mapped_column(Text)
    done_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64))
    leaf_seq: Mapped[int]


_corrected = (
    select(NameCorrection.name)
    .where(NameCorrection.certificate_id == Certificate.id)
    .order_by(NameCorrection.edition.desc())
    .limit(1)
    .correlate_except(NameCorrection)
    .scalar_subquery()
)
_newest = (
    select(func.max(NameCorrection.edition))
    .where(NameCorrection.certificate_id == Certificate.id)
    .correlate_except(NameCorrection)
    .scalar_subquery()
)
# What a certificate says now, and which edition says so. Read with its row; whoever corrects a name reads them again.
Certificate.name = column_property(func.coalesce(_corrected, Certificate.holder_name))
Certificate.edition = column_property(func.coalesce(_newest, 1))


class CertificatePdf(Base):
    """A drawn certificate, kept apart so that no list ever loads it; one for each edition."""

    __tablename__ = "certificate_pdf"

    certificate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64), index=True)  # whoever checks a file asks by it
    drawn_at: Mapped[datetime]


OPEN = text("closed_at IS NULL")


class HolderPage(Base):
    """A page of its holder's own, for whoever has its address. Closed, it stays closed: the next has another code."""

    __tablename__ = "holder_page"
    __table_args__ = (Index("uq_holder_page_open", "person_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    code: Mapped[str] = mapped_column(String(CODE_LENGTH), unique=True)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class EvidenceChoice(Base):
    """A holder chose whether their evidence is shown with their number, in one line. The newest choice counts."""

    __tablename__ = "evidence_choice"
    __table_args__ = (Index("ix_evidence_choice_person_id_chosen_at", "person_id", "chosen_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    is_shown: Mapped[bool]
    chosen_at: Mapped[datetime]
