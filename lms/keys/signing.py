"""Who signs: the interface that stands before every private key, and the keys of the vault behind it.

Askwell keeps its private keys as encrypted files. Somebody who keeps theirs in a device (PKCS#11, a key service) writes
a class like `Signer`, makes the row of its public part, and names its opener once, before the worker starts:

    from lms.keys import signing
    signing.open_with(lambda key: MyDevice(key.kid))

Whatever can be wrong with a key is raised as `vault.Unusable`, with a sentence: then the work waits and nothing fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from lms.keys import vault
from lms.keys.making import Private, pem
from lms.keys.models import SigningKey
from lms.keys.vault import Unusable

_COORDINATE = 32  # bytes of each half of a P-256 signature


class Signer(Protocol):
    """Signs bytes with one key."""

    @property
    def kid(self) -> str:
        """The key's short name, as its row has it."""

    def sign(self, content: bytes) -> bytes:
        """Ed25519: 64 bytes. P-256: r and s of ECDSA over SHA-256, 32 bytes each, as JWS wants them."""


@dataclass(frozen=True, slots=True)
class FileSigner:
    """A key of the vault. `private` is for libraries that sign by themselves, such as the one for PDFs."""

    kid: str
    private: Private

    def sign(self, content: bytes) -> bytes:
        if isinstance(self.private, Ed25519PrivateKey):
            return self.private.sign(content)
        r, s = decode_dss_signature(self.private.sign(content, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(_COORDINATE, "big") + s.to_bytes(_COORDINATE, "big")


def from_vault(key: SigningKey) -> FileSigner:
    """The key's file, opened. Raises Unusable."""
    private = vault.load(key.kid)
    if pem(private.public_key()) != key.public_key:
        raise Unusable(f"The file of key {key.kid} holds another key. Bring the right one back from your backup.")
    return FileSigner(key.kid, private)


_opener: list[Callable[[SigningKey], Signer]] = [from_vault]


def open_with(opener: Callable[[SigningKey], Signer]) -> None:
    """Put another in the place of the vault, for this process."""
    _opener[:] = [opener]


def open_key(key: SigningKey) -> Signer:
    """What signs for a key. Raises Unusable."""
    return _opener[0](key)
