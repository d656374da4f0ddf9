"""What happens in the demo's story, as plain frozen values. `telling` lets each happen through the real services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from assessments.calibration import Figure
from lms.advising.rules import Advice
from lms.practice.observation import Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happens at a moment."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Join(Event):
    """Somebody begins their training, with this trainer at their side."""

    person: str
    unit: str
    trainer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gather(Event):
    """A circle begins, with its first facilitator."""

    circle: str
    facilitator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat(Event):
    """Somebody takes a chair: known by a pseudonym, or with an account."""

    circle: str
    name: str
    has_account: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrange(Event):
    """A circle says when it meets, on the clock of its wall."""

    circle: str
    starts_local: datetime
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Learn(Event):
    """Somebody finishes a lesson; 0 is the first one of the programme."""

    person: str
    lesson: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiz(Event):
    """Somebody answers a quiz; `slips` of the answers are wrong."""

    person: str
    activity: str
    slips: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Try(Event):
    """Somebody tries one problem of a drill."""

    person: str
    activity: str
    problem: str
    question: str


@dataclass(frozen=True, slots=True)
class Account:
    """What somebody writes about a session."""

    minutes: int
    phases: Mapping[str, int]
    tally: tuple[int, int, int, int]
    own: Mapping[str, int]
    keep: str
    differently: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Send(Event):
    """Somebody sends a session to be signed. `session` is the story's own name for it."""

    session: int
    person: str
    circle: str
    signer: str
    held_on: date
    role: str
    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveBack(Event):
    """A trainer sends a session back."""

    session: int
    trainer: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend(Event):
    """Its writer makes it fuller and sends it again."""

    sent: Send
    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign(Event):
    """A trainer signs a session."""

    session: int
    trainer: str
    ratings: Mapping[str, int]
    level: int
    comment: str
    observation: Observation
    seconds: int  # from opening the form to signing it


@dataclass(frozen=True, slots=True, kw_only=True)
class CountMeeting(Event):
    """A circle's facilitator counts how a meeting ran. People are called as the circle calls them."""

    circle: str
    day: date
    run_by: str
    holder: str
    stepped_in: int
    noticed: tuple[int, int]  # by a member first, by the trainer or the facilitator first
    early: bool
    step: str
    turns: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTurns(Event):
    """A circle says yes to having the turns of a meeting read by two people."""

    circle: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveStool(Event):
    """A trainer moves the stool of a circle."""

    circle: str
    by: str
    to: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStool(Event):
    """A trainer plans by when the stool goes where."""

    circle: str
    by: str
    days: Mapping[str, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Know(Event):
    """Everybody who sits in a circle could say what they know of a topic."""

    circle: str
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase(Event):
    """Somebody opens an advisory case about a circle."""

    circle: str
    by: str
    advice: Advice


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeStep(Event):
    """A step is agreed in the case that was opened last."""

    by: str
    step: str
    owner: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftTheme(Event):
    """Somebody drafts a theme from the case that was opened last."""

    by: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTheme(Event):
    """Somebody reads the theme that was drafted last and finds nobody in it."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle(Event):
    """What has to be settled round a circle before it meets alone: contract, hosts, time, safety, whom to call."""

    circle: str
    sponsor: str
    until: date
    first_agreed: date
    hosts: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftHandOver(Event):
    """A trainer drafts the hand-over of a circle; trainer and facilitator sign, and everybody there says yes."""

    circle: str
    asked_on: date
    message: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsItself(Event):
    """Something in the life of the circle that was handed over; `what` is called so in `running_itself`."""

    what: str
    to: str = ""  # where the stool goes, if it moves


@dataclass(frozen=True, slots=True, kw_only=True)
class Jot(Event):
    """Somebody begins to write up a session and does not finish."""

    person: str
    circle: str
    held_on: date
    minutes: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Event):
    """An administrator records how far a trainer agrees with the others."""

    trainer: str
    by: str
    figure: Figure
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide(Event):
    """Somebody decides about a person's readiness."""

    person: str
    by: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Certify(Event):
    """A certificate is issued on the latest decision."""

    person: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(Event):
    """A certificate is withdrawn."""

    person: str
    by: str
    reason: str
