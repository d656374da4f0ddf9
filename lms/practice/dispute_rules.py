"""Pure rules about disputes: what both sides write, who was overruled, what exactly a second assessor decides."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from lms.practice.flags import Flag

UNDISPUTED = "Write what is not right. Whoever signed or returned it and the second assessor read it, and it is kept."
UNANSWERED = "Write your answer, or leave the page: nobody has to answer."
UNREASONED = "Write why. Both of them read it, and it is kept."
UNDECIDED = "Choose whether it stands."
OVERRULED = "A second assessor decided that your word on this session does not stand. It waits for somebody else now."
DECIDED = "dispute decided"
OUTCOMES = {"upheld": "It stands", "overruled": "It does not stand"}
DECIDING = {
    "upheld": "I decide as second assessor that it stands",
    "overruled": "I decide as second assessor that it does not stand, and it counts no more",
}


@dataclass(frozen=True, slots=True)
class Overruled:
    """Whose word on a session did not stand."""

    first_id: uuid.UUID
    signed: bool  # and had not returned it


def bars(overruled: Collection[Overruled], person_id: uuid.UUID, trainer_id: uuid.UUID, *, signing: bool) -> bool:
    """Whether somebody may not sign (or else return) a session, for a second assessor has overruled them on it.

    Who wrongly returned it may still sign it. Either may do both where its writer has sent it to them again.
    """
    found = any(each.first_id == person_id and (each.signed or not signing) for each in overruled)
    return found and person_id != trainer_id


def payload_for_decision(about: Mapping[str, Any], said: tuple[str, str], outcome: str, reason: str) -> dict[str, Any]:
    """What a second assessor decided about, what trainee and first assessor said, how it was decided and why."""
    disputed, answered = said
    return {**about, "disputed": disputed, "answered": answered, "outcome": outcome, "reason": reason}


def disputed_flag(*, theirs: bool) -> Flag:
    """What a trainer's list says of a session under dispute, by whether the dispute is about their own word."""
    return Flag("Disputed", "wait", "You may answer; somebody else decides" if theirs else "A second assessor decides")
