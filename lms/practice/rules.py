"""Pure rules about practice: what a write-up needs, who may change or sign it, and what exactly is signed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from assessments.standards import Rubric, RubricRow, all_rubrics, get_rubric
from assessments.wording import add_months

SHORTEST, LONGEST = 10, 300
SIGNER_UNKNOWN = "Choose a trainer from the list, or leave it with the circle’s own trainer."
MOST_QUESTIONS = 500
OLDEST_MONTHS = 12
ROLES = {
    "member": "I was a member",
    "held": "I brought the problem",
    "watched": "I watched {trainer} lead",
    "shared": "We shared the lead",
    "beside": "I led, {trainer} beside me",
    "outside": "I led, {trainer} outside the circle",
    "alone": "I led, {trainer} not there",
}
# “led” is in what was written up before anybody was asked where the trainer was.
ROLE_WORDS = {
    "member": "was a member",
    "held": "brought the problem",
    "watched": "watched",
    "shared": "shared the lead",
    "beside": "led, with the trainer beside",
    "outside": "led, with the trainer outside the circle",
    "alone": "led alone",
    "led": "led",
}
LED = ("led", "beside", "outside", "alone")
FACILITATED = ("shared", *LED)
TALLIES = ("open", "closed", "leading", "advice")
STATE_WORDS = {"waiting": "Waiting", "returned": "Returned", "signed": "Signed"}
MEANING = "I was in the room and I saw what I have rated"
# Once somebody leads without a trainer, nobody may have been there to see. That is said, and it proves nothing.
UNSEEN = "I was not in the room: I read this, we talked it through, and I rated what I heard"
# Who decided that a signature from the room does not stand may rate anew what was seen there.
SECOND = "I was not in the room: as second assessor I read what was written, signed and disputed, and I rated it anew"
WAYS = {MEANING: "yes", UNSEEN: "unseen", SECOND: "second"}  # the meanings of a signature, as the form names them
INDEPENDENT = 4
NOT_FOR_OBSERVERS = ("own_ratings", "keep", "differently")
UNEXPLAINED = "Write why. It is kept with what was signed, and the other person reads it."
UNSAID = "Write what you want to say. It signs nothing and sends nothing back."
VOIDING = {
    "corrected": "I correct what was signed, and the signature of it counts no more",
    "withdrawn": "I withdraw my signature, and it counts no more",
}


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of a session as people log it. `covers` names the parts of the reference round it stands for."""

    id: str
    label: str
    short: str
    covers: tuple[str, ...]


PHASES = (
    Phase("arrive", "Arrive and agree", "Arrive", ("arrive", "followup", "choose")),
    Phase("tell", "The problem, in their words", "The problem", ("tell",)),
    Phase("ask", "Open questions", "Open questions", ("ask_understand",)),
    Phase("agree", "What is the real problem?", "Real problem", ("write", "read", "agree")),
    Phase("own", "One next step", "Next step", ("ask_possible", "own")),
    Phase("review", "Look back at how we asked", "Look back", ("review",)),
)


@dataclass(frozen=True, slots=True)
class Log:
    """What somebody wrote about a session."""

    held_on: date
    group_id: uuid.UUID
    minutes: int
    role: str
    phases: Mapping[str, int]
    open: int
    closed: int
    leading: int
    advice: int
    own_ratings: Mapping[str, int]
    keep: str
    differently: str
    signer_id: uuid.UUID | None = None  # who was in the room and signs; None is the circle's own trainer
    because: str = ""  # why what was signed has to be put right


class Written(Protocol):
    """A session as it is kept."""

    id: uuid.UUID
    person_id: uuid.UUID
    version: int
    group_id: uuid.UUID
    held_on: date
    minutes: int
    role: str
    phases: dict[str, Any]
    open: int
    closed: int
    leading: int
    advice: int
    own_ratings: dict[str, Any]
    keep: str
    differently: str


class Signed(Protocol):
    """What a signer adds to what they read."""

    digest: str
    ratings: dict[str, Any]
    level: int
    comment: str
    rubric_version: int
    rubric_hash: str
    observation: dict[str, Any] | None
    agreement: dict[str, Any] | None


def rubric(version: int | None = None) -> Rubric:
    """What trainee and trainer rate, each alone: the newest, or the one a signature was made under."""
    return get_rubric("practice", version)


def as_judged(role: str) -> str:
    """The part as standards and rubrics know it: led is led, wherever the trainer was."""
    return "led" if role in LED else role


def rows_for(role: str) -> tuple[RubricRow, ...]:
    """The newest rows that can be seen in somebody who played this part; none in whoever brought the problem."""
    return tuple(row for row in rubric().rows if as_judged(role) in row.roles)


