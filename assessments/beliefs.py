"""The belief line, written as text: sentences on which sensible people stand far apart, and when one may come back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from assessments.asks import Slug, Words
from assessments.standards import CONTENT, Shelf, Versioned, load_shelf
from assessments.values_cards import differ
from courses.source import Frozen, Store

# The five places of the line, from one end to the other. None of them is right.
PLACES: tuple[str, ...] = ("Not at all", "A little", "Half way", "Mostly", "Entirely")
BACK_AFTER = timedelta(days=7)
BACK_AFTER_LESSON = "M05-L6"  # in which people look back at what they did under pressure


class Statement(Frozen):
    """One sentence. Its id stays with it through the versions, so that then and now can be read side by side."""

    id: Slug
    text: Words


class Beliefs(Versioned):
    """A line: ten sentences."""

    since: date
    statements: Annotated[tuple[Statement, ...], Field(min_length=10, max_length=10)]

    @field_validator("statements")
    @classmethod
    def _differ(cls, statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
        differ(statements, "id", "text")
        return statements


def back_from(stood_at: datetime, lesson_done_at: datetime | None) -> datetime:
    """From when on somebody may stand on the line again: a week later, or sooner once that lesson is done."""
    later = stood_at + BACK_AFTER
    return later if lesson_done_at is None else min(later, max(stood_at, lesson_done_at))


def moved(then: Mapping[str, int], now: Mapping[str, int]) -> list[str]:
    """The sentences on which somebody stands elsewhere now, in the order of `then`."""
    return [key for key, place in then.items() if now.get(key, place) != place]


def load_beliefs(root: Path) -> Shelf[Beliefs]:
    """Every version of every line below `root`. Raises ContentError with all problems."""
    return load_shelf(root, Beliefs)


_beliefs = Store(CONTENT / "values" / "beliefs", load_beliefs)


def current_beliefs() -> Beliefs:
    """The newest line."""
    return max(_beliefs.current().values(), key=lambda each: each.version)


def get_beliefs(version: int) -> Beliefs:
    """The line somebody stood on. Raises LookupError."""
    return _beliefs.current()["beliefs", version]
