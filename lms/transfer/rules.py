"""Pure rules of the hand-over: whose three signatures it takes, what the circle said, and when it is complete."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any, Literal, Protocol

Part = Literal["trainer", "facilitator", "sponsor"]
Said = Literal["yes", "open", "no"]
PARTS: tuple[Part, ...] = ("trainer", "facilitator", "sponsor")
KIND_SIGNED, KIND_COMPLETE = "hand-over signature", "hand-over"
MEANINGS: Mapping[str, str] = {
    "trainer": "I have read this agreement, and hand the circle over by it",
    "facilitator": "I have read this agreement, and facilitate the circle by it",
    "sponsor": "I have read this agreement, and protect the circle’s time by it",
}
COMPLETE = "Three people have signed, the circle has said yes, and it runs itself from now on"
LONGEST_LINE, LONGEST = 200, 2_000
NO_REASON = "Write down why it is called off. Whoever signed reads it."
NO_BECAUSE = "Signs are short that are no gates. Write down why the circle takes over all the same."
NO_HELP = "Write whom the circle calls, with a number or an address."
NO_DAY = "Write the day on which they were asked."
TOO_LATE = "Write the day on which they were asked, today or before."
NO_ANSWER = "Choose one of the two. You can change it until everybody has signed."
NOT_READ = "Tick that you have read it as it stands here."
NOT_NEAR = "The stool stands too far back for a hand-over. It is drafted once the circle meets without its trainer."
SITS_HERE = "Whoever sits in the circle does not sign for the organisation. Somebody else who manages it does."
NOT_YOUR_PART = "This signature is somebody else’s."
SIGNED_ALREADY = "You have signed this agreement already. Three signatures are those of three people."
SIGNED_BY_ANOTHER = "Somebody else has signed for this part. Nobody needs to sign it twice."
STILL_SHORT = "The circle and its trainer still see to something before anybody signs."
THE_TRAINER = "Choose somebody else: the circle’s trainer is the one who leaves."
NOT_HERE = "Choose somebody who sits in the circle and has an account."
ONLY_TRAINER = "That is for the circle’s trainer."
ONLY_FACILITATOR = "Only whoever facilitates from then on notes what the others said."
CHAIRS_OF_OTHERS = "Choose among those who sit in this circle and have no account."
CALLED_OFF = "This agreement was called off. Open the page again."
COMPLETE_ALREADY = "This agreement is complete. It is kept as it was signed."


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that was not taken back: for whom, by whom, and the digest of what they read."""

    part: str
    person_id: uuid.UUID
    digest: str


def said(members: Collection[uuid.UUID], answers: Mapping[uuid.UUID, bool]) -> Said:
    """What the circle says, from what those on its chairs today said. One no is enough; nobody there is no yes."""
    given = [answers[each] for each in members if each in answers]
    if not all(given):
        return "no"
    return "yes" if members and len(given) == len(members) else "open"


def valid(signed: Iterable[Signed], digest: str, may: Mapping[str, Collection[uuid.UUID]]) -> dict[str, set[uuid.UUID]]:
    """Who has signed this version for each part, and may today."""
    found: dict[str, set[uuid.UUID]] = {part: set() for part in PARTS}
    for each in signed:
        if each.digest == digest and each.person_id in may.get(each.part, ()):
            found[each.part].add(each.person_id)
    return found


def three_people(by_part: Mapping[str, Collection[uuid.UUID]]) -> bool:
    """Whether each part is signed, by somebody who signed for no other."""
    return any(len(set(people)) == len(PARTS) for people in product(*(by_part[part] for part in PARTS)))


def is_complete(
    signed: Iterable[Signed],
    digest: str,
    may: Mapping[str, Collection[uuid.UUID]],
    circle: Said,
    lacks: Sequence[object],
) -> bool:
    """Three different right people have signed what stands here, the circle has said yes, and no gate is open."""
    return three_people(valid(signed, digest, may)) and circle == "yes" and not lacks


class Signature(Protocol):
    """A signature as it is kept."""

    id: uuid.UUID
    hand_over_id: uuid.UUID
    part: str
    person_id: uuid.UUID
    terms: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Completed:
    """A complete agreement. `entries` are those of its three signatures in the register."""

    id: uuid.UUID
    group_id: uuid.UUID
    version: int
    facilitator_id: uuid.UUID
    terms: Mapping[str, Any]
    completed_by: uuid.UUID | None
    said_yes: int | None
    move_id: uuid.UUID | None
    entries: tuple[int, ...]


def signature_payload(signature: Signature) -> dict[str, Any]:
    """What a signature binds: who signed for whom, and every word of what they read."""
    return {
        "signature_id": str(signature.id),
        "hand_over_id": str(signature.hand_over_id),
        "part": signature.part,
        "person_id": str(signature.person_id),
        "terms": signature.terms,
    }


def payload(agreement: Completed) -> dict[str, Any]:
    """What a hand-over binds: the agreement, its three signatures, the circle's yes, the move."""
    return {
        "hand_over_id": str(agreement.id),
        "group_id": str(agreement.group_id),
        "version": agreement.version,
        "facilitator_id": str(agreement.facilitator_id),
        "terms": dict(agreement.terms),
        "signatures": sorted(agreement.entries),
        "said_yes": agreement.said_yes,
        "completed_by": str(agreement.completed_by),
        "move_id": str(agreement.move_id),
    }


def first(short: Iterable[tuple[str, str]], *, told: bool) -> str:
    """What has to be there before a signature. What of the circle is short is no matter of the sponsor's."""
    if not told:
        return STILL_SHORT
    return "Before anybody signs: " + " ".join(f"{title}. {action}" for title, action in short)


def reason_of_move(because: str, at: datetime) -> str:
    """Why the stool moved, as its move says: by the agreement, and what the trainer wrote of signs that are short."""
    return f"By the hand-over agreement of {at.day} {at:%B %Y}." + (f" {because}" if because else "")
