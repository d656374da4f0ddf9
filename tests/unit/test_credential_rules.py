"""Credentials without a database: the template, what it refuses, keys as anybody reads them, lists of bits."""

from __future__ import annotations

import copy
import hashlib
import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pyoxigraph
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyld import jsonld

from assessments.standards import get_standard
from lms.credentials import build, lists, proof, rules, schema
from lms.credentials.awards import award_of, find_award
from lms.credentials.build import Chance, Facts, Refused
from lms.credentials.rules import PublicKey
from lms.keys import making
from lms.keys.rules import ED25519, P256
from lms.keys.signing import FileSigner

SITE, DID = "https://learn.example.org", "did:web:learn.example.org"
KEY = FileSigner("11111111", Ed25519PrivateKey.from_private_bytes(b"k" * 32))
PUBLIC = PublicKey("11111111", ED25519, making.pem(KEY.private.public_key()))
METHOD = PUBLIC.method(DID)
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


def facts(holder: str = "Amara Osei") -> Facts:
    return Facts(
        site=SITE,
        controller=DID,
        code="7K4M2PXR9DHQ3WQH8LTC5K6H9FVZ",
        award=award_of(get_standard("certified", 1)),
        issuer="Fieldfare Peer Learning",
        holder=holder,
        email="amara.osei@harbourside.example",
        evidence="6 sessions, signed by 2 trainers who were in the room.",
        digest="ab" * 32,
        valid_from=datetime(2027, 3, 1, tzinfo=UTC),
        valid_until=datetime(2029, 3, 1, 23, 59, 59, tzinfo=UTC),
    )


def unsigned(holder: str = "Amara Osei") -> dict[str, Any]:
    return build.credential(facts(holder), Chance(uuid.UUID(int=7, version=4), "s" * 22, 3, 77))


def signed(document: dict[str, Any]) -> bytes:
    return proof.sign(document, METHOD, NOW, KEY.sign)


def test_it_says_what_is_certified_and_nothing_else() -> None:
    made = unsigned()
    assert made["id"] == f"{SITE}/c/7K4M2PXR9DHQ3WQH8LTC5K6H9FVZ"
    subject = made["credentialSubject"]
    told = hashlib.sha256(f"amara.osei@harbourside.example{'s' * 22}".encode()).hexdigest()
    assert [each["identityHash"] for each in subject["identifier"]] == ["Amara Osei", f"sha256${told}"]
    assert subject["achievement"]["criteria"]["narrative"].startswith(
        "Certified peer group facilitator. Level 4 of 5, Independent: leads, trainer not there. "
        "It asks for: (1) Five lessons on asking and on values; (2) "
    )
    assert made["evidence"][0]["id"] == "ni:///sha-256;" + "q6ur" * 10 + "q6s"
    assert made["credentialStatus"]["statusListIndex"] == "77"
    assert "harbourside" not in json.dumps(made)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "{{7*7}}", "file:///etc/passwd", "@id", "_:b0", '"\\'])
def test_hostile_words_are_words(name: str) -> None:
    said = proof.check(signed(unsigned(name)), {METHOD: PUBLIC})
    assert said["credentialSubject"]["identifier"][0]["identityHash"] == name


@pytest.mark.parametrize("name", ["Amara\u202egnirps", "A" + "\u0301" * 301, "a\ud800", "x" * 5_000])
def test_words_that_deceive_are_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(Refused, match=r"^It .*\.$"):
        unsigned(name)


def test_control_characters_are_left_out() -> None:
    assert build.clean("Amara\x00\x1b\n\x7f\x85 Osei") == "Amara Osei"


