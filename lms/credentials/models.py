"""Tables of credentials. Signed bytes never change (migrations 0029 and 0034); a list changes with every withdrawal."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base

CODE_LENGTH = 28  # the certificate's number


class StatusList(Base):
    """Which of the credentials on one list were withdrawn. `version` counts the changes, whatever clocks say.

    `bits` is what is to be published, `document` what was signed last, of `signed_version`.
    """

    __tablename__ = "status_list"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    bits: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=0)
    document: Mapped[bytes | None] = mapped_column(LargeBinary)
    signed_version: Mapped[int] = mapped_column(default=-1)
    kid: Mapped[str | None] = mapped_column(ForeignKey("signing_key.kid"))
    valid_until: Mapped[datetime | None]


class Credential(Base):
    """One certificate, signed: the exact bytes that were given out and their digest, and where its status stands.

    Where a name was corrected, the next edition takes the place of the one before, which stays, under the same number.
    """

    __tablename__ = "credential"
    __table_args__ = (
        UniqueConstraint("code", "edition"),
        UniqueConstraint("list_number", "list_index"),
        CheckConstraint("list_index >= 0", name="index"),
    )

    certificate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    code: Mapped[str] = mapped_column(String(CODE_LENGTH))
    document: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    jwt: Mapped[str | None] = mapped_column(Text)
    kid: Mapped[str] = mapped_column(ForeignKey("signing_key.kid"), index=True)
    jwt_kid: Mapped[str | None] = mapped_column(ForeignKey("signing_key.kid"))
    list_number: Mapped[int] = mapped_column(ForeignKey("status_list.number"))
    list_index: Mapped[int]
    valid_until: Mapped[datetime]
    signed_at: Mapped[datetime]


class SigningHalt(Base):
    """Signing waits for people: since when. One row for each thing that is signed, and none while all is well."""

    __tablename__ = "signing_halt"

    what: Mapped[str] = mapped_column(String(12), primary_key=True)
    since: Mapped[datetime]
