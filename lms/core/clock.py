"""The only clock. Tests move it; nothing else asks the machine for the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_elsewhen: ContextVar[datetime | None] = ContextVar("elsewhen", default=None)


def now() -> datetime:
    """This instant, aware, in UTC."""
    return _elsewhen.get() or datetime.now(UTC)


def today(zone: str = "UTC") -> date:
    """The date people in `zone` (an IANA name) see on the wall."""
    return now().astimezone(ZoneInfo(zone)).date()


def day_of(moment: datetime, zone: str) -> date:
    """The date people in `zone` saw on the wall at that instant."""
    return moment.astimezone(ZoneInfo(zone)).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let it be `moment` inside the block: how the demo's past is written by the same services as the present."""
    token = _elsewhen.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _elsewhen.reset(token)
