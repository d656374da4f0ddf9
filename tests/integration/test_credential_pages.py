"""What the site publishes, as programs of others fetch it: stable, readable from anywhere, and nothing to guess."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient

from lms.certificates import rules as numbers
from lms.core import settings
from lms.core.unit import Database
from lms.credentials import lists, proof, service, signing
from lms.keys import service as keys
from lms.keys.rules import Purpose
from tests.make import World
from tests.make_certificates import decide
from tests.make_credentials import issued, signed, withdraw
from tests.make_keys import name_key

Queries = Callable[[], AbstractContextManager[list[str]]]
JWT = {"Accept": "application/vc+jwt"}


def test_a_certificate_is_fetched_by_its_number_in_either_form(
    client: FlaskClient, store: Database, world: World, queries: Queries
) -> None:
    made, kept = signed(store, world)
    with queries() as asked:
        answer = client.get(f"/c/{made.code}")
    assert len(asked) == 2  # whether this network guesses, and the credential
    assert (answer.data, answer.content_type) == (kept.document, "application/vc+ld+json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Vary"] == "Accept"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.get_etag() == (kept.sha256, False)
    assert "Set-Cookie" not in answer.headers
    again = client.get(f"/c/{numbers.printed(made.code).lower()}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    token = client.get(f"/c/{made.code}", headers=JWT)
    assert (token.text, token.content_type) == (kept.jwt, "application/vc+jwt")
    assert token.headers["ETag"] != answer.headers["ETag"]
    for accept in ("text/html,*/*;q=0.8", "application/json", ""):
        assert client.get(f"/c/{made.code}", headers={"Accept": accept}).data == kept.document


def test_what_is_withdrawn_is_gone_and_names_nobody(client: FlaskClient, store: Database, world: World) -> None:
    made, kept = signed(store, world)
    withdraw(store, world, made.id)
    for accept in ({}, JWT):
        answer = client.get(f"/c/{made.code}", headers=accept)
        assert answer.status_code == 410
        assert answer.json == {
            "status": "withdrawn",
            "sentence": "This certificate was withdrawn. Do not rely on it.",
        }
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    signing.sign_list(store, 1)
    said = client.get("/status/1")
    assert said.headers["Cache-Control"] == "public, max-age=60"
    with store.readers() as db:
        document = proof.check(said.data, service.known_keys(db))
    assert lists.is_set(lists.decoded(document), kept.list_index)


def test_page_document_and_list_agree_within_a_minute(client: FlaskClient, store: Database, world: World) -> None:
    """A cache in front may keep each of them for a minute and no longer."""
    made, _ = signed(store, world)
    seconds = [
        client.get(path).headers["Cache-Control"] for path in (f"/c/{made.code}", "/status/1", f"/v/{made.code}")
    ]
    assert seconds == ["public, max-age=60", "public, max-age=60", "no-store"]


def test_nothing_unknown_is_told_apart(client: FlaskClient, store: Database, world: World) -> None:
    waiting = issued(store, world)
    unknown = (numbers.new_code(), waiting.code, str(waiting.id), "x", "A" * 5_000, "..%2fissuer", "%00", "7K4M\u0660")
    answers = [client.get(f"/c/{each}") for each in unknown]
    assert {each.status_code for each in answers} == {404}
    assert len({each.text for each in answers}) == 1
    for path in ("/status/2", "/status/99999999999999999999", "/status/-1", "/achievements/certified-99"):
        assert client.get(path).status_code == 404


def test_the_site_s_identifier_lists_its_keys(client: FlaskClient, store: Database, world: World) -> None:
    signed(store, world)
    answer = client.get("/.well-known/did.json")
    assert (answer.content_type, answer.headers["Cache-Control"]) == ("application/json", "public, max-age=3600")
    assert answer.json
    assert answer.json["id"] == "did:web:127.0.0.1%3A8000"
    methods = {each["type"]: each["id"] for each in answer.json["verificationMethod"]}
    assert set(methods) == {"Multikey", "JsonWebKey"}
    assert sorted(answer.json["assertionMethod"]) == sorted(methods.values())
    assert client.get("/did.json").json == answer.json


def test_a_retired_key_is_listed_as_long_as_anything_it_signed_lives(
    client: FlaskClient, store: Database, world: World
) -> None:
    signed(store, world)
    with store.transaction() as db:
        unused = keys.make_key(db, Purpose.CREDENTIALS).kid
        keys.retire_key(db, unused)
        keys.retire_key(db, name_key(Purpose.CREDENTIALS))
        keys.make_key(db, Purpose.PDF, "Fieldfare")
        keys.make_key(db)
    listed = client.get("/did.json").json
    assert listed
    assert len(listed["assertionMethod"]) == 2


def test_below_a_path_everything_is_named_below_it(client: FlaskClient, world: World) -> None:
    assert world
    settings.use(settings.current().model_copy(update={"public_url": "https://example.org/a/b"}))
    said = client.get("/did.json").json
    assert said
    assert said["id"] == "did:web:example.org:a:b"
    award = client.get("/achievements/certified-1").json
    assert award
    assert award["id"] == "https://example.org/a/b/achievements/certified-1"


def test_awards_and_the_issuer_are_described(client: FlaskClient, store: Database, world: World) -> None:
    _, kept = signed(store, world)
    document = json.loads(kept.document)
    award = client.get("/achievements/certified-3").json
    assert award
    assert award.pop("@context") == document["@context"]
    assert award["name"] == document["credentialSubject"]["achievement"]["name"]
    issuer = client.get("/issuer").json
    assert issuer
    assert issuer.pop("@context") == document["@context"]
    assert issuer == document["issuer"]


@pytest.fixture
def ilse(sign_in: Callable[..., FlaskClient], world: World) -> FlaskClient:
    return sign_in(world.administrator)


def test_the_page_says_when_there_is_no_key_and_when_signing_waits(
    ilse: FlaskClient, store: Database, world: World, post: Callable[..., object]
) -> None:
    from lms.certificates import jobs
    from lms.certificates.models import Certificate

    made = issued(store, world)
    with store.transaction() as db:
        decision = str(decide(db, world, world.other_trainee).id)
    page = f"/certificates/issue?decision={decision}"
    assert "waited for their signature" not in ilse.get(page).text
    (settings.current().data_dir / "keys" / f"{name_key(Purpose.CREDENTIALS)}.pem").unlink()
    jobs.sign_certificate(store, certificate=str(made.id))
    assert "Certificates have waited for their signature since" in ilse.get(page).text
    with store.transaction() as db:
        keys.retire_key(db, name_key(Purpose.CREDENTIALS))
    assert "Nothing can be issued yet, because there is no key" in ilse.get(page).text
    answer = post(ilse, "/certificates/issue", decision=decision)
    assert "there is no key to sign certificates with" in answer.text  # type: ignore[attr-defined]
    with store.readers() as db:
        assert len(db.query(Certificate).all()) == 1
