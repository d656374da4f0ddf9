"""Pure words and places of the home page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assessments.wording import initials, listed

NOON, EVENING = 12, 18
# Where the trainer’s stool stands on each of the five places of the way; for a first session it stands beside.
STOOLS = ("watch", "beside", "outside", "away", "gone")
AT_MEETING = ("beside", "beside", "outside", "away", "gone")
MOST_CHAIRS = 10
MARKS = {"done": "done", "current": "here", "ahead": ""}


def greeting(hour: int) -> str:
    """What one says at this hour."""
    if hour < NOON:
        return "Good morning"
    return "Good afternoon" if NOON <= hour < EVENING else "Good evening"


def weekday(on: date) -> str:
    """“Thursday 14 May”."""
    return f"{on:%A} {on.day} {on:%B}"


def where_trainer_is(place: int, trainer: str) -> str:
    """Who leads and where the trainer is at a meeting, by the place on the way."""
    where = {
        "beside": f"{trainer} sits beside you on the stool",
        "outside": f"{trainer} sits outside the circle",
        "away": f"{trainer} is a phone call away",
        "gone": "no trainer is there",
    }
    return where[AT_MEETING[place]]


def chairs(members: Sequence[str]) -> dict[int, str]:
    """What stands on each chair of a drawn circle: you at the bottom, then everybody’s initials."""
    return dict(enumerate(["You", *(initials(each) for each in members[: MOST_CHAIRS - 1])]))


def spoken(members: Sequence[str], where: str) -> str:
    """The drawing in words."""
    others = listed(list(members)) or "Nobody else"
    return f"A circle of chairs. You facilitate, {where}. {others} {'sits' if len(members) < 2 else 'sit'} with you."
