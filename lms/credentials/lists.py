"""Lists of bits that say which credentials nobody may rely on now (Bitstring Status List v1.0). Pure.

A list holds many credentials and gives out its places at random, so that whoever asks for it does not tell about whom.
"""

from __future__ import annotations

import gzip
from datetime import datetime, timedelta
from typing import Any

from lms.credentials.build import VC
from lms.credentials.rules import base64url, from_base64url, stamp

LENGTH = 131_072  # bits: the least that the specification allows
VALID_FOR = timedelta(days=7)  # a list is signed anew every morning, so there are six to mend what hinders it
CLOCKS_DIFFER = timedelta(minutes=15)


def empty(length: int = LENGTH) -> bytes:
    """A list in which nothing is withdrawn."""
    return bytes(length // 8)


def is_set(bits: bytes, index: int) -> bool:
    """Whether the bit at a place is set. Place 0 is the leftmost bit of the first byte."""
    return bool(bits[index // 8] & (0x80 >> index % 8))


def with_bit(bits: bytes, index: int, on: bool = True) -> bytes:
    """The list with one bit more set, or one less."""
    changed, bit = bytearray(bits), 0x80 >> index % 8
    changed[index // 8] = changed[index // 8] | bit if on else changed[index // 8] & ~bit
    return bytes(changed)


def decoded(document: dict[str, Any]) -> bytes:
    """The bits in a list as published. Raises ValueError."""
    try:
        return gzip.decompress(from_base64url(document["credentialSubject"]["encodedList"][1:]))
    except (OSError, EOFError) as error:
        raise ValueError("the list cannot be read") from error


def credential(site: str, controller: str, number: int, bits: bytes, now: datetime) -> dict[str, Any]:
    """The list as it is published, still unsigned."""
    address = f"{site}/status/{number}"
    return {
        "@context": [VC],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": controller,
        "validFrom": stamp(now - CLOCKS_DIFFER),
        "validUntil": stamp(now + VALID_FOR),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": "u" + base64url(gzip.compress(bits, mtime=0)),
        },
    }
