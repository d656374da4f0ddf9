"""Credentials as they are kept: what was signed, by which keys, on which list, and what anybody may fetch."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lms.core import clock, jobs, settings
from lms.core.db import add_once
from lms.core.errors import Conflict
from lms.credentials import build, lists, rules
from lms.credentials.models import Credential, SigningHalt, StatusList
from lms.credentials.rules import PublicKey
from lms.keys import public as keys
from lms.keys.models import SigningKey
from lms.keys.rules import Purpose, site_name
from lms.people.models import Organisation

NO_KEY = (
    "Nothing can be issued yet: there is no key to sign certificates with. "
    "Whoever runs this site makes one with: lms keys new --for credentials"
)
TRIES_AT_RANDOM = 64
_SIGNING_KEYS = select(SigningKey).where(SigningKey.purpose.in_((Purpose.CREDENTIALS, Purpose.JWT)))


def site() -> str:
    """The address everything is published under."""
    return settings.current().public_url


def controller() -> str:
    """The site's identifier."""
    return rules.did(site_name(site()))


def find_key(db: Session, purpose: Purpose) -> SigningKey | None:
    """The public part of the key that signs now."""
    return keys.find_key(db, purpose, site_name(site()))


def can_sign(db: Session) -> bool:
    """Whether there is a key to sign with. Whether its file opens, the worker finds out."""
    return find_key(db, Purpose.CREDENTIALS) is not None


def check_key(db: Session) -> None:
    """Raises Conflict with a sentence when there is nothing to sign with."""
    if not can_sign(db):
        raise Conflict(NO_KEY)


def check_words(**words: str) -> None:
    """Raises Conflict, naming which, for words that are never signed."""
    for name, text in words.items():
        try:
            build.clean(text)
        except build.Refused as error:
            raise Conflict(f"The {name}’s name cannot stand on a certificate. {error}") from None


def halted_since(db: Session) -> datetime | None:
    """Since when the worker has waited for somebody to mend a key; None while it signs."""
    return db.scalar(select(func.min(SigningHalt.since)))


def find(db: Session, certificate_id: uuid.UUID, edition: int) -> Credential | None:
    """The credential of a certificate's edition, once it is signed."""
    return db.get(Credential, (certificate_id, edition))


def issuer_name(db: Session) -> str:
    """Who issues here: the site's training providers."""
    providers = select(Organisation.name).where(Organisation.kind == "provider")
    return ", ".join(db.scalars(providers.order_by(Organisation.id))) or site()


def find_list(db: Session, number: int) -> bytes | None:
    """A list as it was signed last."""
    return db.scalar(select(StatusList.document).where(StatusList.number == number)) if number < 2**31 else None


def known_keys(db: Session) -> dict[str, PublicKey]:
    """Every key that ever signed credentials here, by the full names under which signatures mention them."""
    rows = db.scalars(_SIGNING_KEYS)
    found = ((PublicKey(each.kid, each.algorithm, each.public_key), rules.did(each.name)) for each in rows)
    return {key.method(name): key for key, name in found}


def listed_keys(db: Session) -> list[PublicKey]:
    """The keys in the site's document: those in use, and retired ones as long as anything they signed lives."""
    alive = select(Credential.kid).where(Credential.kid == SigningKey.kid, Credential.valid_until >= clock.now())
    token = select(Credential.kid).where(Credential.jwt_kid == SigningKey.kid, Credential.valid_until >= clock.now())
    listed = select(StatusList.kid).where(StatusList.kid == SigningKey.kid)
    chosen = _SIGNING_KEYS.where(
        SigningKey.name == site_name(site()),
        or_(SigningKey.retired_at.is_(None), alive.exists(), token.exists(), listed.exists()),
    )
    rows = db.scalars(chosen.order_by(SigningKey.created_at.desc(), SigningKey.kid))
    return [PublicKey(each.kid, each.algorithm, each.public_key) for each in rows]


def pick_place(db: Session) -> tuple[int, int]:
    """A list with room and a free place on it, drawn at random. It is not taken yet: somebody may be quicker."""
    newest = db.execute(select(StatusList.number, StatusList.bits).order_by(StatusList.number.desc()).limit(1)).first()
    if newest is None:
        return 1, secrets.randbelow(lists.LENGTH)
    length = len(newest.bits) * 8
    drawn = [secrets.randbelow(length) for _ in range(TRIES_AT_RANDOM)]
    taken = _taken(db, newest.number, drawn)
    free = [each for each in drawn if each not in taken]
    if not free:
        free = sorted(set(range(length)) - _taken(db, newest.number))
    return (newest.number, secrets.choice(free)) if free else (newest.number + 1, secrets.randbelow(lists.LENGTH))


def add_list(db: Session, number: int) -> None:
    """Begin a list, unless it is there."""
    if db.get(StatusList, number) is None:
        add_once(db, StatusList(number=number, bits=lists.empty()))


def mark(db: Session, certificate_id: uuid.UUID, edition: int, *, withheld: bool) -> None:
    """Say on its list whether a credential is to be relied on, in the caller's transaction; the list is signed at once.

    What was never signed stands on no list.
    """
    found = find(db, certificate_id, edition)
    if found is None:
        return
    row = db.get_one(StatusList, found.list_number, with_for_update=True, populate_existing=True)
    if lists.is_set(row.bits, found.list_index) == withheld:
        return
    row.bits, row.version = lists.with_bit(row.bits, found.list_index, withheld), row.version + 1
    promise_list(db, row.number, row.version)


def promise_list(db: Session, number: int, version: int) -> None:
    """Promise to sign a version of a list."""
    jobs.enqueue(db, "sign_status_list", key=f"sign_status_list:{number}:{version}", number=str(number))


def _taken(db: Session, number: int, among: Collection[int] | None = None) -> set[int]:
    chosen = select(Credential.list_index).where(Credential.list_number == number)
    return set(db.scalars(chosen.where(Credential.list_index.in_(among)) if among is not None else chosen))
