"""Reading and filling the forms of the time after a hand-over."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date

from werkzeug.datastructures import MultiDict

from lms.aftercare import rules
from lms.aftercare.rules import Answered, Call
from lms.core.forms import Reader, identity_of
from lms.groups.rules import Seat
from lms.takeover.rules import LONGEST_REASON, UNREASONED


def read_answer(form: MultiDict[str, str], seats: Sequence[Seat]) -> Answered:
    """What a circle says at a check. Raises Invalid."""
    reader = Reader(form)
    known = [each.id for each in seats]
    met = reader.choice("met", rules.MET, "Say whether you met as often as agreed.")
    host = reader.choice("host", (*rules.HOSTS, *known), "Choose who hosts, or nobody yet.")
    ran = form.getlist("ran")
    if not set(ran) <= set(known):
        reader.wrong("ran", "Choose among those who sit in this circle.")
    harmed = reader.choice("harmed", rules.YES_OR_NO, "Say whether anybody was harmed or felt unsafe.")
    wanted = reader.choice("help", rules.YES_OR_NO, "Say whether you want help.")
    line = reader.line("line", longest=rules.LONGEST_LINE)
    reader.check()
    in_order = tuple(each for each in known if each in ran)
    return Answered(met, host, in_order, harmed == "yes", wanted == "yes", line)


def filled(answered: Answered) -> MultiDict[str, str]:
    """The form as a circle filled it before."""
    return MultiDict(
        [
            ("met", answered.met),
            ("host", answered.host),
            *(("ran", each) for each in answered.ran),
            ("harmed", "yes" if answered.harmed else "no"),
            ("help", "yes" if answered.help else "no"),
            ("line", answered.line),
        ]
    )


def read_call(form: Mapping[str, str]) -> Call:
    """What somebody writes who asks for help: all of it may be left empty. Raises Invalid."""
    reader = Reader(form)
    about = reader.text("about", longest=rules.LONGEST_CALL)
    suits = reader.line("suits")
    safety = reader.ticked("safety")
    reader.check()
    return Call(about, suits, safety)


def read_day(form: Mapping[str, str]) -> date:
    """The day on which somebody spoke with a circle. Raises Invalid."""
    reader = Reader(form)
    day = reader.day("day", "Write the day on which you spoke.")
    reader.check()
    assert day is not None  # noqa: S101 - check() raised otherwise
    return day


def read_step(form: Mapping[str, str], *, fresh: bool) -> tuple[str, str, uuid.UUID]:
    """Where the stool goes, why, and the form's own key. Raises Invalid, a missing password among what is wrong."""
    reader = Reader(form)
    to = reader.line("to", "Choose how much support you take.")
    reason = reader.text("reason", UNREASONED, LONGEST_REASON)
    reader.proof(fresh=fresh)
    reader.check()
    return to, reason, identity_of(form) or uuid.uuid4()
