"""The shape of all we sign. Nothing undefined passes: words that JSON-LD does not know would go unsigned. Pure."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from lms.credentials.build import CONTEXTS, VC, Refused

Shape = dict[str, Any]
TEXT: Shape = {"type": "string", "minLength": 1, "maxLength": 6_000, "pattern": "^[^\u0000-\u001f\u007f]*$"}
ADDRESS: Shape = {"type": "string", "pattern": "^https?://[!-~]+$"}
INSTANT: Shape = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
IDENTIFIER: Shape = {"type": "string", "pattern": "^did:web:[A-Za-z0-9.:%_~-]+$"}
SALT: Shape = {"type": "string", "pattern": "^[A-Za-z0-9_-]{16,64}$"}


def _object(optional: tuple[str, ...] = (), **parts: Shape) -> Shape:
    """An object with these parts and no others."""
    named = {name.replace("at_", "@"): shape for name, shape in parts.items()}
    required = [name for name in named if name not in optional]
    return {"type": "object", "properties": named, "required": required, "additionalProperties": False}


def _is(value: Any) -> Shape:
    return {"const": value}


PROOF = _object(
    type=_is("DataIntegrityProof"),
    cryptosuite=_is("eddsa-rdfc-2022"),
    created=INSTANT,
    verificationMethod={"type": "string", "pattern": "^did:web:[A-Za-z0-9.:%_~-]+#z[1-9A-HJ-NP-Za-km-z]+$"},
    proofPurpose=_is("assertionMethod"),
    proofValue={"type": "string", "pattern": "^z[1-9A-HJ-NP-Za-km-z]+$"},
)
ISSUER = _object(id=IDENTIFIER, type=_is(["Profile"]), name=TEXT, url=ADDRESS)
ACHIEVEMENT = _object(
    id=ADDRESS,
    type=_is(["Achievement"]),
    achievementType=_is("Certification"),
    name=TEXT,
    description=TEXT,
    version=TEXT,
    criteria=_object(narrative=TEXT),
)
IDENTITY = _object(
    ("salt",),
    type=_is("IdentityObject"),
    identityType={"enum": ["name", "emailAddress"]},
    hashed={"type": "boolean"},
    identityHash=TEXT,
    salt=SALT,
)
CREDENTIAL = _object(
    ("proof",),
    at_context=_is(list(CONTEXTS)),
    id=ADDRESS,
    type=_is(["VerifiableCredential", "OpenBadgeCredential"]),
    name=TEXT,
    issuer=ISSUER,
    validFrom=INSTANT,
    validUntil=INSTANT,
    credentialSubject=_object(
        id={"type": "string", "pattern": "^urn:uuid:[0-9a-f-]{36}$"},
        type=_is(["AchievementSubject"]),
        identifier={"type": "array", "items": IDENTITY, "minItems": 2, "maxItems": 2},
        achievement=ACHIEVEMENT,
    ),
    evidence={
        "type": "array",
        "minItems": 1,
        "maxItems": 1,
        "items": _object(
            id={"type": "string", "pattern": "^ni:///sha-256;[A-Za-z0-9_-]{43}$"},
            type=_is(["Evidence"]),
            name=TEXT,
            narrative=TEXT,
        ),
    },
    credentialStatus=_object(
        id={"type": "string", "pattern": "^https?://[!-~]+#[0-9]+$"},
        type=_is("BitstringStatusListEntry"),
        statusPurpose=_is("revocation"),
        statusListIndex={"type": "string", "pattern": "^(0|[1-9][0-9]*)$"},
        statusListCredential=ADDRESS,
    ),
    proof=PROOF,
)
STATUS_LIST = _object(
    ("proof",),
    at_context=_is([VC]),
    id=ADDRESS,
    type=_is(["VerifiableCredential", "BitstringStatusListCredential"]),
    issuer=IDENTIFIER,
    validFrom=INSTANT,
    validUntil=INSTANT,
    credentialSubject=_object(
        id=ADDRESS,
        type=_is("BitstringStatusList"),
        statusPurpose=_is("revocation"),
        encodedList={"type": "string", "pattern": "^u[A-Za-z0-9_-]+$"},
    ),
    proof=PROOF,
)


def check(document: dict[str, Any]) -> None:
    """Raises Refused, naming the place, for whatever is not exactly what we sign."""
    import fastjsonschema

    try:
        _checker("BitstringStatusListCredential" in document.get("type", ()))(document)
    except fastjsonschema.JsonSchemaValueException as error:
        raise Refused(f"It is no credential of ours: {error.name} is not as it should be.") from None


@cache
def _checker(is_list: bool) -> Callable[[dict[str, Any]], Any]:
    """A compiled checker. Compiling one takes longer than a thousand checks."""
    import fastjsonschema

    compiled: Callable[[dict[str, Any]], Any] = fastjsonschema.compile(STATUS_LIST if is_list else CREDENTIAL)
    return compiled
