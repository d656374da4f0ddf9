"""Reading the forms of renewals: every fault a sentence."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date

from assessments.renewal_rules import ABOUT_SAID
from lms.core.forms import Reader, identity_of
from lms.renewals.service import Added

MOST_HOURS = 200


def read_entry(form: Mapping[str, str]) -> tuple[uuid.UUID, Added]:
    """What the holder adds, and the key of the form. Raises Invalid."""
    reader = Reader(form)
    title = reader.line("title", "Write what it was.", 120)
    about = reader.choice("about", tuple(ABOUT_SAID), "Choose what it was about.")
    on = reader.day("day", "Write the day it was, or the last one.")
    hours = reader.number("hours", 1, MOST_HOURS, f"Write the hours as a whole number from 1 to {MOST_HOURS}.")
    reader.check()
    return identity_of(form) or uuid.uuid4(), Added(title, about, on or date.min, 60 * (hours or 0))


def read_sending(form: Mapping[str, str]) -> None:
    """That the holder states what sending states. Raises Invalid."""
    reader = Reader(form)
    reader.ticked("keeps", "Tick that you still keep the agreement and its limits. A renewal rests on it.")
    reader.check()
