"""Guards at the door: few tries, few hashes at once, and no hash while the database is kept waiting."""

from __future__ import annotations

import threading
import uuid
from typing import Any

from flask import request
from werkzeug.exceptions import ServiceUnavailable, TooManyRequests

from lms.core import unit
from lms.people import service
from lms.people.rules import fold, network_of

TOO_MANY_TRIES = "Too many tries. Wait 5 minutes, then try again, or sign in with a passkey."
# A hash takes 19 MiB and some 20 ms of one core. More at once would only make everybody wait.
HASHES_AT_ONCE = 2
LONGEST_WAIT_SECONDS = 10
# Numbers that exist nowhere, from one network within five minutes. Nobody mistypes so many; a class of thirty might.
MOST_MISSES = 30
_places = threading.BoundedSemaphore(HASHES_AT_ONCE)


class Hashing:
    """The library's password hashing, where every hash and every check of one passes.

    Hashing is slow, so what the library changed so far is committed first and nobody waits for our lock.
    """

    def __init__(self, context: Any) -> None:
        self._context = context

    def hash(self, password: str, **options: Any) -> str:
        """A new hash of `password`."""
        return str(self._alone(self._context.hash, password, **options))

    def verify(self, password: str, hashed: str | None) -> bool:
        """Whether `password` has this hash."""
        return bool(self._alone(self._context.verify, password, hashed))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def _alone(self, slow: Any, *arguments: Any, **options: Any) -> Any:
        unit.commit_library()
        if not _places.acquire(timeout=LONGEST_WAIT_SECONDS):
            raise ServiceUnavailable
        try:
            return slow(*arguments, **options)
        finally:
            _places.release()


def admit(email: str, purpose: str = "sign in") -> list[uuid.UUID]:
    """Count a try against the account and the network it comes from; empty when there have been too many.

    It counts until it is forgiven, so tries that arrive together cannot all slip through. Nobody is locked out for
    good, and an address without an account is counted the same.
    """
    db = unit.library_session()
    subjects = [f"{purpose} account {fold(email)}", f"{purpose} network {network_of(request.remote_addr)}"]
    counted = service.record_try(db, subjects)
    unit.commit_library()
    return counted


def forgive(counted: list[uuid.UUID]) -> None:
    """The try was a good one and does not count."""
    service.forgive_try(unit.library_session(), counted)


def check_misses() -> None:
    """Raises TooManyRequests for a network that has asked for too many numbers that exist nowhere, whatever it asks."""
    if service.tries_of(unit.reading(), _misses()) >= MOST_MISSES:
        raise TooManyRequests


def count_miss() -> None:
    """A number was asked for that exists nowhere."""
    with unit.transaction() as db:
        service.count_try(db, _misses())


def _misses() -> str:
    return f"numbers network {network_of(request.remote_addr)}"
