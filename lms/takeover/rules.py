"""Pure rules of taking over: what is counted of a meeting, who counts, and who moves the stool."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from assessments.wording import quoted
from lms.core.actor import Actor, Role

AGREED, BEYOND = "G4", "G5"  # readiness.md §4: a circle runs itself once its trainer, it and another all say yes
ALONE = "G3a"  # the first stage in which nobody of the training is there: whoever facilitates leads alone from here
BY_AGREEMENT = (
    "A circle runs itself once its trainer, whoever facilitates it and the sponsor have signed the hand-over, and the "
    "circle has said yes. Draft that agreement instead."
)
MOST_TURNS, MOST_TIMES = 200, 99
STEPS = {
    "none": "None was due",
    "told": "Told, and what came of it",
    "open": "Not told yet",
}
YES_OR_NO = {"yes": "Yes", "no": "No"}
TOPICS = {
    "limits": "Knows what stays in the room, and what may not",
    "help": "Knows whom to call, and when",
}
CASES = {"no": "Nothing is open", "yes": "Something is open"}
LONGEST_REASON = 2_000
LONGEST_WORD = 300
OBSERVED_WITHIN = timedelta(days=14)
# Looking back at one meeting, worded as what had to be done for the circle (readiness.md §2, after the O-SCORE).
HELPED = (
    "Somebody else had to run it",
    "Somebody stepped in several times",
    "A word now and then was enough",
    "Somebody was there just in case",
    "The circle could have been alone",
)
# What can be seen from outside, about how a circle works and never about the problem (readiness.md §2, rubric).
SIGNS = {
    "limits": "Somebody said what stays in the room, and what may not",
    "problem": "The problem was agreed before solutions came up",
    "holder": "Whoever brought the problem had the last word on what it is",
    "advice": "A member noticed advice and asked for a question instead",
    "silence": "A hard question was followed by silence, and nobody filled it",
    "quiet": "Somebody quiet was given room",
    "time": "The phases kept their time",
    "looked": "The circle looked back at how it had asked",
}
# What ties an observer to a circle, to follow their name. Nobody types it: it follows from what is on record.
TIES = {
    "": "does not belong to the circle",
    "trainer": "is the circle’s trainer",
    "seat": "has sat in the circle",
    "employer": "belongs to the same organisation",
}
UNREASONED = "Write down why. The circle reads it, and it stays."
HANDED_OVER = (
    "This circle was handed over. It takes more support again by its own decision, on the page of the time after."
)
NOT_EARLIER = "Choose an earlier stage: more support is what the circle takes again."
NOT_YOURS = "That is for the circle’s trainer, or an administrator, who does not sit in it."


@dataclass(frozen=True, slots=True)
class Counted:
    """How a meeting ran, in numbers. `turns` are the questions each asked, by seat."""

    run_by: str
    holder: str
    stepped_in: int
    noticed_inside: int
    noticed_outside: int
    agreed: bool
    early: bool
    step: str
    turns: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """What an observer saw: how much had to be done, what the circle needs next time, and what it may take from it."""

    helped: int  # 1 to 5, a place in HELPED
    stage: str
    seen: tuple[str, ...]
    keep: str = ""
    try_next: str = ""
    concern: bool = False


def gates_first(titles: Sequence[str], name: str) -> str:
    """Why a circle cannot enter the stage of this name yet."""
    one = len(titles) == 1
    return (
        f"“{name}” needs {quoted(titles)} first, and nothing else makes up for {'it' if one else 'them'}. "
        "The stool can stay, or move back."
    )


def meaning(from_stage: str, to_stage: str) -> str:
    """What whoever moves the stool puts their name to."""
    return f"I have read the signs of this circle, and it goes from {from_stage} to {to_stage}"


def may_move(actor: Actor, *, trainer_id: uuid.UUID, provider_id: uuid.UUID) -> bool:
    """The circle's trainer moves the stool while they train for its provider, and its administrators; of these,
    nobody who sits there.
    """
    if provider_id in actor.organisations(Role.ADMINISTRATOR):
        return True
    return actor.person_id == trainer_id and provider_id in actor.organisations(Role.TRAINER)


class Bound(Protocol):
    """A move as it is kept."""

    id: uuid.UUID
    group_id: uuid.UUID
    from_stage: str
    to_stage: str
    reason: str
    decided_by: uuid.UUID
    standard_id: str
    standard_version: int
    standard_hash: str
    readiness: dict[str, Any]
    handed_over_at: datetime | None
    proposed_by: uuid.UUID | None


def payload(move: Bound) -> dict[str, Any]:
    """What a move binds: everything it says and all that was seen, ready to be digested."""
    ended = {} if move.handed_over_at is None else {"handed_over_at": move.handed_over_at.astimezone(UTC).isoformat()}
    by_two = {} if move.proposed_by is None else {"proposed_by": str(move.proposed_by)}
    return {
        "move_id": str(move.id),
        "group_id": str(move.group_id),
        "from": move.from_stage,
        "to": move.to_stage,
        "reason": move.reason,
        "decided_by": str(move.decided_by),
        "standard": {"id": move.standard_id, "version": move.standard_version, "hash": move.standard_hash},
        "readiness": move.readiness,
        **ended,
        **by_two,
    }
