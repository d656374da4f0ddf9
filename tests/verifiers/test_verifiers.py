"""Verifiers of other houses accept what we publish, and refuse what somebody tampered with. Offline; one process of
Node for all cases. `make test` fetches the verifiers."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier

from lms.core.db import make_engine
from lms.core.settings import use
from lms.core.unit import Database
from tests.conftest import settings_for
from tests.make import World
from tests.make_keys import plant_files
from tests.verifiers.cases import CHANGES, SITE, Case, make

pytestmark = pytest.mark.xdist_group("verifiers")
HERE = Path(__file__).parent
DID = "did:web:learn.example.org"
HOLD = ("good", "retired key", "lifted", "corrected")
OFF = ("revoked", "suspended", "superseded")  # their bit is set
BY_SIGNATURE = (*CHANGES, "key not listed", "wrong issuer, who lists our key")
BY_LIST = ("tampered list", "lapsed list")


@pytest.fixture(scope="module")
def cases(blank_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    folder = tmp_path_factory.mktemp("verifiers")
    shutil.copy(blank_sqlite, folder / "test.db")
    settings = use(settings_for(f"sqlite:///{folder}/test.db", folder, LMS_PUBLIC_URL=SITE))
    plant_files(folder)
    store = Database.of(make_engine(settings.database_url))
    with store.transaction() as db:
        world = World.make(db)
    made = make(store, world)
    store.engine.dispose()
    return made


@pytest.fixture(scope="module")
def said(cases: dict[str, Case]) -> dict[str, Any]:
    """What the verifiers in JavaScript say about every case."""
    assert (HERE / "node_modules").is_dir(), "The verifiers are not there. `make test` fetches them."
    asked = [{"name": name, "credential": each.credential, "documents": each.documents} for name, each in cases.items()]
    answer = subprocess.run(
        ["node", HERE / "check.mjs"], input=json.dumps(asked), capture_output=True, text=True, timeout=60, check=False
    )
    assert answer.returncode == 0, answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout)
    assert set(found) == set(cases)
    return found


@pytest.mark.parametrize("name", HOLD)
def test_digital_bazaar_accepts(said: dict[str, Any], name: str) -> None:
    assert said[name]["bazaar"] == {"verified": True, "revoked": False, "errors": []}


@pytest.mark.parametrize("name", [*BY_SIGNATURE, *BY_LIST, "expired"])
def test_digital_bazaar_refuses(said: dict[str, Any], name: str) -> None:
    assert said[name]["bazaar"]["verified"] is False
    assert said[name]["bazaar"]["errors"]


@pytest.mark.parametrize("name", OFF)
def test_digital_bazaar_says_that_it_was_revoked(said: dict[str, Any], name: str) -> None:
    assert said[name]["bazaar"] == {"verified": True, "revoked": True, "errors": []}


GOOD = {"valid_signature": True, "revocation_status": True, "expiration": True, "registered_issuer": False}


@pytest.mark.parametrize("name", HOLD)
def test_the_consortium_accepts(said: dict[str, Any], name: str) -> None:
    assert said[name]["consortium"] == {"steps": GOOD, "errors": []}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        *((name, {"revocation_status": False}) for name in OFF),
        ("expired", {"expiration": False}),
        ("tampered list", {"revocation_status": "status_list_signature_error"}),
        ("lapsed list", {"revocation_status": "status_list_expired"}),
    ],
)
def test_the_consortium_says_what_is_wrong(said: dict[str, Any], name: str, wrong: dict[str, Any]) -> None:
    assert said[name]["consortium"]["steps"] == GOOD | wrong


@pytest.mark.parametrize("name", BY_SIGNATURE)
def test_the_consortium_refuses(said: dict[str, Any], name: str) -> None:
    assert said[name]["consortium"]["errors"]
    assert "valid_signature" not in said[name]["consortium"]["steps"]


def by_openbadgeslib(case: Case) -> None:
    """Raises OB3VerificationError unless signature, dates and list hold. It reads signed lists as tokens alone."""
    OB3LdpVerifier.for_issuer_did(DID).verify(
        json.dumps(case.credential), check_status=True, verify_status_list=False, download=fetching(case)
    )


def fetching(case: Case) -> Any:
    return lambda address: json.dumps(case.documents[address]).encode()


@pytest.mark.parametrize("name", HOLD)
def test_openbadgeslib_accepts_both_forms(cases: dict[str, Case], name: str) -> None:
    by_openbadgeslib(cases[name])
    token = OB3Verifier.for_issuer_did(DID, download=fetching(cases[name])).verify(cases[name].jwt)
    assert token.id == cases[name].credential["id"]


@pytest.mark.parametrize("name", [*BY_SIGNATURE, *OFF, "expired", "lapsed list"])
def test_openbadgeslib_refuses(cases: dict[str, Case], name: str) -> None:
    with pytest.raises(OB3VerificationError):
        by_openbadgeslib(cases[name])


def test_openbadgeslib_refuses_a_changed_an_expired_and_a_foreign_token(cases: dict[str, Case]) -> None:
    case = cases["good"]
    head, claims, stamp = case.jwt.split(".")
    changed = claims[:40] + ("A" if claims[40] != "A" else "B") + claims[41:]
    for token in (f"{head}.{changed}.{stamp}", f"{head}.{claims}.{stamp[:-4]}AAAA", cases["expired"].jwt):
        with pytest.raises(OB3VerificationError):
            OB3Verifier.for_issuer_did(DID, download=fetching(case)).verify(token)
