"""Reading the forms of the hand-over. What was typed comes back with every fault, but for a password."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date

from werkzeug.datastructures import MultiDict

from lms.core.forms import Reader
from lms.transfer import rules
from lms.transfer.drafting import Words

ANSWERS = {"yes": "Yes, we run it ourselves", "no": "Not yet"}


def read_words(form: Mapping[str, str]) -> Words:
    """What of the agreement is text, and who facilitates. Raises Invalid."""
    reader = Reader(form)
    facilitator = reader.identity("facilitator", rules.NOT_HERE)
    called = reader.line("help", rules.NO_HELP)
    message = reader.text("message", longest=rules.LONGEST)
    because = reader.text("because", longest=rules.LONGEST)
    reader.check()
    return Words(facilitator or uuid.UUID(int=0), called, message, because)


def read_signature(form: Mapping[str, str], *, fresh: bool) -> str:
    """For whom somebody signs. Raises Invalid, a missing password among what is wrong."""
    reader = Reader(form)
    part = reader.choice("part", rules.PARTS, rules.NOT_YOUR_PART)
    reader.ticked("read", rules.NOT_READ)
    reader.proof(fresh=fresh)
    reader.check()
    return part


def read_answer(form: Mapping[str, str]) -> bool:
    """What somebody says for themselves. Raises Invalid."""
    reader = Reader(form)
    said = reader.choice("answer", ANSWERS, rules.NO_ANSWER)
    reader.check()
    return said == "yes"


def read_asked(form: MultiDict[str, str]) -> tuple[set[uuid.UUID], date | None]:
    """Who said yes at a meeting, and on which day. Raises Invalid."""
    reader, chosen = Reader(form), set[uuid.UUID]()
    for each in form.getlist("said"):
        try:
            chosen.add(uuid.UUID(each))
        except ValueError:
            reader.wrong("said", rules.CHAIRS_OF_OTHERS)
    on = reader.day("asked_on", rules.NO_DAY) if chosen or reader.raw("asked_on") else None
    reader.check()
    return chosen, on


def read_reason(form: Mapping[str, str]) -> str:
    """Why an agreement is called off. Raises Invalid."""
    reader = Reader(form)
    because = reader.text("off", rules.NO_REASON, rules.LONGEST)
    reader.check()
    return because
