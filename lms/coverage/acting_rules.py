"""Pure rules of what managers write through the house: to whom, how often, and in which words they may begin."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from assessments.wording import first_name, opening

Kind = Literal["unblock", "renewal", "step_in", "pace", "write"]
LONGEST_LETTER = 1_000
MOST_AT_ONCE = 20
MOST_A_DAY = 60  # letters of one organisation, so that nobody's house is used to flood another
# How long nobody here writes the same thing about the same person again.
AGAIN_AFTER: dict[Kind, timedelta] = {
    "renewal": timedelta(days=14),
    "unblock": timedelta(days=7),
    "step_in": timedelta(days=7),
    "pace": timedelta(days=7),
    "write": timedelta(days=1),
}
NOBODY = "Tick at least one person."
NOTHING = "Write what you want to say."
TOO_MANY = f"Tick {MOST_AT_ONCE} people or fewer. Each of them gets a letter of their own."
ENOUGH_TODAY = f"{MOST_A_DAY} letters have gone out from here today, which is the most in a day. Write tomorrow."
NOT_STUCK = "What you ticked has moved on meanwhile. Read the list once more."
NEVER_EXTENDED = (
    "A certificate is never extended: it says what was seen by a certain day. It can be renewed from ten months before "
    "its last day until twelve months after it, on one page, and that keeps a unit covered."
)


@dataclass(frozen=True, slots=True)
class Target:
    """One letter: about whom, to whom, and what it asks in words of the house. `to_id` none: the administrators."""

    kind: Kind
    about_id: uuid.UUID
    name: str
    unit: str
    to_id: uuid.UUID | None
    to: str
    provider_id: uuid.UUID | None
    reason: str = ""
    said: str = ""  # what the letter says of it before the manager's own words
    wanted: str = ""  # what it asks for
    path: str = ""  # where whoever reads it goes

    @property
    def key(self) -> str:
        """How the form calls it."""
        return f"{self.reason} {self.about_id}" if self.reason else str(self.about_id)


def headline(kind: Kind, targets: list[Target]) -> str:
    """What the page of a letter is for."""
    one = first_name(targets[0].name) if len(targets) == 1 else ""
    if kind == "renewal":
        return f"Ask {one} to renew" if one else f"Ask {len(targets)} people to renew"
    if kind == "unblock":
        return f"Move {targets[0].name} on" if one else f"Move {len(targets)} people on"
    if kind in ("step_in", "pace"):
        return f"Ask {first_name(targets[0].to)}" if one else f"Ask {len(targets)} people"
    return f"Write to {one}" if one else f"Write to {len(targets)} people"


def of_list(units: Sequence[str], ending: int) -> str:
    """What the list of holders says first: of the units that were ticked, or of all certificates that end."""
    if units:
        return units[0] if len(units) == 1 else f"{len(units)} units"
    if not ending:
        return "No certificate ends within 90 days"
    if ending == 1:
        return "One certificate ends within 90 days or has lapsed"
    return f"{opening(ending)} certificates end within 90 days or have lapsed"


def begun(kind: Kind) -> str:
    """Words a manager may begin with."""
    if kind == "renewal":
        return "Your unit counts on you. Renewing takes one page; if you need time for it, tell me and you have it."
    if kind == "unblock":
        return "What would move this on? If time is what is missing, I can give it."
    if kind == "step_in":
        return "A circle here may need somebody for a while. Could you help? Say no freely."
    if kind == "pace":
        return "We may need somebody sooner than planned. What would it take, and what can we free here?"
    return ""


def sent(many: int, left_out: list[str]) -> str:
    """What the page says once letters are on their way."""
    said = f"{many} {'letter is' if many == 1 else 'letters are'} on {'its' if many == 1 else 'their'} way."
    if left_out:
        had = "had one" if len(left_out) == 1 else "each had one"
        said += f" {', '.join(left_out)} {had} from here lately, and none went out again."
    return said


def lately(name: str, kind: Kind) -> str:
    """Why no letter goes out about somebody now."""
    days = AGAIN_AFTER[kind].days
    asked = {"renewal": "asked to renew", "unblock": "written about", "pace": "written about"}.get(kind, "written to")
    within = "today" if days == 1 else f"within the last {days} days"
    return f"{name} was {asked} from here {within}. Nothing went out twice."
