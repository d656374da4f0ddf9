"""The answer of one clause about a circle: does it hold, what was seen, and who can do what next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from assessments.group_evidence import GroupView, MeetingEvidence

GroupState = Literal["there", "missing", "not_seen", "expired", "blocked"]
Who = Literal["the circle", "the trainer", "the sponsor"]


@dataclass(frozen=True)
class GroupFound:
    """`short` names what kind of not-there it is, and means nothing when it holds.

    `meetings` and `others` are the evidence it rests on. `meetings` grow old: see `still`.
    """

    holds: bool
    seen: str
    who: Who
    action: str
    have: int = 0
    need: int = 0
    meetings: Sequence[MeetingEvidence] = ()
    others: Sequence[str] = ()
    short: GroupState = "missing"

    @property
    def evidence(self) -> tuple[str, ...]:
        return (*self.others, *(meeting.id for meeting in self.meetings))


def still(found: GroupFound, view: GroupView) -> GroupFound:
    """What was found, expired where it holds by meetings of which not one is recent."""
    if not found.holds or not found.meetings:
        return found
    newest = max(meeting.held_on for meeting in found.meetings)
    if view.recent(newest):
        return found
    return replace(
        found,
        holds=False,
        short="expired",
        who="the circle",
        seen=f"{found.seen.rstrip('.')}; the last of it {ago(newest, view)}.",
        action="The circle meets again and writes up what it counts.",
    )


def ago(value: date, view: GroupView) -> str:
    """How an old day is said: “on 2 February, more than 90 days ago”."""
    return f"on {view.date(value)}, more than {view.recency_days} days ago"
