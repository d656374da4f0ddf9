"""Pure rules of coding: how long and how many, why a sample ended, what two coders sign."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from assessments.wording import listed, opening

LONGEST_TURN, MOST_TURNS = 400, 120
ROWS_AT_FIRST, ROWS_MORE = 12, 10
ON_A_PAGE = 10
FEWEST_MEMBERS = 4
LATEST = timedelta(days=30)  # after a meeting nobody remembers its turns as they were said
KEPT = timedelta(days=42)  # from asking: the longest that words are here
ENDED = {
    "holder": "Whoever brought the problem took their yes back. All turns are deleted.",
    "few": "Somebody took their yes back, and too few turns are left to say anything. All are deleted.",
    "late": "It was not finished in time. All turns are deleted, as was promised.",
    "own": "Whoever led said no, or took their yes back. All turns are deleted.",
    "stopped": "It was stopped by those who asked for it. All turns are deleted.",
}
STATES = {
    "asked": "Waiting for the yes of the circle, and for its turns",
    "coding": "Being read by two people, each alone",
    "comparing": "Both have read it and talk about where they differ",
    "closed": "Settled and signed by both",
    "ended": "Ended",
}
OWN_STATES = STATES | {"asked": "Waiting for the yes of whoever led and of the circle, and for the turns"}
MEANING = "We read these turns each alone, settled where we differed, and this is what they are"
A_ROUND = "a round that somebody led"  # all that coders of somebody's own turns are told of where it was
OLD_PAGE = "Something changed while your page was open. What you chose is still here; look at it and send it again."


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn as somebody typed it: from which seat, and what was said."""

    seat: str
    words: str


class Result(Protocol):
    """A result as it is kept."""

    sample_id: uuid.UUID
    group_id: uuid.UUID
    meeting_id: uuid.UUID
    person_id: uuid.UUID | None
    coded_on: date
    turns: int
    open: int
    without_advice: int
    alike_open: int
    alike_advice: int
    kappa_open: int
    kappa_advice: int
    seed: str
    written_by: uuid.UUID
    written_at: datetime
    written_proof: str
    signed_by: uuid.UUID


FIGURES = ("turns", "open", "without_advice", "alike_open", "alike_advice", "kappa_open", "kappa_advice")


def payload(result: Result) -> dict[str, Any]:
    """What both put their names to, ready to be digested: figures, the draw, and who wrote it down when and how."""
    return {
        "sample_id": str(result.sample_id),
        "group_id": str(result.group_id),
        "meeting_id": str(result.meeting_id),
        **({"person_id": str(result.person_id)} if result.person_id else {}),
        "coded_on": result.coded_on.isoformat(),
        **{name: getattr(result, name) for name in FIGURES},
        "seed": result.seed,
        "written_by": str(result.written_by),
        "written_at": result.written_at.isoformat(timespec="microseconds"),
        "written_proof": result.written_proof,
        "signed_by": str(result.signed_by),
    }


def unlabelled(places: Sequence[int]) -> str:
    """Which turns still want a label: “Turns 3, 7 and 12 want a label still.”"""
    if len(places) == 1:
        return f"Turn {places[0] + 1} wants both answers still."
    shown = [str(place + 1) for place in places[:12]]
    more = [f"{len(places) - 12} more"] if len(places) > 12 else []
    return f"Turns {listed([*shown, *more])} want both answers still."


def taken_out(turns: int, on: str) -> str:
    """What coders are told after a withdrawal. Never whose turns they were."""
    were = "turn was" if turns == 1 else "turns were"
    return f"{opening(turns)} {were} taken out on {on}, because somebody took their yes back."


def page_of(place: int) -> int:
    """On which of a coder's pages a turn stands; the first is 1."""
    return place // ON_A_PAGE + 1


def pages(turns: int) -> int:
    """How many pages a coder has."""
    return max(1, -(-turns // ON_A_PAGE))
