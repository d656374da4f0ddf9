"""Pure rules about groups: who may arrange one, how many chairs make a circle, when a wall clock's time happens."""

from __future__ import annotations

import uuid
from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import available_timezones

from assessments.wording import some
from lms.core.actor import Actor, Role
from lms.core.phrases import number

FACILITATOR = "facilitator"  # their seat, which is nobody's row
NAME_LENGTH = 80
ZONE_LENGTH = 40
FEWEST, MOST = 4, 8
SHORTEST, LONGEST = 15, 300
DEFAULT_MINUTES = 75
FURTHEST = timedelta(days=730)
TIME_FORMATS = ("%H:%M", "%H.%M", "%H%M", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p")


@dataclass(frozen=True, slots=True)
class Seat:
    """Where somebody sits. `id` is how forms call it; `person_id` is their account, if they have one."""

    id: str
    name: str
    person_id: uuid.UUID | None = None

    @property
    def member_id(self) -> uuid.UUID | None:
        """The chair's row; the facilitator's seat has none."""
        return None if self.id == FACILITATOR else uuid.UUID(self.id)


@dataclass(frozen=True, slots=True)
class NewGroup:
    """What somebody typed to start a group; who trains whom is looked up, not typed."""

    name: str
    unit_id: uuid.UUID
    facilitator_id: uuid.UUID
    trainer_id: uuid.UUID
    zone: str
    place: str


@cache
def zones() -> tuple[str, ...]:
    """The time zones people live in, such as Europe/London."""
    beside = ("Etc/", "SystemV/", "US/")
    return tuple(sorted(name for name in available_timezones() if "/" in name and not name.startswith(beside)))


def is_zone(name: str) -> bool:
    """Whether `name` is one of them."""
    return name in zones()


def may_arrange(
    actor: Actor,
    *,
    provider_id: uuid.UUID,
    facilitator_id: uuid.UUID,
    trainer_id: uuid.UUID,
    is_handed_over: bool = False,
) -> bool:
    """Who may say who sits in a circle and when it meets: its facilitator, its trainer, its provider's administrators.

    Its trainer only while they train for the provider and the circle is not handed over.
    """
    if provider_id in actor.organisations(Role.ADMINISTRATOR) or actor.person_id == facilitator_id:
        return True
    trains = actor.person_id == trainer_id and provider_id in actor.organisations(Role.TRAINER)
    return trains and not is_handed_over


def is_asked_back(until: date | None, today: date) -> bool:
    """Whether a circle that was handed over has asked its trainer for help, and lets them read its page for it."""
    return until is not None and today <= until


def misfits(
    new: NewGroup,
    units: Container[uuid.UUID],
    facilitators: Container[uuid.UUID],
    trainers: Container[uuid.UUID],
) -> dict[str, str]:
    """What in a new group is not on offer, or does not go together."""
    wrong: dict[str, str] = {}
    if new.unit_id not in units:
        wrong["unit"] = "Choose one of the units on the list."
    if new.facilitator_id not in facilitators:
        wrong["facilitator"] = "Choose one of the people on the list."
    if new.trainer_id not in trainers:
        wrong["trainer"] = "Choose one of the trainers on the list."
    elif new.trainer_id == new.facilitator_id:
        wrong["trainer"] = "Choose somebody else as trainer: nobody supervises their own practice."
    return wrong


def headline(groups: int) -> str:
    """What the list of groups says first."""
    return f"{number(groups, capital=True)} {'circle' if groups == 1 else 'circles'}"


def read_time(typed: str) -> time | None:
    """A time of day: 14:30, 14.30, 2:30 pm."""
    for pattern in TIME_FORMATS:
        try:
            return datetime.strptime(typed.strip().upper(), pattern).time()  # noqa: DTZ007 - a wall clock has no zone
        except ValueError:
            continue
    return None


def chairs(seats: int) -> tuple[int, dict[int, str]]:
    """The chairs to draw and what marks them: the facilitator's first, empty ones up to what a circle needs."""
    drawn = max(seats, FEWEST)
    return drawn, {0: "you"} | dict.fromkeys(range(seats, drawn), "gap")


def people_in(seats: int) -> str:
    """How many sit in a circle."""
    return some(seats, "person", "people")
