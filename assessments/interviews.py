"""The values interview, written as text: what two assessors ask, what they listen for, and what their word comes to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from assessments.asks import Positive, Slug, Words, wrong
from assessments.judged import Verdict
from assessments.standards import CONTENT, Shelf, Versioned, load_shelf, pick
from courses.source import Frozen, Store

ASSESSORS = 2  # syllabus.md §4, M05-L6: two assessors
VALUES = "values"


class Value(Frozen):
    """One of the six: what others can see somebody do, and what breaks it."""

    id: Slug
    title: Words
    behaviour: Words
    breach: Words


class Question(Frozen):
    """What both assessors hear an answer to: what to listen for in it, what counts, and what does not."""

    id: Slug
    text: Words
    listen: Words
    counts: Annotated[tuple[Words, ...], Field(min_length=1)]
    counts_not: Annotated[tuple[Words, ...], Field(min_length=1)]


class Interview(Versioned):
    """A version of the interview. `breach` is the question about the time a value was broken and mended."""

    since: date
    title: Words
    minutes: Positive
    prepare: Words
    begin: Words
    breach: Question
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]
    values: Annotated[tuple[Value, ...], Field(min_length=1)]
    yes: Words
    not_yet: Words

    @field_validator("questions", "values")
    @classmethod
    def _differ(cls, each: tuple[Question, ...] | tuple[Value, ...]) -> tuple[Question, ...] | tuple[Value, ...]:
        ids = [one.id for one in each]
        twice = next((name for name in ids if ids.count(name) > 1), None)
        if twice is not None:
            raise wrong(f"“{twice}” is there twice; each needs its own id")
        return each


def outcome(verdicts: Iterable[str]) -> Verdict:
    """Yes when both say yes. A “not yet” of either is one of both."""
    said = list(verdicts)
    return "yes" if len(said) == ASSESSORS and all(each == "yes" for each in said) else "not_yet"


def load_interviews(root: Path) -> Shelf[Interview]:
    """Every version below `root`. Raises ContentError with all problems."""
    return load_shelf(root, Interview)


_interviews = Store(CONTENT / "interviews", load_interviews)


def get_interview(version: int | None = None) -> Interview:
    """This version of the values interview, or the newest. Raises UnknownStandard."""
    return pick(_interviews.current(), VALUES, version)
