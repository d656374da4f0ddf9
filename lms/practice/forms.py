"""Reading the forms of practice, and filling them again."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lms.core.drawings import QUESTION_TYPES
from lms.core.forms import Reader
from lms.core.phrases import full_day
from lms.groups.rows import Circle, MeetingRow
from lms.practice import dispute_rules, rules
from lms.practice.models import PracticeSession
from lms.practice.observation import HELPED, MANAGER, MOST_BEHAVIOURS, NOTHING, TIES, Observation
from lms.practice.rows import Happening
from lms.practice.rules import PHASES, TALLIES, Log

_STEP = re.compile(r"(open|closed|leading|advice)([+-])1")
Body = dict[str, str]
LONGEST_REASON = 2_000
LONGEST_ADVICE = 500
BEHAVIOURS = tuple(f"behaviour-{number}" for number in range(1, MOST_BEHAVIOURS + 1))
PLACE = ("held_on", "group_id")  # what being in the room is about


@dataclass(frozen=True, slots=True)
class Review:
    """What a trainer saw, and what they say about it."""

    ratings: Mapping[str, int]
    level: int
    comment: str
    meaning: str
    observation: Observation = NOTHING


def own(row_id: str) -> str:
    """The name of the field for the trainee's own view."""
    return f"own-{row_id}"


def rate(row_id: str) -> str:
    """The name of the field for the trainer's view."""
    return f"rate-{row_id}"


def tie(name: str) -> str:
    """The name of the field for what ties a signer to whom they sign for."""
    return f"tie-{name}"


def about(session_id: uuid.UUID) -> str:
    """How the fields about one session begin, on a page that asks about several."""
    return f"of-{session_id}-"


def part_of(form: Mapping[str, str], prefix: str) -> Body:
    """The fields about one session, as its own page would name them."""
    return {name.removeprefix(prefix): value for name, value in form.items() if name.startswith(prefix)}


def review_sheet(role: str, name: str, *, outside: bool = False, prefix: str = "") -> dict[str, Any]:
    """Everything the form of a review offers about somebody of this name who played this part.

    Whoever comes from outside had nothing to do in the session, and is not asked how much. `prefix` begins the name of
    every field.
    """
    asked = role in rules.FACILITATED and not outside
    said = {"circle": "I belong to this circle too", "employer": f"{name} and I have the same employer"}
    return {
        "prefix": prefix,
        "rows": [(prefix + rate(row.id), row) for row in rules.rows_for(role)],
        "helped": [(value, words, "") for value, words in enumerate(HELPED, 1)] if asked else [],
        "behaviours": [prefix + each for each in BEHAVIOURS],
        "ties": [
            (prefix + tie(each), words) for each, words in (said | {MANAGER: f"I am {name}’s line manager"}).items()
        ],
    }


def field_names() -> tuple[str, ...]:
    """Every field of a write-up, in the order of the page. Nothing else of a form is kept."""
    return (
        "held_on", "group", "minutes", "signer", "role", *(f"phase-{phase.id}" for phase in PHASES), *TALLIES,
        *(own(row.id) for row in rules.rows_ever()), "keep", "differently", "left_out", "because", "session_version",
    )  # fmt: skip


def body_of(form: Mapping[str, str]) -> Body:
    """What was typed, as it was typed, but for NUL, which no database takes."""
    return {name: form[name].replace("\x00", "") for name in field_names() if name in form}


def stepped(body: Body, step: str) -> Body:
    """The same with one tally one higher or lower, as its − and + buttons ask."""
    asked = _STEP.fullmatch(step)
    if asked is None:
        return body
    kind, sign = asked.groups()
    typed = body.get(kind, "").strip()
    now = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 6 else 0
    return body | {kind: str(max(0, now + (1 if sign == "+" else -1)))}


def fresh_key(person_id: uuid.UUID, sent: int, *about: str) -> uuid.UUID:
    """The key of a write-up not begun yet: the same however often its page is opened, until a session is sent.

    So what a device kept of it while offline finds its way back, and two tabs are one draft.
    """
    return uuid.uuid5(person_id, " ".join((f"session {sent + 1}", *about)))


