"""What managers type about coverage: a meaning as a sentence with fields, the day it begins, a day to look at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from lms.core.forms import Reader
from lms.coverage.meaning import Meaning
from lms.coverage.meanings import TOO_EARLY, UNREASONED, Said, day_fault

LONGEST_REASON = 500
MOST = {"facilitators": 99, "people": 9_999, "fewest": 99, "rounds": 99, "days": 3_650}
LEAST = {"facilitators": 1, "people": 1, "fewest": 1, "rounds": 0, "days": 1}
WHAT = {
    "facilitators": "how many facilitators are needed for so many people",
    "people": "for how many people",
    "fewest": "how many there are to be at least",
    "rounds": "how many rounds, 0 where none need be led",
    "days": "the number of days",
}
FUTURE = "That day has not come yet. Choose today or an earlier one."


def read_meaning(form: Mapping[str, str]) -> Meaning:
    """A meaning. Raises Invalid with every mistake."""
    reader = Reader(form)
    meaning = _meaning(reader)
    reader.check()
    return meaning


def read_setting(form: Mapping[str, str]) -> Said:
    """A meaning with the day it begins and why. Raises Invalid with every mistake."""
    reader = Reader(form)
    meaning = _meaning(reader)
    begins = reader.day("from", TOO_EARLY)
    if fault := day_fault(begins):
        reader.wrong("from", fault)
    reason = reader.text("reason", UNREASONED, LONGEST_REASON)
    reader.check()
    return Said(meaning, begins, reason=reason)


def read_day(args: Mapping[str, str], today: date) -> tuple[date, dict[str, str]]:
    """The day a page is asked for, and what is wrong with it: then it is today."""
    if not args.get("on", "").strip():
        return today, {}
    reader = Reader(args)
    day = reader.day("on", "")
    if day is not None and day > today:
        reader.wrong("on", FUTURE)
    return (day if day is not None and not reader.errors else today), reader.errors


def _meaning(reader: Reader) -> Meaning:
    read = {
        name: reader.number(
            name, LEAST[name], MOST[name], f"Write {WHAT[name]}, as a number from {LEAST[name]} to {MOST[name]:,}."
        )
        for name in MOST
    }
    return Meaning(**{name: value if value is not None else LEAST[name] for name, value in read.items()})