def rows_ever() -> tuple[RubricRow, ...]:
    """The newest rows, then those that only older versions had: what was answered under one is still shown and kept."""
    rows: dict[str, RubricRow] = {}
    for each in all_rubrics(rubric().id):
        rows = {**rows, **{row.id: row for row in each.rows if row.id not in rows}}
    return tuple(rows.values())


def faults(log: Log, today: date) -> dict[str, str]:
    """What in a write-up cannot be true, by field. `today` is the date on the circle's wall."""
    wrong: dict[str, str] = {}
    if log.held_on > today:
        wrong["held_on"] = "That day is still to come. Enter the day you met."
    elif log.held_on < add_months(today, -OLDEST_MONTHS):
        wrong["held_on"] = f"That is more than {OLDEST_MONTHS} months ago, too long to remember it well enough."
    spent = sum(log.phases.values())
    if spent > log.minutes:
        wrong["minutes"] = f"The parts below add up to {spent} minutes, more than the {log.minutes} you met."
    return wrong


def values_of(log: Log | Written) -> dict[str, Any]:
    """What was written, as plain JSON values."""
    return {
        "held_on": log.held_on.isoformat(),
        "group_id": str(log.group_id),
        "minutes": log.minutes,
        "role": log.role,
        "phases": dict(log.phases),
        "questions": {kind: getattr(log, kind) for kind in TALLIES},
        "own_ratings": dict(log.own_ratings),
        "keep": log.keep,
        "differently": log.differently,
    }


def payload_for_signature(session: Written) -> dict[str, Any]:
    """Exactly what a trainer reads before signing, version included, ready to be digested."""
    return {
        "session_id": str(session.id),
        "person_id": str(session.person_id),
        "version": session.version,
        **values_of(session),
    }


def payload_for_observer(session: Written) -> dict[str, Any]:
    """Exactly what an outside observer reads: what they can have seen, nothing the writer thought of themself."""
    written = payload_for_signature(session)
    return {name: value for name, value in written.items() if name not in NOT_FOR_OBSERVERS}


def read_by(tier: str, session: Written) -> dict[str, Any]:
    """What the digest of a signature of this tier is made of."""
    return payload_for_observer(session) if tier == "link" else payload_for_signature(session)


def payload_for_register(signature: Signed, rubric_id: str) -> dict[str, Any]:
    """What a signature says: the digest of what was read, and what the signer adds. Anybody can make it again.

    Signatures older than the observation do without it, and those of a signer without figures without agreement.
    """
    seen = {} if signature.observation is None else {"observation": dict(signature.observation)}
    seen |= {} if signature.agreement is None else {"agreement": dict(signature.agreement)}
    return {
        "read": signature.digest,
        "ratings": dict(signature.ratings),
        "level": signature.level,
        "comment": signature.comment,
        "rubric": {"id": rubric_id, "version": signature.rubric_version, "hash": signature.rubric_hash},
        **seen,
    }


def payload_for_voiding(signature_id: uuid.UUID, read: str, leaf_seq: int, reason: str) -> dict[str, Any]:
    """Which signature counts no more, and why."""
    return {"signature": str(signature_id), "read": read, "entry": leaf_seq, "reason": reason}


def meanings(role: str, agreed: int | None) -> dict[str, str]:
    """What a signature can mean: only of a session without the trainer can they say that they were not there."""
    away = role == "alone" or (role == "led" and agreed is not None and agreed >= INDEPENDENT)
    return {"yes": MEANING} | ({"unseen": UNSEEN} if away else {})


def may_edit(person_id: uuid.UUID, *, owner_id: uuid.UUID, state: str) -> bool:
    """Only its own writer changes a session, and never once it is signed."""
    return person_id == owner_id and state in ("waiting", "returned")


def may_sign(person_id: uuid.UUID, *, owner_id: uuid.UUID, supervisors: Iterable[uuid.UUID]) -> bool:
    """Only a supervisor signs, and nobody their own practice, whatever else they are."""
    return person_id != owner_id and person_id in supervisors


def ordinals(sessions: Iterable[tuple[uuid.UUID, date]]) -> dict[uuid.UUID, int]:
    """Which session each is, counted by the day it was held."""
    ordered = sorted(sessions, key=lambda each: (each[1], each[0]))
    return {session_id: number for number, (session_id, _) in enumerate(ordered, start=1)}


def open_share(open_: int, asked: int) -> int | None:
    """Of the questions asked, how many in a hundred were open; None when none were counted."""
    return int(100 * open_ / asked + 0.5) if asked > 0 else None


def open_words(open_: int, asked: int) -> str:
    """“14 of 22 open, 64%”."""
    return f"{open_} of {asked} open, {open_share(open_, asked)}%" if asked > 0 else "No questions counted"


def level_shown(role: str, agreed: int | None) -> int:
    """Where the stool stands in the drawing of a session: by the part played and what was agreed before."""
    return {"shared": 2, "beside": 2, "outside": 3, "alone": 4, "led": max(agreed or 2, 2)}.get(role, 1)
