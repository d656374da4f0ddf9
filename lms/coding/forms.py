"""Reading the forms of coding. A turn's fields carry its number as it is typed, and its id once it is drawn."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from assessments.blanking import Mark
from assessments.coding import ADVICE, OPENNESS, Label
from lms.coding.rules import LONGEST_TURN, MOST_TURNS, Turn
from lms.core.errors import Invalid
from lms.core.forms import Reader, identity_of

TOO_MANY = f"No more than {MOST_TURNS} turns. Leave out the last ones; a draw takes fewer anyway."


def read_ask(form: Mapping[str, str]) -> tuple[uuid.UUID, str, uuid.UUID]:
    """The meeting, whose problem it was, and the form's own key. Raises Invalid."""
    reader = Reader(form)
    meeting_id = reader.identity("meeting", "Choose the meeting.")
    holder = reader.line("holder", "Choose whoever brought the problem that day.")
    reader.check()
    assert meeting_id is not None  # noqa: S101 - check() raised otherwise
    return meeting_id, holder, identity_of(form) or uuid.uuid4()


def read_ask_own(form: Mapping[str, str]) -> tuple[dict[uuid.UUID, str], uuid.UUID]:
    """Whose problem it was in each meeting that is asked about, and the form's own key. Raises Invalid."""
    reader, found = Reader(form), dict[uuid.UUID, str]()
    for name in form:
        if name.startswith("holder-") and (holder := reader.raw(name)):
            try:
                found[uuid.UUID(name.removeprefix("holder-"))] = holder[:36]
            except ValueError:
                continue
    if not found:
        reader.wrong("meetings", "Choose who brought the problem, in the meeting you ask about or in several.")
    reader.check()
    return found, identity_of(form) or uuid.uuid4()


def read_noted(form: Mapping[str, str]) -> tuple[str, date]:
    """Whose yes is noted, and on which day they said it. Raises Invalid."""
    reader = Reader(form)
    seat = reader.line("seat", "Choose who said yes.")
    on = reader.day("said_on", "Write the day on which they said yes.")
    reader.check()
    assert on is not None  # noqa: S101 - check() raised otherwise
    return seat, on


def typed_turns(form: Mapping[str, str]) -> list[Turn]:
    """Every row as it was typed, empty ones among them, so that a page can come back with all of it."""
    rows = (int(name[5:]) for name in form if name.startswith("seat-") and name[5:].isdecimal() and len(name) < 9)
    last = min(max(rows, default=-1), MOST_TURNS)
    reader = Reader(form)
    return [Turn(reader.raw(f"seat-{n}"), " ".join(reader.raw(f"words-{n}").split("\n"))) for n in range(last + 1)]


def read_turns(typed: Sequence[Turn]) -> list[Turn]:
    """The rows in which something was said. Raises Invalid with every fault, by the number of its row."""
    wrong: dict[str, str] = {}
    for number, turn in enumerate(typed):
        if len(turn.words) > LONGEST_TURN:
            many = f"{len(turn.words):,} characters"
            wrong[f"words-{number}"] = f"Turn {number + 1} is {many} long. Shorten it to {LONGEST_TURN} or fewer."
        elif turn.words and not turn.seat:
            wrong[f"seat-{number}"] = f"Say who spoke turn {number + 1}."
        elif turn.seat and not turn.words:
            wrong[f"words-{number}"] = f"Write what was said in turn {number + 1}, or choose nobody."
    said = [each for each in typed if each.words]
    if len(said) > MOST_TURNS:
        wrong["send"] = TOO_MANY
    if wrong:
        raise Invalid(wrong)
    return said


def seen_of(marks: Iterable[Sequence[Mark]]) -> str:
    """What stands for the marks a page has shown, so that nobody sends turns whose marks they never saw."""
    texts = "\n".join(mark.text for row in marks for mark in row)
    return hashlib.sha256(texts.encode()).hexdigest()[:16] if texts else ""


def check_sending(form: Mapping[str, str], seen: str) -> None:
    """Raises Invalid where the writer has not looked at what is marked, or has not said so."""
    reader = Reader(form)
    if seen and reader.raw("looked") != seen:
        reader.wrong("send", "Look at what is marked first: a name, a number or an address may give somebody away.")
    reader.ticked("left_out", "Say that nobody can be recognised in what you send.")
    reader.check()


def read_coders(form: Mapping[str, str]) -> tuple[uuid.UUID, uuid.UUID]:
    """The two who are named. Raises Invalid."""
    reader = Reader(form)
    first = reader.identity("first", "Choose who reads first.")
    second = reader.identity("second", "Choose the other one.")
    reader.check()
    assert first is not None and second is not None  # noqa: S101, PT018 - check() raised otherwise
    return first, second


def read_labels(form: Mapping[str, str], turn_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Label]:
    """What was chosen for the turns that a page showed. What is not chosen yet is empty. Raises Invalid."""
    reader, found = Reader(form), dict[uuid.UUID, Label]()
    for turn_id in turn_ids:
        if f"shown-{turn_id}" not in form:
            continue
        openness, advice = reader.raw(f"open-{turn_id}"), reader.raw(f"advice-{turn_id}")
        if openness and openness not in OPENNESS:
            reader.wrong(f"open-{turn_id}", "Choose open, closed or can’t tell.")
        if advice and advice not in ADVICE:
            reader.wrong(f"advice-{turn_id}", "Choose whether there is advice in it.")
        found[turn_id] = Label(openness, advice)
    reader.check()
    return found


def read_settled(form: Mapping[str, str], turn_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Label]:
    """What the two settled, turn by turn; what is missing is told where it is written down."""
    reader = Reader(form)
    return {each: Label(reader.raw(f"open-{each}"), reader.raw(f"advice-{each}")) for each in turn_ids}


def filled(labels: Mapping[uuid.UUID, Label]) -> dict[str, str]:
    """A form as labels fill it."""
    out: dict[str, str] = {}
    for turn_id, label in labels.items():
        out |= {f"open-{turn_id}": label.openness, f"advice-{turn_id}": label.advice}
    return out
