"""The circle at the museums, which runs itself: from its beginning to the check after 90 days, which waits. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from lms.demo.calendar import Calendar
from lms.demo.events import Event, RunsItself

HANDED_OVER = 95  # days ago
LIFE = (
    (300, "09:10", "begin", ""), (280, "17:20", "move", "G2a"), (215, "17:20", "move", "G2b"),
    (155, "10:00", "promise", ""), (150, "17:30", "move", "G3a"), (122, "17:30", "move", "G3b"),
    (HANDED_OVER, "17:40", "hand_over", ""), (64, "12:50", "answer", ""),
    (1, "19:30", "missed", ""), (0, "06:00", "look", ""),
)  # fmt: skip


def story(calendar: Calendar) -> Iterator[Event]:
    """Marit goes, the circle answers once, and then two of its meetings fall through."""
    for ago, at, what, to in LIFE:
        yield RunsItself(at=calendar.ago(ago, at), what=what, to=to)
