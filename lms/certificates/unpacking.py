"""What a file that somebody sends holds: its signed record, if there is one, and the number it names. Pure.

Files come from anybody. Nothing here follows what a file says about itself: a PDF is not read as a PDF, its pressed
parts are opened one by one, each up to a limit, and looked through for a record of ours.
"""

from __future__ import annotations

import binascii
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lms.certificates import baking, rules
from lms.credentials.rules import from_base64url

MOST_PARTS = 2_000  # pressed parts of a PDF that are opened
LONGEST_PART = 200_000  # octets of each that are read; a record has some 4,000
MOST_OPENED = 8_000_000  # octets in all
_STREAM = re.compile(rb"stream\r?\n")
_TOKEN = re.compile(rb"[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}\s*", re.ASCII)
_NAMED = re.compile(rb"/[cv]/([2-9A-Za-z-]{28,40})(?![\w-])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What a file holds. `kind` says what it is in a word or two; `record` is bytes as they lay in it."""

    kind: str
    record: bytes | None
    code: str | None


def unpack(content: bytes) -> Unpacked:
    """Look into a file. Whatever it is, this answers, and takes no more memory than the limits above."""
    if b"%PDF-" in content[:1024]:
        return _pdf(content)
    if content.startswith(baking.SIGNATURE):
        record = baking.unbake(content)
        return Unpacked("picture", record, number_in(record or b""))
    if _TOKEN.fullmatch(content):
        return Unpacked("token", content.strip(), number_in(_claims(content)))
    return Unpacked("record", content, number_in(content)) if _object(content) else Unpacked("other", None, None)


def number_in(content: bytes) -> str | None:
    """The first certificate's number in a text, as part of an address."""
    for each in _NAMED.finditer(content):
        if code := rules.parse(each[1].decode()):
            return code
    return None


def is_same(one: bytes, other: bytes) -> bool:
    """Whether two records say the same, word for word, however their lines are broken."""
    first = _object(one)
    return first is not None and first == _object(other)


def _pdf(content: bytes) -> Unpacked:
    named = number_in(content)
    for part in _parts(content):
        found = number_in(part)
        named = named or found
        if found and b"OpenBadgeCredential" in part:
            return Unpacked("PDF", part, found)
    return Unpacked("PDF", None, named)


def _parts(content: bytes) -> Iterator[bytes]:
    """The pressed parts of a PDF, opened, as far as the limits go."""
    left = MOST_OPENED
    for count, begins in enumerate(_STREAM.finditer(content)):
        if count == MOST_PARTS or left <= 0:
            return
        part = _opened(content[begins.end() : begins.end() + LONGEST_PART])
        left -= len(part)
        yield part


def _opened(pressed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(pressed, LONGEST_PART)
    except zlib.error:
        return pressed


def _claims(token: bytes) -> bytes:
    try:
        return from_base64url(token.split(b".")[1].decode())
    except (binascii.Error, ValueError):
        return b""


def _object(content: bytes) -> dict[str, Any] | None:
    """A JSON object in which no name stands twice: two readers could take different ones."""
    try:
        found = json.loads(content, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found
