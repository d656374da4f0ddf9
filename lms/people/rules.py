"""Pure rules about people: how names and addresses compare, what a code or a password must be, when a sign-in ends."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import unicodedata
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from lms.core.actor import Actor, Role

IDLE_LIMIT = timedelta(hours=2)
ABSOLUTE_LIMIT = timedelta(hours=12)
INVITATION_LIFE = timedelta(days=14)
NAME_LENGTH = 90
EMAIL_LENGTH = 254
TITLE_LENGTH = 120
PASSWORD_MIN = 10
PASSWORD_MAX = 128
FACE_TO_FACE = ", face to face"  # how the words about a proof end that was given beside somebody else
LEAST_STRENGTH = 3  # of zxcvbn's 0 to 4: “safely unguessable, moderate protection from offline attack”
ZXCVBN_READS = 72  # its cost grows quickly with length, and it refuses more

TOO_SHORT = f"Choose at least {PASSWORD_MIN} characters. Four unrelated words are easy to keep."
TOO_LONG = f"Choose at most {PASSWORD_MAX} characters."
TOO_EASY = "That is too easy to guess. Four unrelated words are easy to keep."

BROWSERS = {
    "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser/": "Samsung Internet", "Firefox/": "Firefox", "FxiOS/": "Firefox",
    "CriOS/": "Chrome", "Chrome/": "Chrome", "Safari/": "Safari",
}  # fmt: skip
SYSTEMS = {
    "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "CrOS": "Chromebook",
    "Mac OS X": "Mac", "Linux": "Linux",
}  # fmt: skip


def fold(text: str) -> str:
    """What two e-mail addresses or names are compared by: NFKC, casefold, trimmed."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def is_address(text: str) -> bool:
    """Whether `text` could be an e-mail address. Only a letter that arrives proves one, so this stays simple.

    What is kept is judged, not what was typed: folding may lengthen a text and bring an “@” or a space into it.
    """
    text = fold(text)
    local, at, domain = text.partition("@")
    plain = text.isprintable() and " " not in text and len(text) <= EMAIL_LENGTH
    return bool(plain and local and at and domain and "@" not in domain and ".." not in domain)


def new_code() -> str:
    """A code nobody can guess, fit for an address: 256 random bits."""
    return secrets.token_urlsafe(32)


def digest(code: str) -> str:
    """What the database keeps of a code, so that a copy of the database opens no door."""
    return hashlib.sha256(code.encode()).hexdigest()


def has_ended(created_at: datetime, last_seen_at: datetime, at: datetime) -> bool:
    """Whether a sign-in is over: two hours without a request, or twelve hours in all."""
    return at - last_seen_at > IDLE_LIMIT or at - created_at > ABSOLUTE_LIMIT


def password_fault(password: str, *about: str) -> str | None:
    """Why `password` will not do, for somebody whose name and address are `about`; None if it will."""
    if len(password) < PASSWORD_MIN:
        return TOO_SHORT
    if len(password) > PASSWORD_MAX:
        return TOO_LONG
    known = [*about, *(part for text in about for part in text.replace("@", " ").split()), "askwell"]
    from zxcvbn import zxcvbn  # 8 MB of word lists that most processes never need

    judged = zxcvbn(password[:ZXCVBN_READS], user_inputs=known)
    return TOO_EASY if judged["score"] < LEAST_STRENGTH else None


def network_of(address: str | None) -> str:
    """Whom an address stands for: itself, or in IPv6 the 64-bit network that one household or office is given."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network(f"{parsed}/64", strict=False)) if parsed.version == 6 else str(parsed)


def device_name(agent: str) -> str:
    """A browser's own description of itself in words: “Firefox on Windows”."""
    browser = next((name for mark, name in BROWSERS.items() if mark in agent), "A browser")
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "")
    return f"{browser} on {system}" if system else browser


def invitable_roles(actor: Actor, organisation_id: uuid.UUID, trained_by: Collection[uuid.UUID]) -> tuple[Role, ...]:
    """The roles `actor` may hand out in an organisation, whose people these providers train if it is a client."""
    administered = actor.organisations(Role.ADMINISTRATOR)
    if organisation_id in administered:
        return (Role.TRAINER, Role.ADMINISTRATOR)
    if administered.intersection(trained_by) or organisation_id in actor.organisations(Role.MANAGER):
        return (Role.TRAINEE, Role.MANAGER)
    return ()
