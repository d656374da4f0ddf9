"""Signing documents and checking signatures: the cryptosuite eddsa-rdfc-2022, and tokens by ES256.

https://www.w3.org/TR/vc-di-eddsa/#eddsa-rdfc-2022: what is signed is the digest of the proof's own facts, then the
digest of the document, each brought into its one canonical form first. That form is made by a library, which loads
vocabularies from this folder and nothing from elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from lms.credentials import schema
from lms.credentials.build import CONTEXTS, Refused
from lms.credentials.rules import PublicKey, base58, base64url, from_base58, from_base64url, stamp

Document = dict[str, Any]
Sign = Callable[[bytes], bytes]

CONTEXT_FILES = dict(
    zip(CONTEXTS, ("credentials-v2.json", "open-badges-3.0.3.json", "open-badges-extensions.json"), strict=True)
)


class Unsound(ValueError):
    """A signature does not hold, or is under something else. `str(error)` is a sentence."""


def sign(document: Document, method: str, created: datetime, by: Sign) -> bytes:
    """The document with its proof, as the exact bytes to keep. Raises Refused for what is not one of ours."""
    schema.check(document)
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": stamp(created),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    value = {"proofValue": "z" + base58(by(_signed_bytes(document, proof)))}
    signed = {**document, "proof": proof | value}
    schema.check(signed)
    return json.dumps(signed, ensure_ascii=False, separators=(",", ":")).encode()


def check(content: bytes, keys: Mapping[str, PublicKey]) -> Document:
    """The document in signed bytes. `keys` are those known, by the full names of methods. Raises Unsound."""
    try:
        document: Document = json.loads(content)
        schema.check(document)
    except (ValueError, AttributeError, RecursionError):
        raise Unsound("It is not a document of the kind that is signed here.") from None
    named = document["issuer"] if isinstance(document["issuer"], str) else document["issuer"]["id"]
    proof = dict(document.pop("proof", {}))
    key = keys.get(proof.get("verificationMethod", ""))
    if key is None or named != proof["verificationMethod"].partition("#")[0]:
        raise Unsound("It is signed by a key that is not of this site.")
    value = proof.pop("proofValue")
    try:
        _ed25519(key).verify(from_base58(value[1:]), _signed_bytes(document, proof))
    except (InvalidSignature, ValueError):
        raise Unsound("Its signature does not hold: it was changed, or never signed here.") from None
    return document


def token(document: Document, method: str, by: Sign) -> str:
    """The same credential as a signed token: JWS with ES256, as Open Badges 3.0 wants it."""
    times = {name: int(datetime.fromisoformat(document[at]).timestamp()) for name, at in _TIMES.items()}
    claims = {
        **{name: value for name, value in document.items() if name != "proof"},
        "iss": document["issuer"]["id"],
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        **times,
    }
    head = {"alg": "ES256", "kid": method, "typ": "JWT"}
    text = ".".join(base64url(json.dumps(part, separators=(",", ":")).encode()) for part in (head, claims))
    return f"{text}.{base64url(by(text.encode()))}"


_TIMES = {"nbf": "validFrom", "exp": "validUntil"}


def check_token(content: str, keys: Mapping[str, PublicKey]) -> Document:
    """The claims of a signed token. Raises Unsound."""
    text, _, stamped = content.rpartition(".")
    try:
        head, claims = (json.loads(from_base64url(part)) for part in text.split("."))
        signature = from_base64url(stamped)
        r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        public = _p256(keys[head["kid"]], head["alg"])
        public.verify(encode_dss_signature(r, s), text.encode(), ec.ECDSA(hashes.SHA256()))
    except (ValueError, KeyError, TypeError, InvalidSignature):
        raise Unsound("The signature of its token does not hold.") from None
    found: Document = claims
    return found


def _ed25519(key: PublicKey) -> Ed25519PublicKey:
    found = load_pem_public_key(key.pem.encode())
    if not isinstance(found, Ed25519PublicKey):
        raise ValueError("another kind of key")  # noqa: TRY004 - as every other mistake in what is checked
    return found


def _p256(key: PublicKey, algorithm: str) -> ec.EllipticCurvePublicKey:
    found = load_pem_public_key(key.pem.encode())
    if not isinstance(found, ec.EllipticCurvePublicKey) or algorithm != "ES256":
        raise ValueError("another kind of signature")
    return found


def _signed_bytes(document: Document, proof: Document) -> bytes:
    options = {"@context": document["@context"], **proof}
    return b"".join(hashlib.sha256(canonical(each).encode()).digest() for each in (options, document))


_ALONE = Lock()  # the library keeps vocabularies it has read where threads break each other's reading


def canonical(document: Document) -> str:
    """The one form of what a document says (RDFC-1.0), as N-Quads. Raises Refused."""
    from pyld import jsonld  # a third of a second that only signing and checking need

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _load, "base": ""}
    try:
        with _ALONE:
            found: str = jsonld.normalize(document, options)
    except jsonld.JsonLdError as error:
        raise Refused("It cannot be read as linked data.") from error
    return found


def _load(address: str, _options: object = None) -> Document:
    """A vocabulary from this folder; nothing is fetched."""
    if address not in CONTEXT_FILES:
        raise Refused("It names a vocabulary that is not one of ours.")
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": address,
        "document": _vocabulary(CONTEXT_FILES[address]),
    }


@cache
def _vocabulary(name: str) -> Document:
    found: Document = json.loads((Path(__file__).parent / "contexts" / name).read_text("utf-8"))
    return found
