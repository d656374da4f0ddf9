"""Days as the site sees them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from lms.core import clock, settings


def today() -> date:
    return clock.today(settings.current().time_zone)


def on_site(instant: datetime) -> date:
    return instant.astimezone(ZoneInfo(settings.current().time_zone)).date()
