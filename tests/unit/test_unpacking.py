"""What is looked for in files of anybody: our record, up to limits, and nothing a file says about itself."""

from __future__ import annotations

import base64
import io
import json
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.certificates import baking, unpacking
from tests.make_certificates import CODE

RECORD = json.dumps({"type": ["OpenBadgeCredential"], "id": f"https://learn.example.org/c/{CODE}", "name": "Ünï"})


def pdf(*parts: bytes) -> bytes:
    return b"%PDF-1.7\n" + b"".join(b"1 0 obj <<>> stream\n" + each + b"\nendstream\n" for each in parts)


def token(claims: str) -> bytes:
    return b".".join(
        base64.urlsafe_b64encode(each).rstrip(b"=") for each in (b'{"a":"ES256"}', claims.encode(), b"s" * 64)
    )


@settings(max_examples=40)
@given(st.binary(max_size=400))
def test_a_baked_picture_gives_its_record_back_byte_for_byte(record: bytes) -> None:
    made = baking.bake(record)
    assert baking.unbake(made) == record
    assert made == baking.bake(record)


def test_a_badge_is_a_picture_that_programs_open() -> None:
    from PIL import Image

    picture = Image.open(io.BytesIO(baking.bake(RECORD.encode())))
    picture.load()
    assert picture.text["openbadgecredential"] == RECORD  # type: ignore[attr-defined]
    assert picture.size == (baking.SIZE, baking.SIZE)
    assert picture.getpixel((0, 0)) == baking.PAPER
    left = round((baking.MIDDLE - baking.RADIUS + 2) * baking.SIZE / 36)
    assert picture.getpixel((left, baking.SIZE // 2)) == baking.RING


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("PDF", pdf(b"\xff\xfe not pressed", zlib.compress(RECORD.encode()))),
        ("PDF", pdf(RECORD.encode())),
        ("picture", baking.bake(RECORD.encode())),
        ("record", RECORD.encode()),
        ("token", token(RECORD)),
    ],
)
def test_the_number_is_found_in_each_kind(kind: str, content: bytes) -> None:
    found = unpacking.unpack(content)
    assert (found.kind, found.code) == (kind, CODE)
    assert found.record is not None


@settings(max_examples=40)
@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)),
    st.sampled_from([b"", b"%PDF-1.7 stream\n", baking.SIGNATURE]),
)
def test_whatever_a_file_holds_it_is_answered(content: bytes, begins: bytes) -> None:
    assert unpacking.unpack(begins + content).code is None


@pytest.mark.parametrize(
    "content", [b"[" * 100_000, b"9" * 100_000, b'{"a":' * 50_000, b'{"a":1,"a":2}', b"\xff" * 50, b""]
)
def test_what_is_no_record_is_nothing(content: bytes) -> None:
    assert unpacking.unpack(content) == unpacking.Unpacked("other", None, None)


def test_a_file_pressed_to_burst_takes_little_memory() -> None:
    bomb = zlib.compress(bytes(40_000_000), 9)
    content = pdf(*[bomb] * 45)
    assert len(content) < 2_000_000
    tracemalloc.start()
    assert unpacking.unpack(content).record is None
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 3_000_000


def test_lines_may_be_broken_otherwise_and_words_may_not() -> None:
    same = json.dumps(json.loads(RECORD), indent=2).encode()
    assert unpacking.is_same(same, RECORD.encode())
    assert not unpacking.is_same(same.replace(b"learn", b"earn"), RECORD.encode())
    assert not unpacking.is_same(b'{"a": 1, "a": 1}', b'{"a": 1}')
    assert not unpacking.is_same(b"x", b"x")
