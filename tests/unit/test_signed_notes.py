"""Whatever is changed in a signed checkpoint afterwards, it is not read as one that was signed here."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from lms.checkpoints import rules
from lms.core.settings import BadSettings, load
from lms.keys.rules import Signed, key_id, site_name
from lms.register.rules import Checkpoint

PRIVATE = Ed25519PrivateKey.from_private_bytes(b"a key of tests, 32 bytes of text")
PUBLIC = PRIVATE.public_key()
NAME = "learn.example.org"
KID = key_id(NAME, PUBLIC.public_bytes_raw())
SEEN = Checkpoint(1284, "9f" * 32, datetime(2026, 12, 1, 6, tzinfo=UTC))


def note_of(seen: Checkpoint = SEEN) -> str:
    text = rules.write(seen, NAME, KID)
    return Signed(text, NAME, KID, PRIVATE.sign(text.encode())).to_note()


def opened(content: bytes) -> Checkpoint | None:
    """The checkpoint in a file, if the one key known here signed it."""
    try:
        signed = Signed.from_note(rules.find_note(content))
        if (signed.name, signed.kid) != (NAME, KID):
            return None
        PUBLIC.verify(signed.signature, signed.text.encode())
        return rules.read(signed.text)
    except (ValueError, InvalidSignature):
        return None


def test_a_checkpoint_reads_like_this() -> None:
    text, signature = note_of().split("\n\n")
    assert text.splitlines() == [
        "Askwell register checkpoint",
        "Origin: learn.example.org",
        "Entries: 1284",
        f"Hash: {'9f' * 32}",
        "Date: 2026-12-01T06:00:00Z",
        f"Key: {KID}, Ed25519",
    ]
    assert signature.startswith("— learn.example.org ")


def test_the_name_of_a_key_is_made_as_the_specification_says() -> None:
    """Its reference implementation names its example PeterNeumann+c74f20a3."""
    public = bytes.fromhex("1a5cd907143c384c41e830c5bce12aa8817ec5649aaabf2c31388b35b2d744d6")
    assert key_id("PeterNeumann", public) == "c74f20a3"


@given(
    st.integers(0, 10**12),
    st.binary(min_size=32, max_size=32),
    st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1)),  # noqa: DTZ001 - its own argument gives the zone
)
def test_what_was_signed_is_what_is_read(seq: int, head: bytes, at: datetime) -> None:
    seen = Checkpoint(seq, head.hex(), at.replace(tzinfo=UTC, microsecond=0))
    assert opened(note_of(seen).encode()) == seen


@given(st.data())
def test_no_letter_of_it_can_be_changed(data: st.DataObject) -> None:
    note = note_of().rstrip("\n")
    at = data.draw(st.integers(0, len(note) - 1))
    new = data.draw(st.characters(exclude_characters=note[at], exclude_categories=["Cs"]))
    assert opened(f"{note[:at]}{new}{note[at + 1 :]}".encode()) is None


@given(st.data())
def test_nothing_can_be_taken_out_of_it(data: st.DataObject) -> None:
    note = note_of().rstrip("\n")
    start = data.draw(st.integers(0, len(note) - 1))
    end = data.draw(st.integers(start + 1, len(note)))
    assert opened((note[:start] + note[end:]).encode()) is None


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_letter_around_it_changes_nothing(before: str, after: str) -> None:
    letter = f"{before}\n{note_of()}\n{after}\n".encode(errors="replace")
    assert opened(letter) == SEEN
    assert opened(letter.replace(b"\r", b"").replace(b"\n", b"\r\n")) == SEEN


def test_two_in_one_file_are_none() -> None:
    assert opened((note_of() + "\n" + note_of()).encode()) is None


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"Askwell register checkpoint\n", b"hello\n\n\xe2\x80\x94 x y\n"]
)
def test_a_file_without_one_is_none(content: bytes) -> None:
    assert opened(content) is None


def test_a_signature_on_another_kind_of_text_is_no_checkpoint() -> None:
    text = rules.write(SEEN, NAME, KID).replace("register checkpoint", "register of something else")
    other = Signed(text, NAME, KID, PRIVATE.sign(text.encode())).to_note()
    assert opened(other.encode()) is None


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://learn.example.org", "learn.example.org"),
        ("http://127.0.0.1:8000/a+b c", "127.0.0.1:8000/a%2Bb%20c"),
    ],
)
def test_a_site_is_named_without_scheme_blank_or_plus(address: str, name: str) -> None:
    assert site_name(address) == name


@pytest.mark.parametrize("given", ["too short", "s" * 40])
def test_a_passphrase_is_long_and_of_its_own_and_never_repeated(given: str) -> None:
    with pytest.raises(BadSettings) as refused:
        load({"LMS_SECRET_KEY": "s" * 40, "LMS_KEYS_PASSPHRASE": given})
    (sentence,) = refused.value.sentences
    assert sentence.startswith("LMS_KEYS_PASSPHRASE should be a random text of at least 32 characters, another than")
    assert given not in sentence
