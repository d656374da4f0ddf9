"""Pure rules of the weekly letter to managers: how everything stands, and what of it is new since the last one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Standing:
    """How an organisation stands on a day: what there is of each, by a key that stays while it lasts, as it is said."""

    units: Mapping[str, str] = field(default_factory=dict)  # all of them, by name
    covered: Mapping[str, str] = field(default_factory=dict)
    endings: Mapping[str, str] = field(default_factory=dict)  # within 90 days
    stuck: Mapping[str, str] = field(default_factory=dict)
    handed: Mapping[str, str] = field(default_factory=dict)  # circles that run themselves
    drift: Mapping[str, str] = field(default_factory=dict)

    def kept(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {each.name: dict(getattr(self, each.name)) for each in fields(self)}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Standing:
        """As it was kept; what an earlier letter knew nothing of is empty."""
        return cls(**{each.name: dict(kept.get(each.name, {})) for each in fields(cls)})


HEADINGS = {
    "lost": "Lost their last certified facilitator",
    "gained": "Covered again, or for the first time",
    "endings": "End within 90 days",
    "stuck": "Stuck",
    "handed": "Circles that run themselves now",
    "drift": "Signs of drift",
}


@dataclass(frozen=True, slots=True)
class Changed:
    """What is new, in the words of the letter."""

    lost: tuple[str, ...]  # units that had cover and have none
    gained: tuple[str, ...]
    endings: tuple[str, ...]
    stuck: tuple[str, ...]
    handed: tuple[str, ...]
    drift: tuple[str, ...]

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))


def changed(before: Standing, after: Standing) -> Changed:
    """What is new since then. A unit that closed lost nothing, and one that is new and covered gained cover."""
    lost = (key for key in before.covered if key in after.units and key not in after.covered)
    return Changed(
        lost=tuple(sorted(after.units[key] for key in lost)),
        gained=_new(before.covered, after.covered),
        endings=_new(before.endings, after.endings),
        stuck=_new(before.stuck, after.stuck),
        handed=_new(before.handed, after.handed),
        drift=_new(before.drift, after.drift),
    )


def _new(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(said for key, said in after.items() if key not in before))


def monday_of(day: date) -> date:
    """The first day of the week of a day: one letter goes out for each."""
    return day - timedelta(days=day.weekday())
