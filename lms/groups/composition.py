"""Pure rules about who sits well together. They warn, with the reason; who may sit where is for people to decide."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from lms.groups.rules import FEWEST, MOST

# Where somebody stands in their organisation, from the smallest say over others to the greatest.
BANDS = {
    1: "Leads nobody",
    2: "Leads a team",
    3: "Leads people who lead teams",
    4: "Leads the organisation",
}
COMPARABLE = 1  # bands apart


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands: their band, and whether the person they report to sits in the same circle.

    `reports_to` is a member, or the facilitator; `both_agreed` that the two have said yes to sitting together.
    """

    band: int | None = None
    reports_to: uuid.UUID | None = None
    both_agreed: bool = False


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody in the circle, as these rules see them."""

    id: uuid.UUID
    name: str
    standing: Standing = Standing()


def warnings(facilitator: Seat, members: Sequence[Seat]) -> list[str]:
    """What may keep this circle from working well, each with its reason. Nothing is refused."""
    found = [size_warning(len(members) + 1), status_warning(members), *manager_warnings(facilitator, members)]
    return [sentence for sentence in found if sentence]


def size_warning(people: int) -> str:
    """A sentence when a circle is too small or too large to work well."""
    if people < FEWEST:
        return (
            f"A circle works best with {FEWEST} to {MOST} people. This one has {people}: with so few, "
            "everyone is asked too often and nobody can only listen."
        )
    if people > MOST:
        return (
            f"A circle works best with {FEWEST} to {MOST} people. This one has {people}: with so many, "
            "not everyone gets a turn to ask."
        )
    return ""


def status_warning(members: Sequence[Seat]) -> str:
    """A sentence when the members whose band is known do not stand near one another."""
    known = [(member.standing.band, member.name) for member in members if member.standing.band is not None]
    if not known:
        return ""
    (low, lower), (high, higher) = min(known), max(known)
    if high - low <= COMPARABLE:
        return ""
    return (
        f"{lower} ({_in_words(low)}) and {higher} ({_in_words(high)}) stand far apart: "
        "people ask and admit less in front of somebody who has much more say than they have."
    )


def manager_warnings(facilitator: Seat, members: Sequence[Seat]) -> list[str]:
    """A sentence for everybody who sits with their own line manager before both have agreed."""
    here = {seat.id: seat.name for seat in (facilitator, *members)}
    return [
        f"{member.name} reports to {here[member.standing.reports_to]}, and it is not recorded that both agree to sit "
        "here together: nobody speaks freely in front of the person who judges their work."
        for member in members
        if member.standing.reports_to in here and not member.standing.both_agreed
    ]


def _in_words(band: int) -> str:
    words = BANDS[band]
    return words[0].lower() + words[1:]
