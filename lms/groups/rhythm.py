"""Pure rules about when a circle meets: by the clock on its wall, whatever summer time does to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MOST_AT_ONCE = 26
EVERY = {"": "Once", "1": "Every week", "2": "Every second week", "3": "Every third week", "4": "Every fourth week"}


@dataclass(frozen=True, slots=True)
class Plan:
    """One meeting, or one every so many weeks until a day."""

    first: datetime
    minutes: int
    place: str = ""
    weeks: int = 0
    until: date | None = None

    def starts(self) -> list[datetime]:
        """What the clock on the wall shows as each begins."""
        if not self.weeks or self.until is None:
            return [self.first]
        times = (self.until - self.first.date()).days // (7 * self.weeks) + 1
        return [self.first + timedelta(weeks=self.weeks * each) for each in range(times)]


def instant(starts_local: datetime, zone: str) -> datetime | None:
    """The instant at which the wall clock in `zone` shows `starts_local`; None in the hour that summer time skips.

    Where the clock shows it twice, it is the first time.
    """
    return begins(starts_local, zone) if settle(starts_local, zone) == starts_local else None


def begins(starts_local: datetime, zone: str) -> datetime:
    """The instant at which a planned meeting begins."""
    return starts_local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def settle(starts_local: datetime, zone: str) -> datetime:
    """`starts_local`, or as much later as the clock jumps where it never shows that time."""
    return begins(starts_local, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def ends_local(starts_local: datetime, minutes: int, zone: str) -> datetime:
    """What the clock on the wall shows when so many true minutes have gone by."""
    ends = begins(starts_local, zone) + timedelta(minutes=minutes)
    return ends.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def said_of(starts_local: datetime, zone: str) -> str:
    """A sentence about a time that the clock in `zone` skips or shows twice that night; else nothing."""
    on = f"{starts_local.day} {starts_local:%B %Y}"
    if instant(starts_local, zone) is None:
        later = settle(starts_local, zone)
        return f"On {on} the clock in {zone} jumps over {starts_local:%H:%M}, so that meeting begins at {later:%H:%M}."
    there = ZoneInfo(zone)
    if starts_local.replace(tzinfo=there).utcoffset() != starts_local.replace(tzinfo=there, fold=1).utcoffset():
        return (
            f"On {on} the clock in {zone} shows {starts_local:%H:%M} twice: that meeting begins the first time, "
            "before the clock goes back."
        )
    return ""
