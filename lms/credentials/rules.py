"""Names and addresses of credentials: the site's identifier, keys as anybody reads them, addresses. Pure."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.keys.rules import ED25519, P256

# https://www.w3.org/TR/cid-1.0/#multibase-0: base 58 of Bitcoin, which leaves out 0, O, I and l
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519_PUBLIC = b"\xed\x01"  # the multicodec of such keys
CODE = re.compile(r"[2-9A-Z]{28}", re.ASCII)
JSON_LD = "application/vc+ld+json"  # says “json”, which programs look for; the newer application/vc does not
JWT = "application/vc+jwt"


def base58(content: bytes) -> str:
    """Base58btc, leading zeros included."""
    number, digits = int.from_bytes(content, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        digits = _BASE58[rest] + digits
    return _BASE58[0] * (len(content) - len(content.lstrip(b"\0"))) + digits


def from_base58(text: str) -> bytes:
    """What `base58` made a text of. Raises ValueError."""
    number = 0
    for digit in text:
        number = number * 58 + _BASE58.index(digit)
    zeros = len(text) - len(text.lstrip(_BASE58[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def base64url(content: bytes) -> str:
    """Base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """What `base64url` made a text of."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sha256(content: bytes) -> str:
    """The digest of stored bytes, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def did(name: str) -> str:
    """The identifier did:web of a site, from its name as keys carry it: “learn.example.org:8443/askwell”."""
    host, *path = name.split("/")
    return "did:web:" + ":".join([host.replace(":", "%3A"), *path])


def tidy_code(typed: str) -> str | None:
    """The number in an address, however it is written; None if no certificate has such a number."""
    code = typed[:60].replace("-", "").upper()
    return code if CODE.fullmatch(code) else None


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key as the table has it: enough to publish it. Only who checks a signature opens it.

    The numbers of both kinds stand at the end of what the PEM holds (RFC 8410, RFC 5480).
    """

    kid: str
    algorithm: str
    pem: str

    @property
    def fragment(self) -> str:
        """The key's name within the site's identifier."""
        return self._multikey if self.algorithm == ED25519 else self.kid

    def method(self, controller: str) -> str:
        """The full name of the key."""
        return f"{controller}#{self.fragment}"

    def described(self, controller: str) -> dict[str, Any]:
        """The key as the site's document lists it."""
        about = {"id": self.method(controller), "controller": controller}
        if self.algorithm == ED25519:
            return {**about, "type": "Multikey", "publicKeyMultibase": self._multikey}
        x, y = base64url(self._der[-64:-32]), base64url(self._der[-32:])
        return {**about, "type": "JsonWebKey", "publicKeyJwk": {"kty": "EC", "crv": P256, "x": x, "y": y}}

    @property
    def _multikey(self) -> str:
        return "z" + base58(_ED25519_PUBLIC + self._der[-32:])

    @property
    def _der(self) -> bytes:
        return base64.b64decode("".join(self.pem.split("\n")[1:-2]))


def did_document(controller: str, keys: list[PublicKey]) -> dict[str, Any]:
    """What the identifier stands for: every key whose signature under a credential is ours."""
    methods = [key.described(controller) for key in keys]
    return {
        "@context": [
            "https://www.w3.org/ns/did/v1",
            "https://w3id.org/security/multikey/v1",
            "https://w3id.org/security/jwk/v1",
        ],
        "id": controller,
        "verificationMethod": methods,
        "assertionMethod": [each["id"] for each in methods],
    }


def stamp(moment: datetime) -> str:
    """An instant as credentials write it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
