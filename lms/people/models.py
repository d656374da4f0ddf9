"""Tables of people: who they are, where they belong, how they prove it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from flask_security import AsaList, UserMixin, WebAuthnMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.ext.mutable import MutableDict, MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.clock import now
from lms.core.db import Base, Json, new_id
from lms.people.rules import EMAIL_LENGTH, NAME_LENGTH


class Organisation(Base):
    """A training provider, or a client whose units are to be covered."""

    __tablename__ = "organisation"
    __table_args__ = (CheckConstraint("kind IN ('provider', 'client')", name="kind"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    # Whom it bought from first. Only the release before this one reads it: who trains whose people is in `provision`.
    provider_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Provision(Base):
    """A provider trains people of a client, from a day until a day; a client may have several. Who comes back takes the
    row they left.
    """

    __tablename__ = "provision"
    __table_args__ = (
        CheckConstraint("provider_id <> client_id", name="others"),
        UniqueConstraint("client_id", "provider_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    client_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    started_on: Mapped[date]
    ended_on: Mapped[date | None]  # the first day on which they train nobody there any more


def _own_name(context: Any) -> str:
    return str(context.get_current_parameters()["name"])


class Unit(Base):
    """A part of an organisation, as it is now; units form a tree. How it was before is in its periods.

    The organisation's own `code` tells units of one name apart; a unit that was given none has its first name for one.
    """

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    headcount: Mapped[int] = mapped_column(default=0)
    code: Mapped[str | None] = mapped_column(String(NAME_LENGTH), default=_own_name)
    closed_on: Mapped[date | None]  # the first day on which it is not there any more


class Person(Base, UserMixin):
    """One human being, with an account once they have set a password. Field names below `active` are the library's."""

    __tablename__ = "person"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)  # type: ignore[assignment]
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), unique=True)  # folded
    created_at: Mapped[datetime] = mapped_column(default=now)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, default=lambda: new_id().hex)
    fs_webauthn_user_handle: Mapped[str] = mapped_column(String(64), unique=True, default=lambda: new_id().hex)
    tf_primary_method: Mapped[str | None] = mapped_column(String(20))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_phone_number: Mapped[str | None] = mapped_column(String(20))
    tf_counters: Mapped[dict[str, Any] | None] = mapped_column(MutableDict.as_mutable(Json))
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    webauthn: Mapped[list[Passkey]] = relationship(back_populates="user", cascade="all, delete")  # type: ignore[assignment]

    roles = ()  # type: ignore[assignment]  # the library's idea of roles; ours are memberships


class Passkey(Base, WebAuthnMixin):
    """A passkey or security key of a person. Field names are the library's."""

    __tablename__ = "passkey"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)  # type: ignore[assignment]
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    user: Mapped[Person] = relationship(back_populates="webauthn")
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(20))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    backup_state: Mapped[bool] = mapped_column(default=False)
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    create_datetime: Mapped[datetime] = mapped_column(default=now)
    lastuse_datetime: Mapped[datetime] = mapped_column(default=now)

    def get_user_mapping(self) -> dict[str, Any]:
        """How the library finds the owner."""
        return {"id": self.user_id}


NOBODY_ELSES = text("provider_id IS NULL")


class Membership(Base):
    """A role of a person in an organisation, from a day to a day. Who comes back takes the row they left.

    A trainee's is with the provider that trains them: with two, they have two, and neither provider sees the other's.
    """

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("role IN ('trainee', 'trainer', 'manager', 'administrator')", name="role"),
        Index("ix_membership_organisation_id_role", "organisation_id", "role"),
        UniqueConstraint("person_id", "organisation_id", "role", "provider_id"),
        Index(
            "uq_membership_own", "person_id", "organisation_id", "role",
            unique=True, sqlite_where=NOBODY_ELSES, postgresql_where=NOBODY_ELSES,
        ),
    )  # fmt: skip

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[str] = mapped_column(String(20))
    provider_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))  # who trains a trainee
    started_on: Mapped[date]
    ended_on: Mapped[date | None]


class SignIn(Base):
    """One signed-in browser. The cookie carries the token, the table its digest; ending the row ends the sign-in."""

    __tablename__ = "sign_in"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[str] = mapped_column(String(40))
    device: Mapped[str] = mapped_column(String(120))


class Invitation(Base):
    """A letter that lets somebody take a role. Only the digest of its code is kept.

    It carries the name and address as the inviter wrote them, so that it never shows whether the address already
    belongs to somebody. Inviting the same person to the same role again renews the row.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("organisation_id", "role", "email", "provider_id"),
        Index(
            "uq_invitation_own", "organisation_id", "role", "email",
            unique=True, sqlite_where=NOBODY_ELSES, postgresql_where=NOBODY_ELSES,
        ),
    )  # fmt: skip

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    code_digest: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))  # folded
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[str] = mapped_column(String(20))
    provider_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))  # who trains, or who invites
    trainer_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))  # who will be at a trainee's side
    standard_id: Mapped[str | None] = mapped_column(String(40))  # what a trainee is trained towards
    early_because: Mapped[str] = mapped_column(Text, default="")  # why they begin before what comes before it
    invited_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]


class FailedSignIn(Base):
    """A failed try, kept for the minutes in which it counts against the account and the address."""

    __tablename__ = "failed_sign_in"
    __table_args__ = (Index("ix_failed_sign_in_subject_at", "subject", "at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    subject: Mapped[str] = mapped_column(String(64))  # digest of an account or of a network address
    at: Mapped[datetime]
