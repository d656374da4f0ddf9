"""Days as the site's clock tells them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from lms.core import clock, settings


def today() -> date:
    """The date on the site's wall."""
    return clock.today(settings.current().time_zone)


def day_of(instant: datetime) -> date:
    """The day on which an instant falls there."""
    return instant.astimezone(ZoneInfo(settings.current().time_zone)).date()
