"""Invented evidence for the tests of readiness: Amara Osei, trained by Ruth Tamihana, with Bashir Noor to ask."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from assessments.evidence import Assessor, Evidence, LessonEvidence, PlannedSession, SessionEvidence

AT = date(2026, 6, 2)
RUTH, BASHIR, JOAN = "Ruth Tamihana", "Bashir Noor", "Joan Fairweather"
TITLES = {
    "M04-L1": "Form, function, fault",
    "M04-L2": "Open, closed and can’t tell",
    "M04-L3": "Advice with a question mark",
    "M05-L1": "What I believe about people",
    "M05-L2": "From value to behaviour",
}


def lessons(done: int = 5) -> tuple[LessonEvidence, ...]:
    return tuple(
        LessonEvidence(id=each, title=title, done_on=date(2026, 3, 1 + n) if n < done else None)
        for n, (each, title) in enumerate(TITLES.items())
    )


def session(name: str, held_on: date, level: int = 4, by: str = RUTH, **other: Any) -> SessionEvidence:
    """Led and signed two days later, 18 of 22 questions open, unless said otherwise."""
    facts: dict[str, Any] = {
        "id": name,
        "held_on": held_on,
        "group_id": "parks",
        "group_name": "Parks & Depot",
        "role": "led",
        "minutes": 78,
        "open": 18,
        "closed": 2,
        "leading": 1,
        "advice": 1,
        "state": "signed",
        "submitted_on": held_on,
        "signer_id": by,
        "signer_name": by,
        "signed_on": held_on + timedelta(days=2),
        "level": level,
    }
    return SessionEvidence(**{**facts, **other})


def unsigned(name: str, held_on: date, state: str = "waiting", **other: Any) -> SessionEvidence:
    return session(name, held_on, state=state, signed_on=None, **{"level": None, **other})


def six() -> tuple[SessionEvidence, ...]:
    """Exactly enough, and no session to spare."""
    return (
        session("s1", date(2026, 3, 12), 2),
        session("s2", date(2026, 3, 26), 2),
        session("s3", date(2026, 4, 9), 3),
        session("s4", date(2026, 4, 23), 3, by=BASHIR),
        session("s5", date(2026, 5, 7), 4),
        session("s6", date(2026, 5, 21), 4, by=BASHIR),
    )


def planned(*days: date) -> tuple[PlannedSession, ...]:
    return tuple(
        PlannedSession(id=f"m{n}", held_on=each, group_id="parks", group_name="Parks & Depot")
        for n, each in enumerate(days)
    )


def amara(**parts: Any) -> Evidence:
    """Everything there, unless said otherwise."""
    facts: dict[str, Any] = {
        "trainer_name": RUTH,
        "lessons": lessons(),
        "sessions": six(),
        "assessors": (Assessor(id=BASHIR, name=BASHIR),),
    }
    return Evidence(**{**facts, **parts})
