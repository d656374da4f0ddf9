"""Pure words and places of the home page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assessments.dilemmas import current_dilemmas
from assessments.wording import initials, listed, opening
from lms.advising.rules import THEMES

NOON, EVENING = 12, 18
# Where the trainer’s stool stands on each of the five places of the way; for a first session it stands beside.
STOOLS = ("watch", "beside", "outside", "away", "gone")
AT_MEETING = ("beside", "beside", "outside", "away", "gone")
MOST_CHAIRS = 10
MARKS = {"done": "done", "current": "here", "ahead": ""}
# One sentence for each kind of what may wait for somebody; it is the link to where it is done.
WAITS = {
    "hand-over-sign": "Sign the hand-over of {name}, or read what is short",
    "hand-over-answer": "Say yes or no to the hand-over of {name}",
    "after-check": "Answer the check of {name} after {days} days, in two minutes",
    "panel-vote": "Cast your vote on the panel about {name}",
    "interview-note": "Hear {name} in the values interview, and write your note",
    "interview-talk": "Talk about the values interview of {name}, and close it",
    "coding-label": "Read what was asked in {name}, alone, and label it",
    "coding-compare": "Settle with the other reader what was asked in {name}",
    "coding-agree": "Say yes to what the other reader wrote down about {name}, or settle it anew",
    "own-turns-answer": "Say whether two people may read what you said in {name}",
    "delayed-judge": "Read what {name} wrote in a check a day later, and say whether it does it",
    "theme-read": "Read a theme of {name}, {about}, before its sponsor does",
    "dilemma-judge": "Judge what {name} wrote about the dilemma “{about}”",
    "nominated": "Give {name} a place in training, or say why not",
    "follow-up": "Tell what came of the problem you brought to {name}, in a minute",
    "pair-asked": "Answer {name}, who asks you to code a round side by side",
}


def greeting(hour: int) -> str:
    """What one says at this hour."""
    if hour < NOON:
        return "Good morning"
    return "Good afternoon" if NOON <= hour < EVENING else "Good evening"


def waits(kind: str, name: str, *, days: int | None = None, about: str = "") -> str:
    """What somebody is asked to do, in one sentence without its full stop. `about` is the id of a theme or dilemma."""
    return WAITS[kind].format(name=name, days=days, about=_title(kind, about))


def _title(kind: str, about: str) -> str:
    if kind == "dilemma-judge":
        dilemma = current_dilemmas().find(about)
        return dilemma.title if dilemma else about
    return THEMES[about][0].lower() if about in THEMES else ""


def opened(module: str) -> str:
    """What somebody may begin now, in one sentence without its full stop."""
    return f"Show what stays of “{module}”: your check a day later is open"


def headline(many: int, *, works: bool = False) -> str:
    """How many things wait for somebody; `works` is for a page without a training, of somebody who has a desk."""
    beside = " beside your daily work" if works else ""
    return f"{opening(many)} {'thing waits' if many == 1 else 'things wait'} for you{beside}"


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
