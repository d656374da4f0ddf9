"""The five places of the way, and which one somebody stands at: the picture on the home page.

Read from a Readiness and the same evidence; whether somebody has decided or issued is told, never guessed.
The home page is the facilitator's own, so these texts say “you”.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from assessments.evidence import Evidence, View, look
from assessments.readiness import Readiness
from assessments.wording import day, opening, sentence, span
from courses.source import Frozen

StageKey = Literal["learn", "practise", "safety-net", "hand-over", "certified"]
KEYS: tuple[StageKey, ...] = ("learn", "practise", "safety-net", "hand-over", "certified")
NAMES = ("Learn", "Practise under supervision", "Lead with a safety net", "Hand-over", "Certified")
OUTSIDE = 3


class Stage(Frozen):
    """One place: who leads and where the trainer is, and what to know about it now."""

    key: StageKey
    name: str
    text: str
    note: str
    state: Literal["done", "current", "ahead"]


class Journey(Frozen):
    """All five places, the index of the current one, and the sentence above them."""

    stages: tuple[Stage, ...]
    current: int
    headline: str


def home_stage(
    readiness: Readiness, evidence: Evidence, *, decided_on: date | None = None, valid_until: date | None = None
) -> Journey:
    """Where this person stands. `decided_on`: somebody said ready; `valid_until`: the end of a valid certificate."""
    view = look(evidence, readiness.at)
    current = _current(readiness, view, decided_on, valid_until)
    texts, notes = _texts(view), _notes(readiness, view, current, decided_on, valid_until)
    stages = tuple(
        Stage(
            key=key,
            name=NAMES[place],
            text=texts[place],
            note=notes[place],
            state="done" if place < current else "current" if place == current else "ahead",
        )
        for place, key in enumerate(KEYS)
    )
    return Journey(
        stages=stages, current=current, headline=_headline(readiness, view, current, decided_on, valid_until)
    )


def _current(readiness: Readiness, view: View, decided_on: date | None, valid_until: date | None) -> int:
    """The latest signed level places the trainer's stool; nothing is averaged over the sessions before."""
    if valid_until is not None:
        return 4
    if decided_on is not None or readiness.ready:
        return 3
    if view.counted and (view.counted[-1].level or 0) >= OUTSIDE:
        return 2
    led = any(session.role == "led" for session in view.evidence.sessions)
    return 1 if led or not _lessons_left(readiness) else 0


def _lessons_left(readiness: Readiness) -> int:
    """The most that any one lesson clause still asks for: lists of lessons overlap."""
    return max((f.need - f.have for f in readiness.findings if f.kind == "lessons-done"), default=0)


def _texts(view: View) -> tuple[str, ...]:
    name = view.evidence.trainer
    trainer = sentence(name)
    return (
        f"{trainer} leads, you watch.",
        f"You lead, {name} sits beside you.",
        f"{trainer} sits outside the circle.",
        f"{trainer} is a phone call away.",
        "The group is yours.",
    )


def _notes(
    readiness: Readiness, view: View, current: int, decided_on: date | None, valid_until: date | None
) -> tuple[str, ...]:
    name = view.evidence.trainer
    learned = [lesson.done_on for lesson in view.evidence.lessons if lesson.done_on and lesson.done_on <= view.at]
    done = {0: f"Done {view.date(max(learned))}" if learned else "Done"}
    here = {
        0: f"You are here: {_of(readiness, 'lessons-done', 'lessons')}",
        1: f"You are here: {_of(readiness, 'sessions-led', 'signed')}",
        2: f"You are here: {_of(readiness, 'sessions-led', 'signed')}",
        3: "You are here: the certificate is next" if decided_on else f"You are here: {name} decides",
        4: f"Valid until {day(valid_until, view.at)}" if valid_until else "",
    }
    later = {
        2: f"When {name} signs at Indirect",
        3: f"{sentence(name)} decides and writes down why",
        4: f"Valid for {span(readiness.valid_months)}",
    }
    return tuple(
        here[place] if place == current else (done if place < current else later).get(place, "")
        for place in range(len(KEYS))
    )


def _of(readiness: Readiness, kind: str, what: str) -> str:
    finding = max((f for f in readiness.findings if f.kind == kind), key=lambda f: f.need, default=None)
    return f"{min(finding.have, finding.need)} of {finding.need} {what}" if finding else what


def _headline(readiness: Readiness, view: View, current: int, decided_on: date | None, valid_until: date | None) -> str:
    if valid_until is not None:
        return f"Certified until {day(valid_until, view.at)}"
    if decided_on is not None:
        return f"{sentence(view.evidence.trainer)} said yes on {view.date(decided_on)}. The certificate is next"
    lessons = _lessons_left(readiness)
    if current == 0:
        return f"{opening(lessons)} more {'lesson' if lessons == 1 else 'lessons'}, then the first session"
    return readiness.headline
