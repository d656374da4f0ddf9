"""What may be asked of a circle: every kind of clause, its parameters, and which of them contradict themselves."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from assessments.asks import Positive, Slug, Words, wrong
from assessments.group_evidence import Topic
from courses.source import Frozen

LARGEST = 8  # a circle has four to eight chairs, and a round’s timing has no room for more (`lms.groups.rules`)
WITHOUT_ASKERS_SEAT = 2  # the holder, and the member who runs the round

Share = Annotated[float, Field(gt=0, le=1)]


class Least(Frozen):
    """A number of members, a share of the circle rounded up, or the larger of the two."""

    number: Positive | None = None
    share: Share | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.number is None and self.share is None:
            raise wrong("“least” should have a number, a share, or both")
        return self

    def of(self, size: int) -> int:
        """How many that is in a circle of this size."""
        return max(self.number or 1, ceil((self.share or 0) * size - 1e-9))


class GroupClause(Frozen):
    """`gate`: no reason given by anybody makes up for it."""

    id: Slug
    title: Words
    gate: bool = False

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        for sentence in self.faults():
            raise wrong(f"“{self.id}” {sentence}")
        return self

    def faults(self) -> Iterator[str]:
        """What no circle could ever meet, as the end of a sentence that begins with the clause's id."""
        yield from ()

    def least_of(self, _size: int) -> int:
        """How many different members of a circle of this size it needs."""
        return 0


class Members(GroupClause):
    """The circle has at least so many members. Every standard asks it, by `fewest_members`."""

    kind: Literal["members"] = "members"
    least: Positive


class NoOpenCase(GroupClause):
    """Whoever is responsible said lately that no safeguarding case is open."""

    kind: Literal["no-open-case"]


class KnownByAll(GroupClause):
    """Every member has shown that they know the limits of confidentiality (`limits`), or when to call whom (`help`)."""

    kind: Literal["known-by-all"]
    topic: Topic


class ContractRenewed(GroupClause):
    """The circle's last renewal covers so many meetings, and one of them is still to come."""

    kind: Literal["contract-renewed"]
    meetings: Positive


class Booked(GroupClause):
    """The next so many meetings are in the calendar, each with a host and a deputy from the circle."""

    kind: Literal["booked"]
    meetings: Positive


class ProtectedTime(GroupClause):
    """The sponsor has protected the time in writing for so many months from the day of the page."""

    kind: Literal["protected-time"]
    months: Positive


class Windowed(GroupClause):
    """Looks at the last `of_last` meetings."""

    of_last: Positive


class Counted(Windowed):
    """At least `least` of the last `of_last`."""

    least: Positive

    def faults(self) -> Iterator[str]:
        if self.least > self.of_last:
            yield f"asks for {self.least} of the last {self.of_last}; least should be {self.of_last} or below"


class OfMembers(Windowed):
    """So many different members in the last meetings, one at each."""

    least: Least

    def faults(self) -> Iterator[str]:
        need = self.least.of(LARGEST)
        if need > LARGEST:
            yield f"asks for {need} different members, and a circle has {LARGEST} at most"
        elif need > self.of_last:
            yield f"asks for {need} different members of a circle of {LARGEST} in the last {self.of_last} meetings"

    def least_of(self, size: int) -> int:
        return self.least.of(size)


class SeatRotation(OfMembers):
    """So many different members ran a round."""

    kind: Literal["seat-rotation"]


class BothRoles(OfMembers):
    """So many members have both held and helped."""

    kind: Literal["both-roles"]


class OwnRunning(Counted):
    """Rounds run by members with at most `stepped_in_most` interventions; with none in the last `alone_last`."""

    kind: Literal["own-running"]
    stepped_in_most: Annotated[int, Field(ge=0)]
    alone_last: Positive | None = None


class CodedShare(GroupClause):
    """Turns that are open, or without advice, by people's coding: the one-sided 95 % Wilson lower bound of the share.

    Only samples count that `coders` people or more labelled, each alone, and agreed to κ `kappa` or more.
    """

    kind: Literal["coded-share"]
    of: Literal["open", "without_advice"]
    lower_bound: Annotated[float, Field(gt=0, lt=1)]
    turns: Positive
    sessions: Positive
    coders: Annotated[int, Field(ge=2)]
    kappa: Annotated[float, Field(gt=0, lt=1)]

    def faults(self) -> Iterator[str]:
        if self.sessions > self.turns:
            yield f"asks for fewer turns than sessions; turns should be {self.sessions} or more"


class BreachesCaught(GroupClause):
    """Of `breaches` or more that anybody noticed in the last `days` days, the share that a member noticed."""

    kind: Literal["breaches-caught"]
    share: Share
    breaches: Positive
    days: Positive


class ProblemFirst(Counted):
    """Meetings with an agreed and confirmed problem; at most `early_most` with solutions before it."""

    kind: Literal["problem-first"]
    early_most: Annotated[int, Field(ge=0)]


class Balance(Windowed):
    """The median evenness of question turns, and the largest share of one where four or more could ask."""

    kind: Literal["balance"]
    median_least: Share
    largest_share_most: Share

    def faults(self) -> Iterator[str]:
        seats = LARGEST - WITHOUT_ASKERS_SEAT
        if self.largest_share_most < 1 / seats:
            yield (
                f"allows one member less than an even share, 1 of {seats}; "
                f"largest_share_most should be {ceil(100 / seats) / 100} or more"
            )


class Safety(GroupClause):
    """The last survey: enough of those asked answered, the median is so high, and no answer is below so much."""

    kind: Literal["safety"]
    median_least: Annotated[float, Field(ge=1, le=7)]
    none_below: Annotated[float, Field(ge=1, le=7)]
    response: Share

    def faults(self) -> Iterator[str]:
        if self.none_below > self.median_least:
            yield "asks more of the lowest answer than of the median; none_below should not be above median_least"


class Attendance(Windowed):
    """The mean share of the circle that was there."""

    kind: Literal["attendance"]
    share: Share


class FollowThrough(Counted):
    """Of the last promised next steps, so many were reported back."""

    kind: Literal["follow-through"]


class Observed(GroupClause):
    """So many rounds with `forms_each` forms or more, by so many people, some independent, so many months apart."""

    kind: Literal["observed"]
    rounds: Positive
    forms_each: Positive
    observers: Positive
    independent: Annotated[int, Field(ge=0)]
    months: Annotated[int, Field(ge=0)]

    def faults(self) -> Iterator[str]:
        if self.independent > self.observers:
            yield "asks for more independent observers than observers; independent should not be above observers"


Criterion = SeatRotation | BothRoles | OwnRunning | CodedShare | BreachesCaught | ProblemFirst | Balance | Safety
Gate = NoOpenCase | KnownByAll | ContractRenewed | Booked | ProtectedTime
Asked = Annotated[Gate | Criterion | Attendance | FollowThrough | Observed, Field(discriminator="kind")]
