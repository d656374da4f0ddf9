"""A certificate as an Open Badges 3.0 credential: a fixed template filled with checked words. Pure.

JSON-LD leaves words it does not know out of what is signed, in silence. So nothing is ever added here but what the
vocabularies define, and `schema` refuses the rest. Order and spelling of the contexts matter: without the third, one
type of the second is read differently by different programs.
"""

from __future__ import annotations

import hashlib
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.credentials.rules import base64url, stamp

VC = "https://www.w3.org/ns/credentials/v2"
CONTEXTS = (
    VC,
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
)
MOST_MARKS = 300
LONGEST = 4_000
# Marks that turn the order of letters around: a name could be read as another's.
TURNERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Refused(ValueError):
    """Words that are not put into a credential. `str(error)` is a sentence."""


@dataclass(frozen=True, slots=True)
class Award:
    """What is awarded: one version of a standard."""

    id: str  # its name in addresses, such as “certified-3”
    version: str
    title: str
    claim: str
    level: str  # “Level 4 of 5, Independent: leads with no trainer there.”
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a credential says, as plain values."""

    site: str  # its address
    controller: str  # its identifier
    code: str
    award: Award
    issuer: str
    holder: str
    email: str
    evidence: str  # numbers in a sentence
    digest: str  # what the register sealed, in hexadecimal digits
    valid_from: datetime
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Chance:
    """What is drawn for one credential: a name for its subject, a salt, a place in a list."""

    subject: uuid.UUID
    salt: str
    list_number: int
    index: int


def clean(text: str) -> str:
    """A text as it is signed: composed, without control characters. Raises Refused."""
    composed = unicodedata.normalize("NFC", text)
    if TURNERS & set(composed):
        raise Refused("It holds marks that turn the order of its letters around. Type it without them.")
    if any(unicodedata.category(c) == "Cs" for c in composed):
        raise Refused("It holds half a character. Type it again.")
    if sum(map(bool, map(unicodedata.combining, unicodedata.normalize("NFD", composed)))) > MOST_MARKS:
        raise Refused(f"It has more than {MOST_MARKS} accents and other marks. Type it with fewer.")
    if len(composed) > LONGEST:
        raise Refused(f"It is longer than {LONGEST} characters.")
    return "".join(c for c in composed if unicodedata.category(c) != "Cc")


def credential(facts: Facts, chance: Chance) -> dict[str, Any]:
    """The credential, still unsigned. Raises Refused."""
    return {
        "@context": list(CONTEXTS),
        "id": f"{facts.site}/c/{facts.code}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": clean(facts.award.title),
        "issuer": issuer(facts.site, facts.controller, facts.issuer),
        "validFrom": stamp(facts.valid_from),
        "validUntil": stamp(facts.valid_until),
        "credentialSubject": {
            "id": f"urn:uuid:{chance.subject}",
            "type": ["AchievementSubject"],
            "identifier": [
                _identity("name", clean(facts.holder)),
                _identity("emailAddress", facts.email, chance.salt),
            ],
            "achievement": achievement(facts.site, facts.award),
        },
        "evidence": [
            {
                "id": f"ni:///sha-256;{base64url(bytes.fromhex(facts.digest))}",  # RFC 6920
                "type": ["Evidence"],
                "name": "What the register sealed",
                "narrative": clean(facts.evidence),
            }
        ],
        "credentialStatus": {
            "id": f"{facts.site}/status/{chance.list_number}#{chance.index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(chance.index),
            "statusListCredential": f"{facts.site}/status/{chance.list_number}",
        },
    }


def issuer(site: str, controller: str, name: str) -> dict[str, Any]:
    """Who issues, as every credential says it."""
    return {"id": controller, "type": ["Profile"], "name": clean(name), "url": site}


def achievement(site: str, award: Award) -> dict[str, Any]:
    """What is awarded, as every credential says it."""
    asked = "; ".join(f"({place}) {each}" for place, each in enumerate(award.criteria, 1))
    return {
        "id": f"{site}/achievements/{award.id}",
        "type": ["Achievement"],
        "achievementType": "Certification",
        "name": clean(award.title),
        "description": clean(f"Whoever holds it {award.claim} {award.level}"),
        "version": award.version,
        "criteria": {"narrative": clean(f"{award.title}. {award.level} It asks for: {asked}.")},
    }


def _identity(kind: str, said: str, salt: str = "") -> dict[str, Any]:
    """Who holds it: in words, or as a digest that only those can compare who know the address already."""
    told = hashlib.sha256((said + salt).encode()).hexdigest()
    return {
        "type": "IdentityObject",
        "identityType": kind,
        "hashed": bool(salt),
        "identityHash": f"sha256${told}" if salt else said,
        **({"salt": salt} if salt else {}),
    }
