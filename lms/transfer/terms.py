"""What an agreement says, drafted from a circle's data. Pure: plain values, and what of them changed, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

from lms.register.rules import digest

MEETINGS = 3  # readiness.md §4, gate “host”: the next three dates are booked
CHECK_DAYS = (30, 90, 180)  # readiness.md §4, after
# readiness.md §4, after.step_back_if, in words; and what the prototype adds: anybody may ask, and needs no reason.
TRIGGERS = (
    "A few ask nearly all the questions in two meetings, so that their evenness is under 70%",
    "Two meetings in a row fall through",
    "What the circle says without names about safety falls by a whole point or more",
    "Somebody who brought a problem says that it did them harm",
    "Nobody is found to host",
    "Anybody in the circle asks. No reason is needed",
)
# What an old page is told of each part that changed. Its parts are what this says; see `marks`.
TOPICS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "circle": (("circle", "unit", "organisation", "provider", "trainer"), "whose agreement it is"),
    "facilitator": (("facilitator", "facilitator_id"), "who facilitates from then on"),
    "meetings": (("meetings",), "the next dates, or who hosts them"),
    "time": (("protected_until",), "until when the time is protected"),
    "help": (("help", "triggers", "checks"), "whom to call, and when"),
    "message": (("message",), "the word to the circle"),
    "missing": (("missing", "standard"), "which signs are still short"),
    "because": (("because",), "why it is handed over although they are"),
}


@dataclass(frozen=True, slots=True)
class Date:
    """A meeting as the agreement names it: by the clock on the circle's wall."""

    on: date
    at: str
    minutes: int
    place: str
    host: str
    deputy: str


@dataclass(frozen=True, slots=True)
class Terms:
    """The whole agreement. Empty is what the data do not have yet."""

    circle: str
    unit: str
    organisation: str
    provider: str
    trainer: str
    facilitator: str
    facilitator_id: str
    meetings: tuple[Date, ...]
    protected_until: date | None
    help: str
    message: str
    missing: tuple[str, ...]  # signs that are short and are no gates
    because: str
    standard: str
    triggers: tuple[str, ...] = TRIGGERS
    checks: tuple[int, ...] = CHECK_DAYS

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, the same for the same terms."""
        said = asdict(self)
        said["meetings"] = [{**asdict(each), "on": each.on.isoformat()} for each in self.meetings]
        said["protected_until"] = self.protected_until.isoformat() if self.protected_until else None
        return said | {name: list(said[name]) for name in ("missing", "triggers", "checks")}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Terms:
        """Terms as they were kept."""
        given = {each.name: kept[each.name] for each in fields(cls)}
        given["meetings"] = tuple(Date(**{**each, "on": date.fromisoformat(each["on"])}) for each in kept["meetings"])
        until = kept["protected_until"]
        given["protected_until"] = date.fromisoformat(until) if until else None
        return cls(**given | {name: tuple(kept[name]) for name in ("missing", "triggers", "checks")})

    @property
    def digest(self) -> str:
        """What a signature seals."""
        return digest(self.to_dict())

    @property
    def marks(self) -> str:
        """A few letters for each part, for a page to carry: they tell later which of them it showed otherwise."""
        said = self.to_dict()
        parts = ((topic, {name: said[name] for name in names}) for topic, (names, _) in TOPICS.items())
        return " ".join(f"{topic}={digest(part)[:8]}" for topic, part in parts)

    def check_days(self, since: date) -> list[date]:
        """The days on which the circle looks back."""
        return [since + timedelta(days=each) for each in self.checks]


def changed(marks: str, now: Terms) -> list[str]:
    """What an agreement says otherwise now than the page that carried these marks."""
    then = set(marks.split())
    return [TOPICS[each.partition("=")[0]][1] for each in now.marks.split() if each not in then]


def changed_since(marks: str, now: Terms) -> str:
    """The sentence for whoever comes with an old page."""
    parts = changed(marks, now) if marks else []
    return f"The agreement changed since you read it: {'; '.join(parts) or 'it was drafted again'}. Read it once more."


def settled(drafted: Terms, found: Terms, today: date) -> Terms:
    """What holds today: the terms as drafted, unless the circle's data say otherwise.

    A meeting that took place as agreed is no change, nor is a sign that is no longer short.
    """
    for first in (today, today + timedelta(days=1)):  # one of today may have begun
        coming = tuple(each for each in drafted.meetings if each.on >= first)
        if coming and len(coming) < len(drafted.meetings) and coming == found.meetings[: len(coming)]:
            found = replace(found, meetings=drafted.meetings)
    if set(found.missing) <= set(drafted.missing):
        found = replace(found, missing=drafted.missing)
    return found


def headline(done: date | None, said: str) -> str:
    """What the agreement says first. `said` is the day in words."""
    return f"Since {said} the circle is yours" if done else "From the last signature on, the circle is yours"


def count_of(many: int, of: int) -> str:
    """“Six of six”, for the line on which the circle signs."""
    words: Sequence[str] = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    left, right = (words[each] if each < len(words) else str(each) for each in (many, of))
    return f"{left} of {right}"
