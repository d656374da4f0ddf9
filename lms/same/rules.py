"""Pure rules of two accounts that are one person: what is sealed about it, and what is said where it cannot be."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Protocol

from assessments.wording import listed
from lms.people.rules import FACE_TO_FACE

KIND = "same person"
MEANING = "Both accounts are mine. From now on I use this one."
MOST_PROOF = 60

NOBODY = "Tick this once you have read what becomes of it. It cannot be undone."
ONESELF = "That is the account you are signed in with. Type the address of the other one."
CLOSED = "One of the two accounts is suspended. Ask whoever suspended it to let you back in, then come again."
ALREADY = "That account is one with another account already. There is nothing to do."
HAS_EARLIER = (
    "An earlier account is one with {email} already, so {email} is the one that stays. Sign in with {email} and begin "
    "from there."
)
FORMER_HERE = "This account is one with another already. Sign in with that one."
SHARED = (
    "The two accounts meet in {what}. One person would have judged, trained or answered for themselves, so they stay "
    "two. If that is a mistake, write to your programme administrator."
)
ONLY_ONE = "With {email} you are the only {role} of {organisation}. Let somebody else be one too, or this account."
UNFINISHED = "First finish this with {email}, or keep that account and begin from there."


class Said(Protocol):
    """What the register seals of it."""

    @property
    def former_id(self) -> uuid.UUID: ...
    @property
    def kept_id(self) -> uuid.UUID: ...
    @property
    def former_proof(self) -> str: ...


def payload(said: Said) -> dict[str, Any]:
    """What the entry's digest is made of."""
    return {
        "former": str(said.former_id),
        "kept": str(said.kept_id),
        "former_proof": said.former_proof,
    }


def proof(words: str) -> str:
    """How the other account was proved. It was on the same device, and nobody else was there."""
    return words.removesuffix(FACE_TO_FACE)[:MOST_PROOF]


def ended(parts: Sequence[str]) -> str:
    """Which rights ended with the former account, in a sentence; empty where it had none."""
    if not parts:
        return ""
    return f"What it was allowed has ended: {listed(parts)}. Whoever gives these rights can invite you again."