CHANGES: dict[str, Any] = {
    "a word more": lambda d: d.update(colour="red"),
    "a word more within": lambda d: d["credentialSubject"]["achievement"].update(grade="A"),
    "a vocabulary less": lambda d: d["@context"].pop(),
    "a vocabulary of one's own": lambda d: d["@context"].append({"colour": "https://example.org/colour"}),
    "two statuses": lambda d: d.update(credentialStatus=[d["credentialStatus"]]),
    "an index that is a number": lambda d: d["credentialStatus"].update(statusListIndex=77),
    "another type": lambda d: d["type"].append("Person"),
    "a control character": lambda d: d.update(name="a\x01b"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_undefined_is_signed(change: str) -> None:
    document = unsigned()
    CHANGES[change](document)
    with pytest.raises(Refused, match="no credential of ours"):
        signed(document)


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document where a text stands."""
    if isinstance(value, str):
        return [here]
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for name, each in parts for found in paths(each, (*here, name))]


GOOD = signed(unsigned())


@pytest.mark.parametrize("place", paths(json.loads(GOOD)), ids=lambda place: ".".join(map(str, place)))
def test_whatever_is_changed_the_signature_holds_no_more(place: tuple[Any, ...]) -> None:
    document = json.loads(GOOD)
    *way, last = place
    within = document
    for name in way:
        within = within[name]
    within[last] = within[last][:-1] + ("x" if within[last][-1] != "x" else "y")
    with pytest.raises(proof.Unsound):
        proof.check(json.dumps(document).encode(), {METHOD: PUBLIC})


@pytest.mark.parametrize("junk", [b"", b"[]", b"{}", b"\xff", b"[" * 10_000, b'{"issuer": 1}', b"null"])
def test_junk_is_told_apart(junk: bytes) -> None:
    with pytest.raises(proof.Unsound):
        proof.check(junk, {METHOD: PUBLIC})


def test_a_signature_of_another_key_or_for_another_issuer_is_none_of_ours() -> None:
    assert proof.check(GOOD, {METHOD: PUBLIC})["issuer"]["id"] == DID
    with pytest.raises(proof.Unsound, match="not of this site"):
        proof.check(GOOD, {})
    other = PublicKey("22222222", ED25519, making.pem(Ed25519PrivateKey.generate().public_key()))
    with pytest.raises(proof.Unsound, match="does not hold"):
        proof.check(GOOD, {METHOD: other})


def test_a_token_says_the_same() -> None:
    private = making.generate(P256)
    public = PublicKey("33333333", P256, making.pem(private.public_key()))
    method, document = public.method(DID), json.loads(GOOD)
    token = proof.token(document, method, FileSigner("33333333", private).sign)
    said = proof.check_token(token, {method: public})
    del document["proof"]
    assert {**said, **document} == said
    assert (said["iss"], said["jti"], said["nbf"], said["exp"]) == (DID, document["id"], 1803859200, 1867103999)
    for broken in ("", "a.b.c", token[:-3], token.replace(".", "x"), f"{token[:-2]}AA"):
        with pytest.raises(proof.Unsound):
            proof.check_token(broken, {method: public})
    with pytest.raises(proof.Unsound):
        proof.check_token(token, {method: PUBLIC})


@settings(max_examples=40)
@given(st.text(max_size=60).filter(lambda name: not build.TURNERS & set(name)))
@example("Nguyễn Thị Ánh")
@example("عبد الرحمن")
@example('a"b\\c\tे')
def test_another_program_brings_it_into_the_same_form(name: str) -> None:
    """RDFC-1.0 by a library in another language, over the same statements with other names for its blank nodes."""
    ours = proof.canonical(unsigned(f"A {name}".encode("utf-8", "ignore").decode()))
    renamed = ours.replace("_:c14n", "_:z")
    theirs = pyoxigraph.Dataset(pyoxigraph.parse(renamed, format=pyoxigraph.RdfFormat.N_QUADS))
    theirs.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    lines = (pyoxigraph.serialize(theirs, format=pyoxigraph.RdfFormat.N_QUADS) or b"").decode().split("\n")
    assert sorted(filter(None, lines)) == sorted(filter(None, ours.split("\n")))


@given(st.binary(max_size=80))
def test_base_58_and_base_64_come_back(content: bytes) -> None:
    assert rules.from_base58(rules.base58(content)) == content
    assert rules.from_base64url(rules.base64url(content)) == content


def test_base_58_is_what_others_write() -> None:
    """https://datatracker.ietf.org/doc/html/draft-msporny-base58-03#section-5"""
    assert rules.base58(b"Hello World!") == "2NEpo7TZRRrLZSi2U"
    assert rules.base58(bytes.fromhex("0000287fb4cd")) == "11233QC4"


@pytest.mark.parametrize(
    ("name", "did"),
    [
        ("learn.example.org", "did:web:learn.example.org"),
        ("learn.example.org:8443", "did:web:learn.example.org%3A8443"),
        ("example.org/a/b", "did:web:example.org:a:b"),
    ],
)
def test_a_site_s_identifier(name: str, did: str) -> None:
    assert rules.did(name) == did


def test_the_document_names_keys_in_plain_words() -> None:
    token = PublicKey("33333333", P256, making.pem(making.generate(P256).public_key()))
    said = rules.did_document(DID, [PUBLIC, token])
    assert said["assertionMethod"] == [METHOD, f"{DID}#33333333"]
    assert METHOD.startswith(f"{DID}#z6Mk")
    assert set(said["verificationMethod"][1]["publicKeyJwk"]) == {"kty", "crv", "x", "y"}


@given(st.sets(st.integers(0, 1023)))
def test_bits_are_counted_from_the_left(marked: set[int]) -> None:
    bits = lists.empty(1024)
    for index in marked:
        bits = lists.with_bit(bits, index)
    assert {index for index in range(1024) if lists.is_set(bits, index)} == marked
    assert bytes(128) == lists.empty(1024)
    assert lists.with_bit(lists.empty(8), 0) == b"\x80"


def test_a_list_is_signed_and_read_again() -> None:
    bits = lists.with_bit(lists.empty(), 131_071)
    document = lists.credential(SITE, DID, 3, bits, NOW)
    said = proof.check(signed(document), {METHOD: PUBLIC})
    assert lists.decoded(said) == bits
    broken = copy.deepcopy(said)
    broken["credentialSubject"]["encodedList"] = "uAAAA"
    with pytest.raises(ValueError, match="cannot be read"):
        lists.decoded(broken)


def test_awards_are_found_by_name_and_never_change() -> None:
    assert find_award("certified-1") == award_of(get_standard("certified", 1))
    for name in (
        "certified",
        "certified-",
        "certified-01",
        "certified-99",
        "certified-¹",
        "x-1",
        "-1",
        "../certified-1",
    ):
        assert find_award(name) is None
    schema.check(unsigned())


def test_threads_that_sign_at_once_use_the_library_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """It keeps the vocabularies it has read in one place for all threads, where one breaks the other's reading."""
    inside: list[int] = []
    together: list[int] = []

    def slowly(document: object, options: object) -> str:
        inside.append(1)
        time.sleep(0.005)
        together.append(len(inside))
        inside.pop()
        return ""

    monkeypatch.setattr(jsonld, "normalize", slowly)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda number: proof.canonical({"id": number}), range(8)))
    assert together == [1] * 8
