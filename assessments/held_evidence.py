"""What is known of modules that held a day later."""

from __future__ import annotations

from datetime import date

from courses.source import Frozen


class HeldEvidence(Frozen):
    """A module that held a day later, once for each time. Without `held_on` it is here for the module’s title."""

    id: str
    module: str
    title: str
    held_on: date | None = None


def seen_on(held: tuple[HeldEvidence, ...], at: date) -> tuple[HeldEvidence, ...]:
    """What was known on that day: by module, the earliest first."""
    known = (each for each in held if each.held_on is None or each.held_on <= at)
    return tuple(sorted(known, key=lambda each: (each.module, each.held_on or date.min, each.id)))
