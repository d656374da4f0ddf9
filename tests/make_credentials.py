"""A certificate that the worker has signed, and the worker."""

from __future__ import annotations

import threading
import uuid
from typing import Any

from sqlalchemy import func, select

from lms.certificates import jobs
from lms.certificates import service as certificates
from lms.certificates.models import Certificate
from lms.core.unit import Database
from lms.credentials import lists, proof
from lms.credentials import service as credentials
from lms.credentials.models import Credential
from lms.work import Worker
from tests.make import World, actor
from tests.make_certificates import certify


def work(store: Database) -> None:
    """Whatever is due."""
    worker = Worker(store, threading.Event())
    while worker.run_one():
        continue


def issued(store: Database, world: World, person_id: uuid.UUID | None = None) -> Certificate:
    """A certificate, committed; not signed yet."""
    with store.transaction() as db:
        return certify(db, world, person_id)


def signed(store: Database, world: World, person_id: uuid.UUID | None = None) -> tuple[Certificate, Credential]:
    """A certificate and its credential."""
    made = issued(store, world, person_id)
    jobs.sign_certificate(store, certificate=str(made.id))
    return made, credential_of(store, made)


def credential_of(store: Database, certificate: Certificate, edition: int = 1) -> Credential:
    """The credential of a certificate, which is there."""
    with store.readers() as db:
        found = credentials.find(db, certificate.id, edition)
    assert found is not None
    return found


def withdraw(store: Database, world: World, certificate_id: uuid.UUID) -> None:
    with store.transaction() as db:
        certificates.revoke(db, actor(db, world.administrator), certificate_id, "Found out.", "password")


def count(store: Database, table: Any) -> int:
    with store.readers() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def says_withdrawn(store: Database, credential: Credential) -> bool:
    """What the list says that was published last."""
    with store.readers() as db:
        content = credentials.find_list(db, credential.list_number)
        assert content is not None
        return lists.is_set(lists.decoded(proof.check(content, credentials.known_keys(db))), credential.list_index)
