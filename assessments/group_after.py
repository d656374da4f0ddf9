"""What a standard says about a circle after its hand-over: when it is asked, what is drift, where it steps back to.

The triggers and their numbers are our start values (docs/standards.md). None of them moves anything: they are shown to
the circle, and people decide.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from assessments.asks import Positive, wrong
from courses.source import Frozen

LATEST_CHECK = 730  # days; whoever asks a circle after two years asks another circle


class BalanceFell(Frozen):
    """Question turns were less even than `below` in this many counted meetings running."""

    kind: Literal["balance"]
    below: Annotated[float, Field(gt=0, le=1)]
    times: Positive


class MeetingsMissed(Frozen):
    """So many meetings in a row fell through."""

    kind: Literal["meetings-missed"]
    in_a_row: Positive


class SafetyFell(Frozen):
    """The middle answer about safety is lower by so much than at the hand-over."""

    kind: Literal["safety-fell"]
    by: Annotated[float, Field(gt=0, le=6)]


class Harm(Frozen):
    """The circle says that somebody was harmed or felt unsafe."""

    kind: Literal["harm"]


class NobodyHosts(Frozen):
    """The circle says so; or no meeting to come has a member as host, so many days after the last that had."""

    kind: Literal["nobody-hosts"]
    days: Positive


class CheckUnanswered(Frozen):
    """A check was not answered within so many days."""

    kind: Literal["check-unanswered"]
    days: Positive


Trigger = Annotated[
    BalanceFell | MeetingsMissed | SafetyFell | Harm | NobodyHosts | CheckUnanswered, Field(discriminator="kind")
]


class After(Frozen):
    """The days on which a circle is asked, the signs of drift, and how its trainer can be asked back.

    `step_back_to` is offered first when a circle takes more support again. `help_days` is how long its trainer reads
    its page after a call for help. `target_share`: at most so many of the circles step back before the last check.
    """

    checks_days: Annotated[tuple[Positive, ...], Field(min_length=1)]
    signs: Annotated[tuple[Trigger, ...], Field(min_length=1)]
    step_back_to: str
    help_days: Annotated[int, Field(ge=1, le=180)]
    target_share: Annotated[float, Field(gt=0, lt=1)]

    @field_validator("checks_days")
    @classmethod
    def _in_order(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if list(days) != sorted({*days}) or days[-1] > LATEST_CHECK:
            raise wrong(f"checks_days should be different days in order, {LATEST_CHECK} at most")
        return days

    @field_validator("signs")
    @classmethod
    def _each_once(cls, signs: tuple[Trigger, ...]) -> tuple[Trigger, ...]:
        kinds = [each.kind for each in signs]
        for kind in kinds:
            if kinds.count(kind) > 1:
                raise wrong(f"“{kind}” stands here twice; every sign has one number")
        return signs

    @property
    def looked_at(self) -> int:
        """How many days after the hand-over it is known whether a circle stepped back: those of the last check."""
        return self.checks_days[-1]
