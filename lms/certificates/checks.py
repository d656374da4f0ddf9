"""What was computed again for a certificate, each in plain words, and what makes it doubtful. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

HOLDS, FAILS, WAITS = "holds", "does not hold", "waits"


class Doubt(StrEnum):
    """Why a certificate is not called valid although nobody withdrew it."""

    PROOF = "Do not rely on this certificate yet: its signature does not hold."
    ENTRY = "Do not rely on this certificate yet: it is not what the register sealed."
    LIST = "Do not rely on this certificate yet: the published list says that it was withdrawn."
    UNREADABLE = "Do not rely on this certificate yet: it could not be checked."


class Computed(Protocol):
    """What `checking` found."""

    @property
    def is_signed(self) -> bool: ...
    @property
    def proof_holds(self) -> bool: ...
    @property
    def entry_holds(self) -> bool: ...
    @property
    def entries(self) -> tuple[int, ...]: ...
    @property
    def list_agrees(self) -> bool: ...
    @property
    def list_is_read(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: what, how it came out, and what exactly was done."""

    title: str
    state: str
    sentence: str


def checks_of(found: Computed) -> tuple[tuple[Check, ...], str]:
    """The three checks of a certificate that nobody withdrew, and the first doubt, or none."""
    return (_proof(found), _entry(found), _list(found)), _doubt(found)


def _doubt(found: Computed) -> str:
    if found.is_signed and not found.proof_holds:
        return Doubt.PROOF
    if not found.entry_holds:
        return Doubt.ENTRY
    return Doubt.LIST if found.list_is_read and not found.list_agrees else ""


def _proof(found: Computed) -> Check:
    title = "Who signed it"
    if not found.is_signed:
        return Check(title, WAITS, "It has no signature of its own yet. It stands in the register all the same.")
    if found.proof_holds:
        return Check(title, HOLDS, "The signature over its exact bytes was made with this site’s key.")
    return Check(title, FAILS, "The signature is not one that this site’s key made over these bytes.")


def _entry(found: Computed) -> Check:
    title, *before, last = "In the register", *map(str, found.entries)
    say = f"entries {', '.join(before)} and {last} say" if before else f"entry {last} says"
    if found.entry_holds:
        return Check(title, HOLDS, f"Every word was sealed again just now and gives what {say}.")
    return Check(title, FAILS, f"Its words do not give what {say}.")


def _list(found: Computed) -> Check:
    title = "Not withdrawn"
    if not found.is_signed:
        return Check(title, WAITS, "It is on no published list yet. Our own record says that it was not withdrawn.")
    if not found.list_is_read:
        return Check(
            title, WAITS, "The published list is being renewed. Our own record says that it was not withdrawn."
        )
    if found.list_agrees:
        return Check(title, HOLDS, "The list that everybody can fetch, read just now, says so too.")
    return Check(title, FAILS, "The list that everybody can fetch says that it was withdrawn.")
