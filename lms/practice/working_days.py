"""How long somebody may be kept waiting, counted in the days people work: Monday to Friday. Pure.

Holidays are not known: no place keeps a provider's. A week with one is a day shorter for the trainer.
"""

from __future__ import annotations

from datetime import date, timedelta

SERVICE_DAYS = 5
_WEEK, _SATURDAY = 7, 5


def working_days(after: date, until: date) -> int:
    """The working days after the day `after`, up to and with the day `until`; none when that is earlier."""
    return max(_weekdays_up_to(until) - _weekdays_up_to(after), 0)


def is_late(sent: date, today: date) -> bool:
    """Whether five working days have gone by without an answer, the day it was sent left out."""
    return working_days(sent, today) > SERVICE_DAYS


def still_in_time(today: date) -> date:
    """The first day of which nothing is late today: whatever was sent before it is."""
    day = today - timedelta(days=_WEEK)
    while day.weekday() >= _SATURDAY:
        day -= timedelta(days=1)
    return day


def _weekdays_up_to(day: date) -> int:
    """Day 1 of the calendar is a Monday."""
    weeks, days = divmod(day.toordinal(), _WEEK)
    return weeks * _SATURDAY + min(days, _SATURDAY)
