"""The five places of the way, and which one somebody stands at: the picture on the home page.

Read from a Readiness and the same evidence; whether somebody has decided or issued is told, never guessed.
The home page is the facilitator's own, so these texts say “you”.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from assessments.evidence import Evidence, View, look
from assessments.readiness import Finding, Readiness
from assessments.wording import day, opening, sentence, span
from courses.source import Frozen

StageKey = Literal["learn", "practise", "safety-net", "hand-over", "certified"]
KEYS: tuple[StageKey, ...] = ("learn", "practise", "safety-net", "hand-over", "certified")
NAMES = ("Learn", "Practise under supervision", "Lead with a safety net", "Hand-over", "Certified")
# Whoever is on the way to an award that entrusts nobody to lead alone is shown other places.
AS_MEMBER = ("Learn", "Sit in rounds", "Bring a problem", "Decision", "Trained member")
AS_ASSOCIATE = ("Learn", "Practise under supervision", "Lead with a safety net", "Decision", "Associate")
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
    names, texts = _places(readiness, view)
    notes = _notes(readiness, view, current, decided_on, valid_until)
    stages = tuple(
        Stage(
            key=key,
            name=names[place],
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
    if not asks_to_lead(readiness):
        return 0 if _lessons_left(readiness) else 2 if _sat_enough(readiness) else 1
    led = any(session.role == "led" for session in view.evidence.sessions)
    return 1 if led or not _lessons_left(readiness) else 0


def asks_to_lead(readiness: Readiness) -> bool:
    """Whether leading is asked for. Of a trained member it is not."""
    return any(finding.kind == "sessions-led" for finding in readiness.findings) or not _rounds(readiness)


def _rounds(readiness: Readiness) -> list[Finding]:
    return [finding for finding in readiness.findings if finding.kind == "rounds"]


def _sat_enough(readiness: Readiness) -> bool:
    return _rounds(readiness)[0].state == "there"


def _lessons_left(readiness: Readiness) -> int:
    """The most that any one lesson clause still asks for: lists of lessons overlap."""
    return max((f.need - f.have for f in readiness.findings if f.kind == "lessons-done"), default=0)


def _places(readiness: Readiness, view: View) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the five places are called by a standard, and what happens there."""
    name = view.evidence.trainer
    trainer = sentence(name)
    leading = (f"{trainer} leads, you watch.", f"You lead, {name} sits beside you.")
    if not asks_to_lead(readiness):
        round_ = (f"{trainer} leads, you sit in the circle.", "You hold the problem, others ask.")
        return AS_MEMBER, (leading[0], *round_, f"{trainer} reads the signs.", "A chair is yours.")
    outside = f"{trainer} sits outside the circle."
    if any(finding.kind == "rounds" for finding in readiness.findings):
        beside = "You lead with somebody certified in the room."
        return AS_ASSOCIATE, (*leading, outside, f"{trainer} reads the signs.", beside)
    return NAMES, (*leading, outside, f"{trainer} is a phone call away.", "The group is yours.")


def _notes(
    readiness: Readiness, view: View, current: int, decided_on: date | None, valid_until: date | None
) -> tuple[str, ...]:
    name = view.evidence.trainer
    learned = [lesson.done_on for lesson in view.evidence.lessons if lesson.done_on and lesson.done_on <= view.at]
    done = {0: f"Done {view.date(max(learned))}" if learned else "Done"}
    practised = _of(readiness, "sessions-led" if asks_to_lead(readiness) else "rounds", "signed")
    here = {
        0: f"You are here: {_of(readiness, 'lessons-done', 'lessons')}",
        1: f"You are here: {practised}",
        2: f"You are here: {practised if asks_to_lead(readiness) else 'your own problem'}",
        3: "You are here: the certificate is next" if decided_on else f"You are here: {name} decides",
        4: f"Valid until {day(valid_until, view.at)}" if valid_until else "",
    }
    later = {
        2: f"When {name} signs at Indirect" if asks_to_lead(readiness) else "",
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
        said = "Certified" if _places(readiness, view)[0] is NAMES else readiness.title
        return f"{said} until {day(valid_until, view.at)}"
    if decided_on is not None:
        return f"{sentence(view.evidence.trainer)} said yes on {view.date(decided_on)}. The certificate is next"
    lessons = _lessons_left(readiness)
    if current == 0:
        first = "session" if asks_to_lead(readiness) else "round"
        return f"{opening(lessons)} more {'lesson' if lessons == 1 else 'lessons'}, then the first {first}"
    return readiness.headline