def read_log(form: Mapping[str, str]) -> Log:
    """A write-up. Raises Invalid with every mistake."""
    reader = Reader(form)
    because = reader.text("because", rules.UNEXPLAINED) if "because" in form else ""
    held_on = reader.day("held_on", "Enter the date you met.")
    group_id = reader.identity("group", "Choose the circle that met.")
    minutes = reader.number(
        "minutes", rules.SHORTEST, rules.LONGEST,
        f"Enter the minutes you met as a number from {rules.SHORTEST} to {rules.LONGEST}.",
    )  # fmt: skip
    signer_id = reader.identity("signer", rules.SIGNER_UNKNOWN) if form.get("signer") else None
    role = reader.choice("role", rules.ROLES, "Choose your part.")
    phases = {
        phase.id: reader.number(
            f"phase-{phase.id}", 0, rules.LONGEST,
            f"Enter the minutes for “{phase.label}” as a number, or leave it empty.", optional=True,
        ) or 0
        for phase in PHASES
    }  # fmt: skip
    tallies = _tallies(reader)
    ratings = {row.id: _rating(reader, own(row.id), row.title) for row in rules.rows_ever()}
    keep = reader.text("keep", "Write at least one moment you would keep.")
    differently = reader.text("differently")
    reader.ticked("left_out", "Read it once more, take out names and details, and tick that you did.")
    reader.check()
    assert held_on is not None and group_id is not None and minutes is not None  # noqa: S101, PT018 - checked
    return Log(
        held_on=held_on,
        group_id=group_id,
        minutes=minutes,
        role=role,
        phases={name: spent for name, spent in phases.items() if spent},
        own_ratings={name: value for name, value in ratings.items() if value},
        keep=keep,
        differently=differently,
        signer_id=signer_id,
        because=because,
        **tallies,
    )


def _tallies(reader: Reader) -> dict[str, Any]:
    return {
        kind: reader.number(
            kind, 0, rules.MOST_QUESTIONS,
            f"Enter how many questions were {QUESTION_TYPES[kind].lower()}, from 0 to {rules.MOST_QUESTIONS}.",
            optional=True,
        ) or 0
        for kind in TALLIES
    }  # fmt: skip


def read_review(
    form: Mapping[str, str], role: str, name: str, meanings: Mapping[str, str], *, outside: bool = False
) -> Review:
    """What a trainer saw of somebody in this part, and what signing it means. Raises Invalid with every mistake."""
    reader, rows = Reader(form), rules.rows_for(role)
    ratings = {row.id: _rating(reader, rate(row.id), row.title) for row in rows}
    if rows and not any(ratings.values()):
        reader.wrong(rate(rows[0].id), "Rate at least one thing that you saw.")
    asked = role in rules.FACILITATED and not outside
    helped = reader.number("helped", 1, len(HELPED), "Choose how much you had to do.") if asked else None
    level = reader.number("level", 1, 5, f"Choose where you should sit at {name}’s next session.")
    observation = _observation(reader, helped)
    comment = reader.text("comment")
    way = "choose whether" if len(meanings) > 1 else "tick that"
    seen = reader.choice("seen", meanings, f"Sign only what you saw: {way} you were in the room.")
    reader.check()
    rated = {row: value for row, value in ratings.items() if value}
    return Review(rated, level or 0, comment, meanings[seen], observation)


def _observation(reader: Reader, helped: int | None) -> Observation:
    concern = reader.line("safety_line")
    if reader.ticked("safety") and not concern:
        reader.wrong("safety_line", "Write in one line what the concern is, or take the tick away.")
    if concern and "safety" not in reader.form:
        reader.wrong("safety", "Tick this to raise what you wrote about safety, or empty the line.")
    return Observation(
        helped=helped,
        behaviours=tuple(filter(None, map(reader.line, BEHAVIOURS))),
        keep=reader.text("keep", longest=LONGEST_ADVICE),
        try_next=reader.text("try_next", longest=LONGEST_ADVICE),
        safety=concern,
        ties=tuple(each for each in TIES if reader.ticked(tie(each))),
    )


