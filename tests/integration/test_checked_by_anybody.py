"""Anybody checks a certificate: by its number, as a page or for programs, and as a file they were given."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from lms.certificates import baking, checking, rules
from lms.certificates.models import Certificate, CertificatePdf
from lms.core import clock, phrases
from lms.core.unit import Database
from lms.credentials import proof
from lms.credentials.models import Credential, StatusList
from lms.people import guard
from lms.people.models import FailedSignIn
from tests.make import World
from tests.make_credentials import issued, signed, withdraw, work

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]


@pytest.fixture
def made(store: Database, world: World) -> tuple[Certificate, Credential]:
    found = signed(store, world)
    work(store)
    return found


def page(client: FlaskClient, certificate: Certificate) -> str:
    return client.get(f"/v/{certificate.code}").text


def data(client: FlaskClient, certificate: Certificate) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/v/{certificate.code}.json").get_json()
    return found


def hand_in(client: FlaskClient, post: Post, content: bytes, name: str = "certificate.pdf") -> TestResponse:
    return post(client, "/verify", file=(io.BytesIO(content), name))


def drawn(store: Database, certificate: Certificate, edition: int = 1) -> bytes:
    with store.readers() as db:
        return db.get_one(CertificatePdf, (certificate.id, edition)).content


def test_everything_is_computed_again_and_said_in_words(
    client: FlaskClient, made: tuple[Certificate, Credential]
) -> None:
    said = page(client, made[0])
    assert said.count("Holds") == 3
    for words in (
        "The signature over its exact bytes was made with this site’s key.",
        f"Every word was sealed again just now and gives what entry {made[0].leaf_seq} says.",
        "The list that everybody can fetch, read just now, says so too.",
        "It is not a licence for therapy, coaching or mediation.",
        "Certified peer group facilitator",
    ):
        assert words in said


def test_programs_read_the_same_facts_by_address_or_by_asking(
    client: FlaskClient, made: tuple[Certificate, Credential]
) -> None:
    answer = client.get(f"/v/{made[0].code}.json")
    said = answer.get_json()
    assert said["status"] == "valid"
    assert (
        said["sentence"]
        == f"Amara Osei is certified to lead peer groups until {phrases.full_day(made[0].valid_until)}."
    )
    assert [each["state"] for each in said["checks"]] == ["holds"] * 3
    assert {"name", "award", "level", "does_not_mean", "issued_on", "valid_until", "as_of"} <= set(said)
    for private in ("evidence", "Parks", "Harbourside", "@example.org", str(made[0].id), str(made[0].person_id)):
        assert private not in answer.text
    asked = client.get(f"/v/{made[0].code}", headers={"Accept": "application/json"}).get_json()
    assert {**asked, "as_of": ""} == {**said, "as_of": ""}
    assert (answer.headers["X-Robots-Tag"], answer.headers["Cache-Control"]) == ("noindex", "no-store")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_withdrawn_one_names_nobody_to_programs_either(
    client: FlaskClient, store: Database, world: World, made: tuple[Certificate, Credential]
) -> None:
    withdraw(store, world, made[0].id)
    said = data(client, made[0])
    assert set(said) == {"status", "sentence", "as_of", "number", "issued_by", "withdrawn_on"}
    assert "Amara" not in json.dumps(said)
    assert "Found out" not in json.dumps(said)
    with clock.at(clock.now() + timedelta(days=900)):
        assert data(client, made[0])["status"] == "withdrawn"


def test_one_without_a_signature_yet_is_valid_and_says_so(client: FlaskClient, store: Database, world: World) -> None:
    said = data(client, issued(store, world))
    assert said["status"] == "valid"
    assert [each["state"] for each in said["checks"]] == ["waits", "holds", "waits"]


def test_a_list_that_lapsed_does_not_make_it_doubtful(
    client: FlaskClient, made: tuple[Certificate, Credential]
) -> None:
    with clock.at(clock.now() + timedelta(days=8)):
        said = data(client, made[0])
    assert said["status"] == "valid"
    assert [each["state"] for each in said["checks"]] == ["holds", "holds", "waits"]


def test_words_changed_behind_the_register_s_back_are_found(
    client: FlaskClient, store: Database, post: Post, made: tuple[Certificate, Credential]
) -> None:
    assert data(client, made[0])["status"] == "valid"
    with store.transaction() as db:
        db.execute(update(Certificate).values(holder_name="Somebody Else"))
    said = client.get(f"/v/{made[0].code}")
    assert "<title>In doubt –" in said.text
    assert "Do not rely on this certificate yet" in said.text
    assert "Valid until" not in said.text
    assert data(client, made[0])["status"] == "in doubt"
    assert "<title>In doubt –" in hand_in(client, post, made[1].document).text


def test_a_list_that_says_otherwise_makes_it_doubtful(
    client: FlaskClient, store: Database, world: World, made: tuple[Certificate, Credential]
) -> None:
    other, _kept = signed(store, world, world.other_trainee)
    withdraw(store, world, other.id)
    work(store)
    with store.transaction() as db:
        row = db.scalars(select(StatusList)).one()
        assert row.version == row.signed_version
        taken = db.get_one(Credential, (other.id, 1)).list_index
    assert data(client, made[0])["status"] == "valid"
    known = checking.Known({}, {1: bytes(made[1].list_index // 8) + b"\xff" * 20_000})
    with store.readers() as db:
        said = checking.check(db, db.get_one(Certificate, made[0].id), known)
    assert taken != made[1].list_index
    assert said.list_is_read
    assert not said.list_agrees


def test_a_proof_is_computed_once_for_the_same_bytes_and_never_for_others(
    store: Database, made: tuple[Certificate, Credential], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bytes] = []
    whole = proof.check

    def counted(content: bytes, keys: Any) -> Any:
        asked.append(content)
        return whole(content, keys)

    monkeypatch.setattr(proof, "check", counted)
    checking._proved.clear()
    with store.readers() as db:
        for _ in range(3):
            assert checking.verify(db, made[0].id).holds
    assert len(asked) == 2  # the credential and the list
    with pytest.raises(proof.Unsound):
        checking.prove_once(made[1].document.replace(b"Amara", b"Clara"), {})


def test_whoever_guesses_is_stopped_and_a_slip_of_typing_is_no_guess(
    client: FlaskClient, store: Database, made: tuple[Certificate, Credential], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "MOST_MISSES", 3)
    for _ in range(5):
        assert client.get("/v/7K4M-2PXR").status_code == 404
    for address in ("/v/", "/c/", "/v/"):
        assert client.get(address + rules.new_code()).status_code == 404
    for address in (f"/v/{made[0].code}", f"/v/{made[0].code}.json", f"/c/{made[0].code}", "/v/" + rules.new_code()):
        assert client.get(address).status_code == 429
    with store.readers() as db:
        kept = [each.subject for each in db.scalars(select(FailedSignIn))]
    assert len(kept) == 3
    assert all("127.0.0.1" not in each for each in kept)
    with clock.at(clock.now() + timedelta(minutes=6)):
        assert client.get(f"/v/{made[0].code}").status_code == 200


def test_numbers_that_exist_nowhere_are_all_told_the_same(client: FlaskClient, world: World) -> None:
    one, two = rules.new_code(), rules.new_code()
    pages = [client.get(f"/v/{each}") for each in (one, two)]
    assert {each.status_code for each in pages} == {404}
    first, second = (each.text.replace(rules.printed(code), "") for each, code in zip(pages, (one, two), strict=True))
    assert first == second
    assert client.get(f"/v/{one}.json").get_json()["status"] == "unknown"


def test_the_file_we_issued_is_genuine_whichever_it_is(
    client: FlaskClient, store: Database, post: Post, made: tuple[Certificate, Credential]
) -> None:
    certificate, kept = made
    pretty = json.dumps(json.loads(kept.document), indent=2).encode()
    files = drawn(store, certificate), kept.document, pretty, baking.bake(kept.document), (kept.jwt or "").encode()
    for content in filter(None, files):
        answer = hand_in(client, post, content)
        assert answer.status_code == 200
        assert "<title>Genuine and valid –" in answer.text
        assert "This is the file we issued, and it counts" in answer.text
        assert answer.text.count("Holds") == 4
        assert answer.headers["X-Robots-Tag"] == "noindex"


def test_a_genuine_file_of_a_certificate_that_ended_no_longer_counts(
    client: FlaskClient, store: Database, world: World, post: Post, made: tuple[Certificate, Credential]
) -> None:
    content = drawn(store, made[0])
    with clock.at(clock.now() + timedelta(days=800)):
        assert "Genuine, but expired" in hand_in(client, post, content).text
    withdraw(store, world, made[0].id)
    said = hand_in(client, post, content).text
    assert "Genuine, but withdrawn" in said
    assert "The file is real. The certificate no longer counts" in said
    assert "Amara" not in said
    assert "Found out" not in said


def test_a_changed_file_is_told_from_the_real_one(
    client: FlaskClient, store: Database, post: Post, made: tuple[Certificate, Credential]
) -> None:
    content = drawn(store, made[0])
    record = made[1].document
    changed = {
        "the page": content + b"\n% another name laid over it\n",
        "the record": record.replace(b"Amara Osei", b"Clara Osei"),
        "the picture": baking.bake(record) + b"x",
        "the picture's record": baking.bake(record.replace(b"Amara Osei", b"Clara Osei")),
        "a record inside a PDF": b"%PDF-1.7\n1 0 obj stream\n" + zlib.compress(record.replace(b"Amara", b"Clara")),
    }
    for about, each in changed.items():
        said = hand_in(client, post, each).text
        assert "<title>Changed –" in said, about
        assert "Does not hold" in said, about
        assert f"/v/{rules.printed(made[0].code)}" in said
        assert "Clara" not in said
    assert "The signed record inside is ours." in hand_in(client, post, changed["the page"]).text


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.7\nnothing", b"\x89PNG\r\n\x1a\n" + b"\xff" * 50, b"<script>alert(1)</script>", b"[" * 90_000, b"{}",
     b"PK\x03\x04" + bytes(500), b'{"id": "https://elsewhere.example/c/' + b"B" * 28 + b'"}'],
)  # fmt: skip
def test_hostile_and_foreign_files_are_not_ours(client: FlaskClient, world: World, post: Post, content: bytes) -> None:
    answer = hand_in(client, post, content, "../../<img src=x>.pdf")
    assert answer.status_code == 200
    assert "<title>Not ours –" in answer.text
    assert "<img src=x" not in answer.text


def test_a_file_that_is_none_or_too_long_is_said_kindly(client: FlaskClient, world: World, post: Post) -> None:
    none = post(client, "/verify")
    assert none.status_code == 422
    assert "Choose the file first." in none.text
    assert hand_in(client, post, b"").status_code == 422
    assert "more than 2 MB" in hand_in(client, post, bytes(1_950_000)).text
    assert hand_in(client, post, bytes(3_000_000)).status_code == 413
