"""How dates, times and numbers are said, the same on every page and in every letter."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from lms.core import clock

SMALL_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def day(value: date | datetime, zone: str = "UTC") -> str:
    """“2 June”, and “2 June 2027” when it is not in this year."""
    on = value.astimezone(ZoneInfo(zone)).date() if isinstance(value, datetime) else value
    said = f"{on.day} {on:%B}"
    return said if on.year == clock.today(zone).year else f"{said} {on.year}"


def full_day(value: date | datetime) -> str:
    """“2 June 2026”, for what must still be clear in years."""
    return f"{value.day} {value:%B %Y}"


def hour(value: datetime, zone: str = "UTC") -> str:
    """“21:42”, on the wall clock of `zone`."""
    return f"{value.astimezone(ZoneInfo(zone)):%H:%M}"


def number(value: int, capital: bool = False) -> str:
    """Up to ten as a word, above as a figure, for the start of a headline."""
    word = SMALL_NUMBERS[value] if 0 <= value < len(SMALL_NUMBERS) else str(value)
    return word.capitalize() if capital else word


def duration(minutes: int) -> str:
    """“45 minutes”, “1 hour 30 minutes”, “42 hours”."""
    parts = [(minutes // 60, "hour"), (minutes % 60, "minute")]
    said = [f"{count:,} {word}{'' if count == 1 else 's'}" for count, word in parts if count]
    return " ".join(said) or "0 minutes"


def days_since(value: datetime, zone: str) -> int:
    """How many nights ago it was, by the calendar of `zone`."""
    return (clock.today(zone) - value.astimezone(ZoneInfo(zone)).date()).days