def read_notes(form: Mapping[str, str]) -> str:
    """What a trainer keeps for themself. Raises Invalid."""
    reader = Reader(form)
    notes = reader.text("notes")
    reader.check()
    return notes


def read_reason(form: Mapping[str, str], name: str) -> str:
    """Why a session goes back. Raises Invalid."""
    reader = Reader(form)
    reason = reader.text("reason", f"Write what is missing, so that {name} can put it right.")
    reader.check()
    return reason


def read_why(form: Mapping[str, str]) -> str:
    """Why a signature is withdrawn. Raises Invalid."""
    return read_words(form, "reason", rules.UNEXPLAINED)


def read_words(form: Mapping[str, str], name: str, missing: str) -> str:
    """What somebody says in a dispute. Raises Invalid."""
    reader = Reader(form)
    said = reader.text(name, missing, LONGEST_REASON)
    reader.check()
    return said


def read_decision(form: Mapping[str, str]) -> tuple[str, str]:
    """Whether it stands, and why. Raises Invalid with every mistake."""
    reader = Reader(form)
    outcome = reader.choice("outcome", dispute_rules.DECIDING, dispute_rules.UNDECIDED)
    reason = reader.text("reason", dispute_rules.UNREASONED, LONGEST_REASON)
    reader.check()
    return outcome, reason


def same_meeting(kept: Mapping[str, Any], session: PracticeSession) -> bool:
    """Whether what was signed is of the day and the circle that the session is about now."""
    return all(kept.get(name) == value for name, value in rules.values_of(session).items() if name in PLACE)


def again(before: Happening | None, signer_id: uuid.UUID, session: PracticeSession) -> Body:
    """The review as its signer left it, where their signature counts no more. What they saw, they saw: only after a
    correction of the day or the circle, and after they withdrew it, do they say anew that they were in the room."""
    signature = before.signature if before else None
    if before is None or signature is None or signature.signer_id != signer_id:
        return {}
    body = {rate(row): str(rated) for row, rated in signature.ratings.items()}
    body |= {"level": str(signature.level), "comment": signature.comment}
    body |= _observed(Observation.of(signature.observation))
    if before.event.kind == "corrected" and same_meeting(before.event.kept or {}, session):
        body["seen"] = rules.WAYS.get(signature.meaning, "yes")
    return body


def _observed(said: Observation) -> Body:
    body = {"keep": said.keep, "try_next": said.try_next, "helped": str(said.helped or "")}
    body |= dict(zip(BEHAVIOURS, said.behaviours, strict=False)) | {tie(each): "yes" for each in said.ties}
    return body | ({"safety": "yes", "safety_line": said.safety} if said.safety else {})


def _rating(reader: Reader, name: str, title: str) -> int | None:
    return reader.number(name, 1, 5, f"Choose one of the answers for “{title}”, or none.", optional=True)


def blank(circles: list[Circle], meeting: MeetingRow | None) -> Body:
    """A write-up as it begins: with what the calendar knows."""
    body = dict.fromkeys(TALLIES, "0")
    if meeting is not None:
        return body | {
            "held_on": full_day(meeting.starts_local),
            "group": str(meeting.group_id),
            "minutes": str(meeting.minutes),
        }
    if len(circles) == 1:
        body["group"] = str(circles[0].id)
    return body


def filled(session: PracticeSession) -> Body:
    """A sent session as the form shows it again."""
    body = {
        "held_on": full_day(session.held_on),
        "group": str(session.group_id),
        "keep": session.keep,
        "differently": session.differently,
        "left_out": "yes",
        "session_version": str(session.version),
    }
    body |= {name: str(getattr(session, name)) for name in ("minutes", "role", *TALLIES)}
    body |= {f"phase-{name}": str(minutes) for name, minutes in session.phases.items()}
    return body | {own(row): str(value) for row, value in session.own_ratings.items()}
