"""The only clock. Tests move it; nothing else asks the machine for the time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: str = "UTC") -> date:
    """The date people in `zone` (an IANA name) see on the wall."""
    return now().astimezone(ZoneInfo(zone)).date()
