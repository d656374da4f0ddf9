"""Invented evidence for the tests of a circle's readiness: five people who meet every week."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from assessments.group_evidence import (
    Check,
    GroupEvidence,
    MeetingEvidence,
    Member,
    Observation,
    PlannedMeeting,
    Renewal,
    SafeguardingWord,
    SafetySurvey,
    Sample,
    SponsorWord,
)

AT = date(2026, 12, 1)
NAMES = ("Amara Osei", "Bashir Noor", "Carys Lloyd", "Dana Petrova", "Emil Berg", "Femi Ade", "Grace Oh", "Hugo Lind")
RUTH = Observation(observer_id="ruth", observer_name="Ruth Tamihana", independent=False)
JOAN = Observation(observer_id="joan", observer_name="Joan Fairweather", independent=True)


def people(size: int = 5) -> tuple[Member, ...]:
    return tuple(Member(id=name[0].lower(), name=name, joined_on=date(2026, 6, 1)) for name in NAMES[:size])


def meeting(n: int, held_on: date, size: int = 5, **other: Any) -> MeetingEvidence:
    """Well held: run by the n-th member, of the problem of the next; the others ask four questions each."""
    ids = [member.id for member in people(size)]
    runner, holder = ids[n % size], ids[(n + 1) % size]
    facts: dict[str, Any] = {
        "id": f"m{n}",
        "held_on": held_on,
        "present": tuple(ids),
        "run_by": runner,
        "stepped_in": 0,
        "caught_by_members": 2,
        "caught_by_facilitator": 0,
        "agreed": True,
        "early_solutions": False,
        "holder_id": holder,
        "turns": {each: 4 for each in ids if each not in (runner, holder)},
        "step_promised": True,
        "step_reported": True,
        "observed": (RUTH, JOAN),
        "host_id": holder,
    }
    return MeetingEvidence(**{**facts, **other})


def meetings(count: int = 10, size: int = 5, **other: Any) -> tuple[MeetingEvidence, ...]:
    """The last one week before AT."""
    return tuple(meeting(n, AT - timedelta(days=7 * (count - n)), size, **other) for n in range(count))


def planned(count: int = 3) -> tuple[PlannedMeeting, ...]:
    return tuple(
        PlannedMeeting(id=f"p{n}", held_on=AT + timedelta(days=7 * (n + 1)), host_id="a", deputy_id="b")
        for n in range(count)
    )


def sample(name: str = "coded", **other: Any) -> Sample:
    facts: dict[str, Any] = {
        "id": name,
        "coded_on": AT - timedelta(days=20),
        "coded_by": "people",
        "sessions": 2,
        "turns": 80,
        "open": 70,
        "without_advice": 78,
        "coders": 2,
        "kappa": 0.71,
    }
    return Sample(**{**facts, **other})


def survey(name: str = "survey", **other: Any) -> SafetySurvey:
    facts: dict[str, Any] = {"on_day": AT - timedelta(days=30), "answers": 5, "asked": 5, "median": 5.5, "lowest": 4.0}
    return SafetySurvey(id=name, **{**facts, **other})


def circle(size: int = 5, **parts: Any) -> GroupEvidence:
    """Everything there, unless said otherwise."""
    facts: dict[str, Any] = {
        "members": people(size),
        "meetings": meetings(size=size),
        "planned": planned(),
        "renewals": (Renewal(id="contract", renewed_on=AT - timedelta(days=10), meetings=5),),
        "sponsor": (SponsorWord(id="sponsor", said_on=AT - timedelta(days=40), until=date(2027, 7, 31)),),
        "checks": tuple(
            Check(id=f"{topic}-{member.id}", topic=topic, member_id=member.id, done_on=AT - timedelta(days=50))
            for topic in ("limits", "help")
            for member in people(size)
        ),
        "safeguarding": (SafeguardingWord(id="asked", said_on=AT - timedelta(days=5), open=False),),
        "samples": (sample(),),
        "surveys": (survey(asked=size, answers=size),),
    }
    return GroupEvidence(**{**facts, **parts})
