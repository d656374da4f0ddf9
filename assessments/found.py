"""The answer of one clause about a person: does it hold, what is there, what would help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assessments.actions import Action
from assessments.evidence import SessionEvidence

Short = Literal["missing", "not_seen", "expired"]


@dataclass(frozen=True)
class Found:
    """The answer of one clause. `short` names what kind of not-there it is, and means nothing when it holds.

    `lessons`, `others` and `sessions` are the evidence it rests on, by id. `refused` is what it looked at and did not
    count: a title, the reason, the id. `when` is the day in words, where the clause knows it.
    """

    holds: bool
    seen: str
    action: Action
    sessions: Sequence[SessionEvidence] = ()
    lessons: Sequence[str] = ()
    short: Short = "missing"
    have: int = 0
    need: int = 0
    others: Sequence[str] = ()
    refused: Sequence[tuple[str, str, str]] = ()
    when: str = ""

    @property
    def evidence(self) -> tuple[str, ...]:
        return (*self.lessons, *self.others, *(session.id for session in self.sessions))
