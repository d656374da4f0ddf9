"""Reading the forms of the values interview: every fault a sentence, and nothing typed is lost."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import cast

from werkzeug.datastructures import MultiDict

from assessments.interviews import Interview
from lms.core.forms import Reader, identity_of
from lms.interviews import rules
from lms.interviews.rules import AFTER, Said


def read_arrangement(form: MultiDict[str, str], today: date) -> tuple[list[uuid.UUID], date, uuid.UUID]:
    """Who is to hear the person, on which day, and the form's own key. Raises Invalid."""
    reader, members = Reader(form), list[uuid.UUID]()
    for each in form.getlist("members"):
        try:
            members.append(uuid.UUID(each))
        except ValueError:
            reader.wrong("members", rules.UNKNOWN)
    if len(set(members)) != 2:
        reader.wrong("members", rules.NOT_TWO)
    held_on = reader.day("held_on", rules.DAY)
    if held_on is not None and (fault := rules.day_fault(held_on, today)):
        reader.wrong("held_on", fault)
    reader.check()
    return members, cast("date", held_on), identity_of(form) or uuid.uuid4()


def read_note(form: Mapping[str, str], asked: Interview, round_: int, *, fresh: bool) -> Said:
    """A note. Raises Invalid with every fault, a missing password among them."""
    reader = Reader(form)
    longest = rules.LONGEST_HEARD
    said = Said(
        heard={each.id: reader.text(f"heard-{each.id}", None, longest) for each in asked.questions},
        breach=reader.text("breach", None, longest),
        repair=reader.text("repair", None, longest),
        verdict=reader.raw("verdict"),
        missing=reader.text("missing", None, longest),
        because=reader.text("because", None, rules.LONGEST_REASON) if round_ == AFTER else "",
    )
    for name, sentence in said.faults([each.id for each in asked.questions], round_).items():
        reader.wrong(name, sentence)
    reader.proof(fresh=fresh)
    reader.check()
    return said


def filled(said: Said) -> dict[str, str]:
    """The form of a note as it stands before anybody types: what was written first."""
    heard = {f"heard-{name}": text for name, text in said.heard.items()}
    return heard | {
        "breach": said.breach, "repair": said.repair, "verdict": said.verdict, "missing": said.missing,
    }  # fmt: skip


def read_other(form: Mapping[str, str]) -> tuple[uuid.UUID, uuid.UUID, str]:
    """Whose place somebody takes, who takes it, and why. Raises Invalid."""
    reader = Reader(form)
    place = reader.identity("place", "Choose whose place somebody takes.")
    member = reader.identity("member", "Choose who takes the place.")
    because = reader.text("because", rules.NO_REASON, rules.LONGEST_REASON)
    reader.check()
    return cast("uuid.UUID", place), cast("uuid.UUID", member), because
