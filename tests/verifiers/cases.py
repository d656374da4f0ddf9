"""Certificates as this program publishes them, and copies somebody tampered with, for verifiers of other houses."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from lms.certificates import jobs
from lms.certificates.history import LIFTED, SUSPENDED
from lms.core import clock
from lms.core.unit import Database
from lms.credentials import rules, service, signing
from lms.keys import service as keys
from lms.keys.rules import Purpose
from tests.make import World
from tests.make_certificates import certify
from tests.make_credentials import signed, withdraw
from tests.make_life import correct, take

SITE = "https://learn.example.org"
DID_FILE = f"{SITE}/.well-known/did.json"
LIST = f"{SITE}/status/1"
Document = dict[str, Any]


@dataclass
class Case:
    """A credential, and everything that its verifier may fetch."""

    credential: Document
    documents: dict[str, Document]
    jwt: str = ""


def publish(store: Database, certificate_id: uuid.UUID, edition: int = 1) -> Case:
    """A certificate with what the site publishes now."""
    with store.readers() as db:
        kept = service.find(db, certificate_id, edition)
        assert kept is not None
        withdrawn = service.find_list(db, kept.list_number)
        assert withdrawn is not None
        documents = {
            DID_FILE: rules.did_document(service.controller(), service.listed_keys(db)),
            LIST: json.loads(withdrawn),
        }
        return Case(json.loads(kept.document), documents, kept.jwt or "")


def make(store: Database, world: World) -> dict[str, Case]:
    """Every case, by name."""
    amara, _ = signed(store, world)
    good = publish(store, amara.id)
    with clock.at(clock.now() - timedelta(days=900)), store.transaction() as db:
        old = certify(db, world, world.other_trainee)
    jobs.sign_certificate(store, certificate=str(old.id))
    cases = {"good": good, "expired": publish(store, old.id), **dict(_on_its_way(store, world, amara.id))}
    withdraw(store, world, amara.id)
    signing.sign_list(store, 1)
    cases["revoked"] = publish(store, amara.id, 2)
    farid, _ = signed(store, world, world.other_trainee)
    with store.transaction() as db:
        for purpose in (Purpose.CREDENTIALS, Purpose.JWT):
            found = service.find_key(db, purpose)
            assert found is not None
            keys.retire_key(db, found.kid)
            keys.make_key(db, purpose)
    signing.sign_list(store, 1)
    cases["retired key"] = publish(store, farid.id)
    with clock.at(clock.now() - timedelta(days=30)):
        signing.sign_list(store, 1)
    cases["lapsed list"] = publish(store, farid.id)
    return cases | dict(_tampered(good))


def _on_its_way(store: Database, world: World, certificate_id: uuid.UUID) -> Iterator[tuple[str, Case]]:
    """Suspended, and valid again; then the name is corrected, which supersedes what was signed first."""
    for name, kind in (("suspended", SUSPENDED), ("lifted", LIFTED)):
        take(store, world, certificate_id, kind)
        signing.sign_list(store, 1)
        yield name, publish(store, certificate_id)
    correct(store, world, certificate_id)
    jobs.sign_certificate(store, certificate=str(certificate_id))
    signing.sign_list(store, 1)
    yield "superseded", publish(store, certificate_id)
    yield "corrected", publish(store, certificate_id, 2)


CHANGES: dict[str, Callable[[Document], object]] = {
    "tampered name": lambda d: d["credentialSubject"]["identifier"][0].update(identityHash="Somebody Else"),
    "tampered date": lambda d: d.update(validUntil="2099-01-01T00:00:00Z"),
    "dropped context": lambda d: d["@context"].pop(1),
    "undefined term": lambda d: d["credentialSubject"]["achievement"].update(grade="A"),
    "wrong issuer": lambda d: d["issuer"].update(id="did:web:elsewhere.example"),
    "no proof": lambda d: d.pop("proof"),
    "status left out": lambda d: d.pop("credentialStatus"),
}


def _tampered(good: Case) -> Iterator[tuple[str, Case]]:
    for name, change in CHANGES.items():
        changed = deepcopy(good)
        change(changed.credential)
        yield name, changed
    unknown = deepcopy(good)
    unknown.documents[DID_FILE]["verificationMethod"] = unknown.documents[DID_FILE]["assertionMethod"] = []
    yield "key not listed", unknown
    forged = deepcopy(good)
    forged.documents[LIST]["validUntil"] = "2099-01-01T00:00:00Z"
    yield "tampered list", forged
    foreign = deepcopy(good)
    foreign.documents["https://elsewhere.example/.well-known/did.json"] = json.loads(
        json.dumps(foreign.documents[DID_FILE]).replace("did:web:learn.example.org", "did:web:elsewhere.example")
    )
    foreign.credential["issuer"]["id"] = "did:web:elsewhere.example"
    yield "wrong issuer, who lists our key", foreign
