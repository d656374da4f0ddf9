"""What a circle's readiness is judged from: plain frozen facts that were counted, and how they look on one day.

There are no words of anybody in here. None always means “nobody has written it down”, which is neither yes nor no.
Ids are strings and only handed back, so a page can link to what counted. Nothing here knows a standard.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from assessments.wording import day, first_name, listed
from courses.source import Frozen

Count = Annotated[int, Field(ge=0)]
Answer = Annotated[float, Field(ge=1, le=7)]
CodedBy = Literal["people", "machine", "self"]
Topic = Literal["limits", "help"]

FACILITATOR = "facilitator"  # in `run_by`: the appointed facilitator led, and no member did


class Member(Frozen):
    """Somebody who sits in the circle, or did. `left_on` is the first day without them."""

    id: str
    name: str
    joined_on: date
    left_on: date | None = None


class Observation(Frozen):
    """One form that somebody filled in about a meeting. `independent`: of the circle, decided by data."""

    observer_id: str
    observer_name: str
    independent: bool


class MeetingEvidence(Frozen):
    """A meeting, and what was counted in it.

    `run_by` is a member's id or FACILITATOR. `stepped_in` is how often the trainer or facilitator did.
    `agreed`: the problem was agreed and its holder confirmed it. `early_solutions`: solutions were talked about before
    that. `turns` are question turns by member; whoever was present and is not in it asked nothing.
    """

    id: str
    held_on: date
    cancelled: bool = False
    present: tuple[str, ...] | None = None
    run_by: str | None = None
    stepped_in: Count | None = None
    caught_by_members: Count | None = None
    caught_by_facilitator: Count | None = None
    agreed: bool | None = None
    early_solutions: bool | None = None
    holder_id: str | None = None
    turns: dict[str, Count] | None = None
    step_promised: bool | None = None
    step_reported: bool | None = None
    observed: tuple[Observation, ...] = ()
    host_id: str | None = None


class PlannedMeeting(Frozen):
    """A meeting in the calendar, and who of the circle looks after its place and its reminder."""

    id: str
    held_on: date
    host_id: str | None = None
    deputy_id: str | None = None


class Renewal(Frozen):
    """The circle renewed its own contract in writing, for so many meetings after that day."""

    id: str
    renewed_on: date
    meetings: Annotated[int, Field(ge=1)]


class SponsorWord(Frozen):
    """The sponsor confirmed in writing that the time is protected until this day."""

    id: str
    said_on: date
    until: date


class Check(Frozen):
    """A member showed that they know the limits of confidentiality, or whom to call for help and when."""

    id: str
    topic: Topic
    member_id: str
    done_on: date


class SafeguardingWord(Frozen):
    """Whoever is responsible said whether a safeguarding case is open. The last word holds."""

    id: str
    said_on: date
    open: bool


class Sample(Frozen):
    """Turns of the question phase, labelled. `kappa` is how far the coders agreed, where there were two or more.

    `kappa_advice` is how far they agreed on advice, where that was looked at apart: each share rests on its own labels.
    `withdrawn`: whoever spoke took their yes back since.
    """

    id: str
    coded_on: date
    coded_by: CodedBy
    sessions: Annotated[int, Field(ge=1)]
    turns: Annotated[int, Field(ge=1)]
    open: Count
    without_advice: Count
    coders: Annotated[int, Field(ge=1)] = 1
    kappa: Annotated[float, Field(ge=-1, le=1)] | None = None
    kappa_advice: Annotated[float, Field(ge=-1, le=1)] | None = None
    withdrawn: bool = False

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if max(self.open, self.without_advice) > self.turns:
            raise ValueError("a part of the turns is larger than all of them")
        return self


class SafetySurvey(Frozen):
    """An anonymous survey of psychological safety, 1 to 7. `asked` is None where nobody noted how many were asked."""

    id: str
    on_day: date
    answers: Count
    asked: Count | None = None
    median: Answer | None = None
    lowest: Answer | None = None


class GroupEvidence(Frozen):
    """Everything known about one circle. The order inside each part never matters."""

    members: tuple[Member, ...] = ()
    meetings: tuple[MeetingEvidence, ...] = ()
    planned: tuple[PlannedMeeting, ...] = ()
    renewals: tuple[Renewal, ...] = ()
    sponsor: tuple[SponsorWord, ...] = ()
    checks: tuple[Check, ...] = ()
    safeguarding: tuple[SafeguardingWord, ...] = ()
    samples: tuple[Sample, ...] = ()
    surveys: tuple[SafetySurvey, ...] = ()

    @field_validator("*")
    @classmethod
    def _nothing_twice(cls, each: tuple[Frozen, ...]) -> tuple[Frozen, ...]:
        if any(times > 1 for times in Counter(getattr(one, "id", "") for one in each).values()):
            raise ValueError("the same id stands here twice; evidence counts once")
        return each


@dataclass(frozen=True)
class GroupView:
    """The evidence on one day, each part in the order of its days.

    `members` are those of that day, `ever` with those who have left.
    """

    at: date
    recency_days: int
    fewest_answers: int
    members: dict[str, Member]
    ever: tuple[Member, ...]
    held: tuple[MeetingEvidence, ...]
    cancelled: tuple[MeetingEvidence, ...]
    planned: tuple[PlannedMeeting, ...]
    renewals: tuple[Renewal, ...]
    sponsor: tuple[SponsorWord, ...]
    checks: tuple[Check, ...]
    safeguarding: tuple[SafeguardingWord, ...]
    samples: tuple[Sample, ...]
    surveys: tuple[SafetySurvey, ...]

    @property
    def size(self) -> int:
        return len(self.members)

    def recent(self, value: date) -> bool:
        """Whether that day is near enough to say something about the circle of today."""
        return value > self.at - timedelta(days=self.recency_days)

    def names(self, ids: Iterable[str]) -> str:
        """First names in the order of the alphabet; two who share one are told apart by their whole names."""
        times = Counter(first_name(member.name) for member in self.members.values())
        chosen = [self.members[each].name for each in set(ids) if each in self.members]
        return listed(sorted(name if times[first_name(name)] > 1 else first_name(name) for name in chosen))

    def date(self, value: date) -> str:
        return day(value, self.at)


def look_at_circle(evidence: GroupEvidence, at: date, *, recency_days: int, fewest_answers: int) -> GroupView:
    """The evidence as it stood on `at`. What came later is left out, so an old day can be judged again."""
    meetings = sorted((m for m in evidence.meetings if m.held_on <= at), key=lambda m: (m.held_on, m.id))
    members = sorted(evidence.members, key=lambda m: m.id)
    known = {meeting.id for meeting in evidence.meetings}
    planned = (p for p in evidence.planned if p.held_on > at and p.id not in known)
    return GroupView(
        at=at,
        recency_days=recency_days,
        fewest_answers=fewest_answers,
        members={m.id: m for m in members if m.joined_on <= at and (m.left_on is None or m.left_on > at)},
        ever=tuple(m for m in members if m.joined_on <= at),
        held=tuple(m for m in meetings if not m.cancelled),
        cancelled=tuple(m for m in meetings if m.cancelled),
        planned=tuple(sorted(planned, key=lambda p: (p.held_on, p.id))),
        renewals=tuple(
            sorted((r for r in evidence.renewals if r.renewed_on <= at), key=lambda r: (r.renewed_on, r.id))
        ),
        sponsor=tuple(sorted((s for s in evidence.sponsor if s.said_on <= at), key=lambda s: (s.said_on, s.id))),
        checks=tuple(sorted((c for c in evidence.checks if c.done_on <= at), key=lambda c: (c.done_on, c.id))),
        safeguarding=tuple(
            sorted((w for w in evidence.safeguarding if w.said_on <= at), key=lambda w: (w.said_on, w.open, w.id))
        ),
        samples=tuple(sorted((s for s in evidence.samples if s.coded_on <= at), key=lambda s: (s.coded_on, s.id))),
        surveys=tuple(sorted((s for s in evidence.surveys if s.on_day <= at), key=lambda s: (s.on_day, s.id))),
    )
