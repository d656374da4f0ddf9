"""Signed notes as https://c2sp.org/signed-note describes them: a text, an empty line, the signature. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from urllib.parse import quote

ALGORITHM = "Ed25519"
_TYPE = b"\x01"  # the specification's mark for it
_ID_BYTES = 4
_NOTE = re.compile(r"((?:[^\n]+\n)+)\n— (\S+) ([A-Za-z0-9+/]+={0,2})\n?")


@dataclass(frozen=True, slots=True)
class Signed:
    """A text, and what the key `kid` of `name` made of it."""

    text: str
    name: str
    kid: str
    signature: bytes

    def to_note(self) -> str:
        """The note as it is kept and sent."""
        stamp = base64.b64encode(bytes.fromhex(self.kid) + self.signature).decode()
        return f"{self.text}\n— {self.name} {stamp}\n"

    @classmethod
    def from_note(cls, note: str) -> Signed:
        """Read a note that has one signature. Raises ValueError."""
        found = _NOTE.fullmatch(note)
        if found is None:
            raise ValueError("this is no signed note")
        text, name, stamp = found.groups()
        try:
            bare = base64.b64decode(stamp, validate=True)
        except binascii.Error:
            raise ValueError("this is no signed note") from None
        made = cls(text, name, bare[:_ID_BYTES].hex(), bare[_ID_BYTES:])
        if base64.b64encode(bare).decode() != stamp:  # spare bits at its end would let a letter change unseen
            raise ValueError("this is no signed note")
        return made


def site_name(public_url: str) -> str:
    """What a site is called in its notes: its address without the scheme, and without blanks or plus signs."""
    return quote(public_url.partition("://")[2], safe="/:@[]%~")


def key_id(name: str, public: bytes) -> str:
    """The short name of an Ed25519 key (32 bytes), in hexadecimal digits."""
    return hashlib.sha256(name.encode() + b"\n" + _TYPE + public).digest()[:_ID_BYTES].hex()
