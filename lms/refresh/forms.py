"""Reading what somebody answered, and when they want a letter."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from lms.core.forms import Reader, identity_of
from lms.refresh import rules
from lms.refresh.models import KEY_LENGTH

DIGEST_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it was sent: the form's own key, what was asked, and the letter or the word given."""

    key: uuid.UUID
    question: tuple[str, str]
    given: str


def read_answer(form: Mapping[str, str]) -> Answered:
    """An answer. A form that lost its key gets another; what was asked is looked up later."""
    reader = Reader(form)
    question = reader.raw("question")[:KEY_LENGTH], reader.raw("digest")[:DIGEST_LENGTH]
    return Answered(identity_of(form) or uuid.uuid4(), question, reader.raw("given")[:10])


def read_letter(form: MultiDict[str, str]) -> tuple[int, int]:
    """Hour and days of the letter. Raises Invalid."""
    reader = Reader(form)
    hour = reader.number("hour", rules.HOURS.start, rules.HOURS.stop - 1, rules.NO_HOUR)
    days = rules.days_of(chosen_days(form))
    if not days:
        reader.wrong("days", rules.NO_DAY)
    reader.check()
    return hour or rules.MORNING, days


def chosen_days(form: MultiDict[str, str]) -> list[int]:
    """The days of the week that were ticked, Monday being 0."""
    known = {str(day): day for day in range(len(rules.DAYS))}
    return [known[each] for each in form.getlist("days") if each in known]
