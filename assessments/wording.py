"""Days, counts and lists in plain English.

One rule for figures: a small count that opens a sentence is a word, every other number is in digits.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WORDS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")
MOST_DAYS_LISTED = 6


def opening(n: int) -> str:
    """The number as the first word of a sentence."""
    return WORDS[n] if n < len(WORDS) else str(n)


def some(n: int, one: str, many: str = "") -> str:
    """“1 session”, “3 sessions”."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def day(value: date, at: date) -> str:
    """“2 June”, with the year when it is not the year of `at`."""
    year = "" if value.year == at.year else f" {value.year}"
    return f"{value.day} {MONTHS[value.month - 1]}{year}"


def full_day(value: date) -> str:
    """“2 June 2026”, for what must still be clear in years."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def days(values: Sequence[date], at: date) -> str:
    """A few days one by one, many as “from … to …”."""
    if len(values) > MOST_DAYS_LISTED:
        return f"from {day(values[0], at)} to {day(values[-1], at)}"
    return listed([day(value, at) for value in values])


def listed(items: Sequence[str]) -> str:
    """“A, B and C”."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def quoted(items: Sequence[str]) -> str:
    return listed([f"“{item}”" for item in items])


def first_name(name: str) -> str:
    return name.split(maxsplit=1)[0] if name.strip() else ""


def sentence(text: str) -> str:
    """`text` with a capital first letter, for a name that may be “the trainer”."""
    return text[:1].upper() + text[1:]


def initials(name: str) -> str:
    parts = name.split()
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()


def rounded(share: float) -> str:
    """An observed share: 14 of 22 is “64%”."""
    return f"{int(share * 100 + 0.5)}%"


def floored(share: float) -> str:
    """A bound, rounded down, so that none is ever printed as reached when it is not."""
    return f"{int(share * 100 + 1e-9)}%"


def span(months: int) -> str:
    """“2 years”, “18 months”."""
    return some(months // 12, "year") if months % 12 == 0 else some(months, "month")


def add_months(start: date, months: int) -> date:
    """The same day some months later, or the last day of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
