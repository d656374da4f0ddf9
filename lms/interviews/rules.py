"""Pure rules of the values interview: who may hear somebody, what a note has to say, what a result binds."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

from assessments.interviews import ASSESSORS
from assessments.judged import Verdict
from assessments.wording import opening
from lms.core.actor import Role

ARRANGERS = (Role.TRAINER, Role.ADMINISTRATOR)
VERDICTS: dict[Verdict, str] = {"yes": "Yes", "not_yet": "Not yet"}
ALONE, AFTER = 1, 2  # rounds of notes
LONGEST_HEARD = 1_500
LONGEST_REASON = 500
FURTHEST = timedelta(days=183)

OWN = "Nobody arranges their own interview. Ask your trainer."
RUNNING = "An interview of this person is arranged already, or waits for its notes."
DAY = "Choose the day on which you meet: from today, and within six months."
NOT_TWO = "Choose two people. They hear the same words, and each writes alone."
UNKNOWN = "Choose among those who may hear this person."
CANCELLED = "This interview was called off. Nothing is recorded."
CLOSED = "This interview has its result, and its notes are closed. What both wrote stands."
SENT = "You have sent your note already, and it stands. You see the other one when both are in."
NOT_OPEN = "Both notes have to be in before anybody changes theirs or leaves it as it is."
NOTE_IN = "A note is in already, so the interview goes on. Nobody else may call it off or take that place."
REPLACED = "Somebody else has taken your place in this interview meanwhile, so your note is not recorded."
UNHEARD = "Write what you heard, or that it was not asked."
NO_BREACH = "Write which breach you heard of, or that you heard of none."
NO_REPAIR = "Write what was done to mend it, or that you heard of nothing."
NO_VERDICT = "Choose what you say."
NO_MISSING = "Write down what is missing, as something you would have to hear or see."
NOT_MISSING = "You say yes. Empty this, or say not yet."
NO_BECAUSE = "Write why you change it. Your first note stays beside it."
NO_REASON = "Write why somebody else takes the place."
CAN_NOT = "Whoever arranged this interview, or an administrator, does this."


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could hear a person. `because` says why they may not, to follow their name."""

    person_id: uuid.UUID
    name: str
    trains: bool = False
    because: str = ""

    @property
    def note(self) -> str:
        """What whoever arranges should know about somebody who may."""
        return "Trains this person" if self.trains else "Does not train this person"


def misfit(chosen: Sequence[Candidate]) -> str:
    """Why these do not make the two of an interview, in a sentence; empty when they do.

    Two different people are never both the one trainer, so that at least one of them did not train the person alone.
    """
    barred = next((each for each in chosen if each.because), None)
    if barred is not None:
        return f"{barred.name} {barred.because}."
    return "" if len(chosen) == ASSESSORS else NOT_TWO


def lacking(candidates: Sequence[Candidate]) -> str:
    """Why no interview can be arranged at all, in a sentence; empty when one can."""
    free = [each for each in candidates if not each.because]
    if len(free) >= ASSESSORS:
        return ""
    many = f"only {opening(len(free)).lower()}" if free else "nobody"
    return f"Two people are needed, and {many} may hear this person. Invite a trainer first."


def day_fault(held_on: date, today: date) -> str:
    """Why that day cannot be; empty when it can."""
    return "" if today <= held_on <= today + FURTHEST else DAY


@dataclass(frozen=True, slots=True)
class Said:
    """What a form of a note says."""

    heard: Mapping[str, str]
    breach: str
    repair: str
    verdict: str
    missing: str = ""
    because: str = ""

    def faults(self, questions: Sequence[str], round_: int) -> dict[str, str]:
        """What is not whole in it, by field."""
        wrong = {f"heard-{each}": UNHEARD for each in questions if not self.heard.get(each)}
        wrong |= {} if self.breach else {"breach": NO_BREACH}
        wrong |= {} if self.repair else {"repair": NO_REPAIR}
        if self.verdict not in VERDICTS:
            wrong["verdict"] = NO_VERDICT
        elif (self.verdict == "not_yet") != bool(self.missing):
            wrong["missing"] = NO_MISSING if self.verdict == "not_yet" else NOT_MISSING
        return wrong | ({"because": NO_BECAUSE} if round_ == AFTER and not self.because else {})


class Written(Protocol):
    """A note as it is kept."""

    id: uuid.UUID
    interview_id: uuid.UUID
    round: int
    heard: dict[str, Any]
    breach: str
    repair: str
    verdict: str
    missing: str
    because: str
    sent_at: datetime


def said_of(note: Written) -> Said:
    """What a note says."""
    return Said(dict(note.heard), note.breach, note.repair, note.verdict, note.missing, note.because)


class Held(Protocol):
    """An interview as it is kept."""

    id: uuid.UUID
    person_id: uuid.UUID
    provider_id: uuid.UUID
    held_on: date
    questions_version: int
    questions_hash: str
    result: str | None
    closed_at: datetime | None


def questions_of(interview: Held) -> dict[str, Any]:
    """Which version of the questions it was held by, as the register binds it."""
    return {"version": interview.questions_version, "hash": interview.questions_hash}


def note_payload(note: Written, assessor: uuid.UUID, questions: Mapping[str, Any]) -> dict[str, Any]:
    """What a note binds: who wrote it, all of its words, and the questions it answers."""
    return {
        "note_id": str(note.id),
        "interview_id": str(note.interview_id),
        "assessor_id": str(assessor),
        "round": note.round,
        "heard": dict(note.heard),
        "breach": note.breach,
        "repair": note.repair,
        "verdict": note.verdict,
        "missing": note.missing,
        "because": note.because,
        "sent_at": note.sent_at.astimezone(UTC).isoformat(),
        "questions": dict(questions),
    }


def payload(interview: Held, notes: Sequence[uuid.UUID]) -> dict[str, Any]:
    """What a result binds: about whom, by which questions, and every note in the order of sending."""
    return {
        "interview_id": str(interview.id),
        "person_id": str(interview.person_id),
        "provider_id": str(interview.provider_id),
        "held_on": interview.held_on.isoformat(),
        "questions": questions_of(interview),
        "notes": [str(each) for each in notes],
        "result": interview.result,
        "closed_at": interview.closed_at.astimezone(UTC).isoformat() if interview.closed_at else "",
    }


MEANINGS = {
    "yes": "As one of two assessors: I heard what was asked for, and I say yes",
    "not_yet": "As one of two assessors: something is missing, and I have written down what",
}
RESULTS = {"yes": "Both assessors say yes", "not_yet": "It is not time yet, and what is missing is written down"}


@dataclass(frozen=True, slots=True)
class Missing:
    """What one of the two would have to hear or see."""

    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Read:
    """A note that the reader may read, beside who wrote it."""

    by: str
    person_id: uuid.UUID
    round: int
    said: Said
    sent_at: datetime
    answers: tuple[tuple[str, str], ...] = field(default=())  # each question with what was heard
