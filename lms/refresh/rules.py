"""Words and choices of spaced practice. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from assessments.spacing import Felt
from assessments.wording import listed

# What somebody says of a right answer, once they have read why it is right; in the order of the page.
FELT: Mapping[Felt, str] = {
    "easy": "I knew it at once",
    "thought": "I knew it after a moment",
    "hard": "It took real effort",
    "gone": "I guessed",
}
# The same where one answers in one's head and compares.
COMPARED: Mapping[Felt, str] = {
    "easy": "Yes, at once",
    "thought": "Yes, after a moment",
    "hard": "Yes, with real effort",
    "gone": "No, it was gone",
}
FELT_LATER = "Choose one of the four."
NO_CHOICE = "Choose one of the answers."
ELSEWHERE = "This question was answered today, in another tab or on another device. The next one is below."
NOT_TODAY = (
    "The question you answered is not asked any more today, or its words have changed. Your answer was not kept."
)

HOURS = range(6, 22)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVERY_DAY = 127
MORNING = 7
NO_HOUR = "Choose an hour from 6:00 to 21:00."
NO_DAY = "Choose at least one day, or turn the letter off."


def days_of(chosen: Collection[int]) -> int:
    """Days of the week, Monday being 0, as one number."""
    return sum(1 << day for day in set(chosen) if 0 <= day < len(DAYS))


def chosen_of(days: int) -> tuple[int, ...]:
    """The days of the week in such a number."""
    return tuple(day for day in range(len(DAYS)) if days >> day & 1)


def days_in_words(days: int) -> str:
    """“every day”, or the days by name."""
    if days == EVERY_DAY:
        return "every day"
    return listed([f"{DAYS[day]}s" for day in chosen_of(days)])


def day_in_words(day: date, today: date) -> str:
    """“tomorrow”, “on Friday”, or, a week ahead and more, “in 12 days”."""
    ahead = (day - today).days
    if ahead <= 1:
        return "tomorrow"
    return f"on {DAYS[day.weekday()]}" if day < today + timedelta(days=7) else f"in {ahead} days"
