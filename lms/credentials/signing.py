"""Signing credentials and lists, away from requests: only the worker and the commands open private keys.

Nothing is open while something is signed. A worker that dies between signing and storing leaves nothing behind: what it
signed was seen by nobody, and the next one draws and signs anew.
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from lms.core import clock, jobs, log
from lms.core.db import add_once
from lms.core.unit import Database
from lms.credentials import build, lists, proof, rules, service
from lms.credentials.models import Credential, SigningHalt, StatusList
from lms.credentials.rules import PublicKey
from lms.keys import service as keys
from lms.keys import signing
from lms.keys.models import SigningKey
from lms.keys.rules import Purpose
from lms.keys.vault import Unusable

TRIES = 20
LOOK_AGAIN = timedelta(minutes=1)
_SALT_BYTES = 16


class NoKey(Unusable):
    """There is none."""


@dataclass(frozen=True, slots=True)
class Hand:
    """A key that is open: who signs, and under which full name."""

    key: SigningKey
    signer: signing.Signer

    @property
    def method(self) -> str:
        """The key's full name."""
        return PublicKey(self.key.kid, self.key.algorithm, self.key.public_key).method(service.controller())


def open_hand(db: Session) -> Hand:
    """The key for credentials. Raises Unusable, also when there is none."""
    key = service.find_key(db, Purpose.CREDENTIALS)
    if key is None:
        raise NoKey(service.NO_KEY)
    return Hand(key, signing.open_key(key))


def sign(
    database: Database,
    certificate_id: uuid.UUID,
    edition: int,
    facts: build.Facts,
    still_stands: Callable[[Session], bool],
) -> None:
    """Sign an edition of a certificate and keep it, unless that is done. Asked for often, one credential comes of it.

    `still_stands` is asked in the transaction that keeps it. Raises Unusable; Refused for words that are not signed.
    """
    for _ in range(TRIES):
        with database.readers() as db:
            if service.find(db, certificate_id, edition) is not None:
                return
            number, index = service.pick_place(db)
            hand, token_hand = open_hand(db), _token_hand(db)
        _have_list(database, number)
        made = _signed(certificate_id, edition, facts, (number, index), hand, token_hand)
        with database.transaction() as db:
            if not still_stands(db) or add_once(db, made):
                return


def sign_list(database: Database, number: int) -> None:
    """Sign a list as it is now. What changed meanwhile is signed after it, and never the other way round.

    Raises Unusable.
    """
    for _ in range(TRIES):
        with database.readers() as db:
            row, hand = db.get_one(StatusList, number), open_hand(db)
        now = clock.now()
        written = lists.credential(service.site(), service.controller(), number, row.bits, now)
        signed = {
            "document": proof.sign(written, hand.method, now, hand.signer.sign),
            "signed_version": row.version,
            "kid": hand.key.kid,
            "valid_until": now + lists.VALID_FOR,
        }
        unchanged = (StatusList.number == number, StatusList.version == row.version)
        with database.transaction() as db:
            kept = db.execute(update(StatusList).where(*unchanged).values(**signed).returning(StatusList.number))
            if kept.first() is not None:
                return


def patiently(database: Database, what: str, work: Callable[[], None], again: str) -> bool:
    """Do `work`, which signs; False if it has to wait for people. Then it is told, and the task `again` is promised.

    No such job fails for good: it looks again every minute, however many wait. Where there is no key at all, making one
    promises it.
    """
    try:
        work()
    except keys.Unusable as error:
        log.error("nothing is signed", what=what, why=error.sentence)
        with database.transaction() as db:
            if db.get(SigningHalt, what) is None:
                add_once(db, SigningHalt(what=what, since=clock.now()))
            if not isinstance(error, NoKey):
                minute = f"{clock.now() + LOOK_AGAIN:%Y-%m-%dT%H:%M}"
                jobs.enqueue(db, again, key=f"{again}:{minute}", delay=LOOK_AGAIN)
        return False
    with database.readers() as db:
        halted = db.get(SigningHalt, what) is not None
    if halted:
        with database.transaction() as db:
            db.execute(delete(SigningHalt).where(SigningHalt.what == what))
    return True


def try_key(database: Database) -> None:
    """Open every key that signs credentials, and sign nothing. Raises Unusable."""
    with database.readers() as db:
        open_hand(db), _token_hand(db)


def _token_hand(db: Session) -> Hand | None:
    key = service.find_key(db, Purpose.JWT)
    return Hand(key, signing.open_key(key)) if key else None


def _have_list(database: Database, number: int) -> None:
    """A credential's list is there before it is."""
    with database.readers() as db:
        row = db.get(StatusList, number)
        if row is not None and row.document is not None:
            return
    with database.transaction() as db:
        service.add_list(db, number)
    sign_list(database, number)


def _signed(
    certificate_id: uuid.UUID,
    edition: int,
    facts: build.Facts,
    place: tuple[int, int],
    hand: Hand,
    token_hand: Hand | None,
) -> Credential:
    chance = build.Chance(uuid.uuid4(), secrets.token_urlsafe(_SALT_BYTES), *place)
    now = max(clock.now(), facts.valid_from)
    content = proof.sign(build.credential(facts, chance), hand.method, now, hand.signer.sign)
    token = proof.token(json.loads(content), token_hand.method, token_hand.signer.sign) if token_hand else None
    return Credential(
        certificate_id=certificate_id,
        edition=edition,
        code=facts.code,
        document=content,
        sha256=rules.sha256(content),
        jwt=token,
        kid=hand.key.kid,
        jwt_kid=token_hand.key.kid if token_hand else None,
        list_number=place[0],
        list_index=place[1],
        valid_until=facts.valid_until,
        signed_at=now,
    )
