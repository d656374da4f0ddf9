"""Pure rules about people: how names and addresses compare, what a code looks like, when a sign-in ends."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from datetime import datetime, timedelta

from lms.core.actor import Actor, Role

IDLE_LIMIT = timedelta(hours=2)
ABSOLUTE_LIMIT = timedelta(hours=12)
INVITATION_LIFE = timedelta(days=14)
NAME_LENGTH = 90
EMAIL_LENGTH = 254


def fold(text: str) -> str:
    """What two e-mail addresses or names are compared by: NFKC, casefold, trimmed."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def new_code() -> str:
    """A code nobody can guess, fit for an address: 256 random bits."""
    return secrets.token_urlsafe(32)


def digest(code: str) -> str:
    """What the database keeps of a code, so that a copy of the database opens no door."""
    return hashlib.sha256(code.encode()).hexdigest()


def has_ended(created_at: datetime, last_seen_at: datetime, at: datetime) -> bool:
    """Whether a sign-in is over: two hours without a request, or twelve hours in all."""
    return at - last_seen_at > IDLE_LIMIT or at - created_at > ABSOLUTE_LIMIT


def invitable_roles(actor: Actor, organisation_is_provider: bool) -> tuple[Role, ...]:
    """The roles `actor` may hand out in an organisation of this kind."""
    if Role.ADMINISTRATOR in actor.roles:
        return (Role.TRAINER, Role.ADMINISTRATOR) if organisation_is_provider else (Role.TRAINEE, Role.MANAGER)
    if Role.MANAGER in actor.roles and not organisation_is_provider:
        return (Role.TRAINEE, Role.MANAGER)
    return ()
