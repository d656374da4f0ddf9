"""Days from one until another, and what of them is left beside others. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

Span = tuple[date, date | None]  # from a day; until the first day after, None where it goes on
NEVER = date.max


def left_over(span: Span, taken: Iterable[Span]) -> list[Span]:
    """The days of a span that none of the others has, in order."""
    found: list[Span] = []
    began, end = span[0], span[1] or NEVER
    for start, until in sorted((each[0], each[1] or NEVER) for each in taken):
        if start >= end:
            break
        if start > began:
            found.append((began, start))
        began = max(began, until)
    if began < end:
        found.append((began, span[1]))
    return found
