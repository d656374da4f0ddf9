"""Pure rules of advice: themes and states, when a theme may go up to a sponsor, and what a reading binds."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

# What structure and habit of an organisation put in the way of a circle. Ours, after the known ways in which circles
# fail: nobody hosts, the organisation stops valuing the time, power sits in the room, measures count the wrong things.
THEMES = {
    "time": ("Protected time", "The hour that was promised goes to the rota, to leave or to whatever is urgent."),
    "power": ("Power in the circle", "Somebody sits with the person they report to, and says less than they would."),
    "host": ("Host and room", "Nobody sees to dates and reminders, or there is no room where a circle is by itself."),
    "members": ("Finding members", "People who would come do not hear of it, or are not let go."),
    "measures": ("Measures and recognition", "What is counted and praised pulls against taking time to ask."),
    "sponsor": ("The sponsor’s attention", "Nobody with a say asks how the circles are, or answers what they raise."),
    "safety": (
        "Safety",
        "People do not trust that what is said in a circle stays there, or that it costs nothing.",
    ),
}
STATES = {
    "open": "Open",
    "agreed": "A step is agreed",
    "done": "Done",
    "left": "Left as it is",
}
STILL_OPEN = ("open", "agreed")
RAISED_BY = {
    "hosts": "The hosts",
    "members": "Members of circles",
    "facilitators": "Facilitators",
    "trainers": "Trainers",
    "provider": "The provider",
    "sponsor": "The sponsor",
}
LONGEST_ISSUE, LONGEST_OPTION, LONGEST_STEP, LONGEST_OWNER, LONGEST_OUTCOME = 1_000, 300, 500, 120, 1_000
MOST_OPTIONS = 8
LONGEST_THEME, LONGEST_CHANGE = 600, 600
READERS = 2
FEWEST_BEHIND = 4  # as for every figure of a circle: nothing is shown of fewer than four people (outcomes.md)
FEWEST_CIRCLES = 3  # with fewer in an organisation, what concerns one of them tells which one it is

BEING_READ = ("Nobody has read it yet", "One of two has read it")
PASSED_READER = "No person, circle, case or quotation can be recognised"
CLEAR = {"yes": PASSED_READER, "no": "Something can be recognised, and has to be changed"}
WROTE_IT = "You wrote this text, or a part of it. Two others read it."
SITS_THERE = "You sit in a circle that stands behind this theme. Somebody who sits in none of them reads it."
HAS_READ = "You have read this text and signed. The other reader is somebody else."
GONE_UP = "This text has gone up to the sponsor, and stays as two readers signed it. Write a new one."
TAKEN_BACK = "This text was taken back. Write a new one."


@dataclass(frozen=True, slots=True)
class Option:
    """A way that somebody named, and who did, as a part people play and never as a name."""

    text: str
    by: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What a case says. `owner` are free words, beside `owner_id` or in its place."""

    theme: str
    issue: str
    options: tuple[Option, ...] = ()
    step: str = ""
    owner_id: uuid.UUID | None = None
    owner: str = ""
    due_on: date | None = None
    state: str = "open"
    outcome: str = ""
    shared: bool = False

    def kept(self) -> dict[str, Any]:
        """Plain JSON values, for the history."""
        return {
            "theme": self.theme,
            "issue": self.issue,
            "options": [[each.text, each.by] for each in self.options],
            "step": self.step,
            "owner_id": str(self.owner_id) if self.owner_id else "",
            "owner": self.owner,
            "due_on": self.due_on.isoformat() if self.due_on else "",
            "state": self.state,
            "outcome": self.outcome,
            "shared": self.shared,
        }


LABELS = {
    "theme": "Theme", "issue": "What stands in the way", "options": "Ways that were named", "step": "Agreed step",
    "owner_id": "Whose", "owner": "Whose, in words", "due_on": "By", "state": "State", "outcome": "What came of it",
    "shared": "Read by the sponsor", "text": "The text",
}  # fmt: skip


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What differs between two versions, as the page calls it."""
    return [label for name, label in LABELS.items() if before.get(name) != after.get(name)]


def told(name: str, value: Any, names: Mapping[str, str]) -> str:
    """A value of the history as somebody reads it; `names` are people by id."""
    words = {"theme": {key: title for key, (title, _) in THEMES.items()}, "state": STATES, "owner_id": names}
    if name == "options":
        return "; ".join(f"{text} ({RAISED_BY.get(by, by)})" for text, by in value)
    if name == "shared":
        return "Yes" if value else "No"
    if name == "due_on" and value:
        return f"{date.fromisoformat(value):%-d %B %Y}"
    return str(words.get(name, {}).get(value, value))


def misfits(new: Advice, today: date, before: Advice | None) -> dict[str, str]:
    """What in a case does not go together, by field. A day that has passed stays where it stood before."""
    wrong: dict[str, str] = {}
    if new.due_on is not None and new.due_on < today and (before is None or new.due_on != before.due_on):
        wrong["due_on"] = "That day is over. Choose today or a day to come."
    if new.state == "agreed":
        if not new.step:
            wrong["step"] = "Write the step that was agreed."
        if not new.owner and new.owner_id is None:
            wrong["owner"] = "Say whose step it is: choose somebody, or write it in words."
        if new.due_on is None:
            wrong.setdefault("due_on", "Write by when.")
    if new.state in ("done", "left") and not new.outcome:
        wrong["outcome"] = "Write what came of it before you close the case."
    return wrong


@dataclass(frozen=True, slots=True)
class Backing:
    """What stands behind a theme: circles that raised it, who sits in them, and how many circles there are in all."""

    circles: int
    members: int
    there: int


def held_back(backing: Backing) -> str:
    """Why a theme may not go up yet although two readers passed it, or nothing."""
    if backing.circles <= 1 and backing.there < FEWEST_CIRCLES:
        return (
            "It concerns one circle, and the organisation has fewer than three, so anybody would know which. It waits "
            "until another circle raises the same theme."
        )
    if backing.members < FEWEST_BEHIND:
        return (
            "Fewer than four people sit in the circles that raised it, so they could be recognised. It waits until "
            "more circles raise the same theme."
        )
    return ""


def passes(answers: Sequence[bool]) -> bool:
    """Whether what the readers of one version answered lets it go: two said yes, and nobody said no."""
    return len(answers) >= READERS and all(answers)


def state_of(answers: Sequence[bool], *, passed: bool, taken_back: bool) -> str:
    """Where a theme is on its way, in words that also lead the list."""
    if taken_back:
        return "Taken back"
    if passed:
        return "Gone up"
    if not all(answers):
        return "To be changed"
    if passes(answers):
        return "Held back"
    return BEING_READ[len(answers)]


def month(at: date | datetime) -> str:
    """“November 2026”: all that a sponsor learns of when."""
    return f"{at:%B %Y}"


class Read(Protocol):
    """A reading as it is kept."""

    id: uuid.UUID
    note_id: uuid.UUID
    version: int
    theme: str
    text: str
    clear: bool
    change: str
    reader_id: uuid.UUID


def payload(reading: Read) -> dict[str, Any]:
    """What a reading binds: the very text that was read, and the answer."""
    return {
        "reading_id": str(reading.id),
        "note_id": str(reading.note_id),
        "version": reading.version,
        "theme": reading.theme,
        "text": reading.text,
        "clear": reading.clear,
        "change": reading.change,
        "reader_id": str(reading.reader_id),
    }


def meaning(*, clear: bool) -> str:
    """What a reader puts their name to."""
    if clear:
        return "I have read this theme, and no person, circle, case or quotation can be recognised in it"
    return "I have read this theme, and something in it has to be changed before it may go up"
