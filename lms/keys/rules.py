"""What keys are for, and signed notes as https://c2sp.org/signed-note describes them. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

ED25519, P256 = "Ed25519", "P-256"
_TYPES = {ED25519: b"\x01", P256: b"\x02"}  # the specification's marks for Ed25519 and for ECDSA
_ID_BYTES = 4
_NOTE = re.compile(r"((?:[^\n]+\n)+)\n— (\S+) ([A-Za-z0-9+/]+={0,2})\n?")


class Purpose(StrEnum):
    """What a key signs. It signs nothing else, so that no signature can be taken for one of another kind."""

    CHECKPOINTS = "checkpoints"
    CREDENTIALS = "credentials"  # with an embedded proof, and the lists that say which were withdrawn
    JWT = "jwt"  # the same credentials as tokens
    PDF = "pdf"


ALGORITHMS = {
    Purpose.CHECKPOINTS: ED25519,
    Purpose.CREDENTIALS: ED25519,  # the cryptosuite eddsa-rdfc-2022
    Purpose.JWT: P256,  # Open Badges 3.0 takes RS256 and ES256 alone
    Purpose.PDF: P256,
}


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


def key_id(name: str, public: bytes, algorithm: str = ED25519) -> str:
    """The short name of a key in hexadecimal digits. `public`: the 32 bytes of Ed25519, the point of P-256 (X9.62)."""
    return hashlib.sha256(name.encode() + b"\n" + _TYPES[algorithm] + public).digest()[:_ID_BYTES].hex()
