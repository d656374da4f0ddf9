"""Days in stretches: from a day until a day, the last one left out. Pure."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeVar

FOREVER = date.max  # the end of what has none
Stretch = tuple[date, date]
What = TypeVar("What", bound=Hashable)


def pieces(ends: Iterable[date | None]) -> Iterator[Stretch]:
    """The stretches between these days, one after the other; None stands for no end."""
    return pairwise(sorted({each or FOREVER for each in ends}))


def joined(parts: Iterable[tuple[What, date, date]]) -> list[tuple[What, date, date]]:
    """Parts in the order of their days, with those joined that say the same and follow each other."""
    found: dict[What, list[Stretch]] = {}
    for what, since, until in parts:
        known = found.setdefault(what, [])
        if known and known[-1][1] == since:
            known[-1] = (known[-1][0], until)
        else:
            known.append((since, until))
    return [(what, *each) for what, some in found.items() for each in some]


def without(since: date, until: date, gaps: Collection[Stretch]) -> list[Stretch]:
    """A stretch without some others."""
    left = []
    for began, ended in sorted(gaps):
        if since < began:
            left.append((since, min(began, until)))
        since = max(since, ended)
    return [each for each in (*left, (since, until)) if each[0] < each[1]]


def later(day: date, days: int) -> date:
    """So many days later, or never."""
    return day + timedelta(days=days) if (FOREVER - day).days > days else FOREVER
