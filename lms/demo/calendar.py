"""When everything in the demo happened, counted back from today: meetings, and who led which of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from assessments.wording import add_months
from lms.demo.cast import BASHIR, CIRCLES, HOLDERS, LEARNERS, MARIT, RUTH, WAYS, Circle, Holder, Part, led

FORTNIGHT = timedelta(days=14)
VALID_MONTHS = 24
BEFORE_ISSUE = timedelta(days=11)  # from the last session led to the certificate, at least
CIRCLES_BY_NAME = {each.name: each for each in CIRCLES}


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of the demo, as seen from `today` on the clocks of `zone`."""

    today: date
    zone: str

    def met(self, circle: Circle, slot: int) -> date:
        """The day of a circle's meeting; 0 is its latest, -1 its next."""
        latest = self.today - timedelta(days=circle.latest)
        return latest - timedelta(days=(latest.weekday() - circle.weekday) % 7) - slot * FORTNIGHT

    def slot_before(self, circle: Circle, day: date) -> int:
        """The circle's last meeting on or before `day`."""
        return -(-(self.met(circle, 0) - day).days // FORTNIGHT.days)

    def ago(self, days: int, at: str) -> datetime:
        """So many days ago, at a time of day such as 17:40."""
        return self.on(self.today - timedelta(days=days), at)

    def on(self, day: date, at: str) -> datetime:
        """A day at a time of day, as an instant."""
        return datetime.combine(day, time.fromisoformat(at), ZoneInfo(self.zone))

    def issued(self, holder: Holder) -> date:
        """The working day on which the holder's certificate was issued, so that it ends when the story says."""
        day = add_months(self.today + timedelta(days=holder.ends), -VALID_MONTHS)
        return day - timedelta(days=max(0, day.weekday() - 4))


@dataclass(frozen=True, slots=True)
class Practised:
    """The supervised sessions of somebody in one circle."""

    person: str
    circle: Circle
    parts: tuple[Part, ...]


def practice(calendar: Calendar) -> list[Practised]:
    """Everybody's supervised sessions. Nobody leads a meeting that somebody else leads."""
    taken: dict[str, set[int]] = defaultdict(set)
    found = []
    for learner in LEARNERS:
        if learner.circle:
            found.append(Practised(learner.name, CIRCLES_BY_NAME[learner.circle], learner.parts))
            taken[learner.circle] |= {part.slot for part in learner.parts if part.role != "watched"}
    for place, holder in enumerate(sorted(HOLDERS, key=lambda each: each.ends, reverse=True)):
        levels = WAYS[place % len(WAYS)]
        circle, last = _free(calendar, holder, len(levels), taken, place)
        taken[circle.name] |= set(range(last, last + len(levels)))
        others = [each for each in (MARIT, BASHIR, RUTH) if each != circle.trainer]
        seen_by = {"s3": others[place % 2], f"s{len(levels) - 1}": others[1 - place % 2]}
        parts = led(last + len(levels) - 1, levels, **seen_by)
        found.append(Practised(holder.name, circle, parts))
    return found


def _free(
    calendar: Calendar, holder: Holder, length: int, taken: dict[str, set[int]], place: int
) -> tuple[Circle, int]:
    """A circle with `length` meetings in a row that nobody led, ending as shortly before the certificate as can be."""
    until = calendar.issued(holder) - BEFORE_ISSUE
    turned = [*CIRCLES[place % len(CIRCLES) :], *CIRCLES[: place % len(CIRCLES)]]
    ordered = sorted(turned, key=lambda circle: circle.unit != holder.unit)

    def offers() -> Iterator[tuple[int, int, Circle]]:
        for order, circle in enumerate(ordered):
            slot = first = calendar.slot_before(circle, until)
            while taken[circle.name] & set(range(slot, slot + length)):
                slot += 1
            yield slot - first, order, circle

    late, _, circle = min(offers(), key=lambda offer: offer[:2])
    return circle, calendar.slot_before(circle, until) + late
