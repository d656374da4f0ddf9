"""Rules of renewal, written as text: what is asked of a holder before a new cycle begins (certification.md §5).

One file stands for the versions of a standard whose certificates it renews. A published version never changes.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from assessments.asks import Positive, Slug, Words, wrong
from assessments.standards import CONTENT, Shelf, Versioned, load_shelf
from courses.source import Frozen, Store

About = Literal["asking", "safeguarding", "supervision", "other"]
ABOUT_SAID: dict[About, str] = {
    "asking": "Asking, and values",
    "safeguarding": "Ethics and safeguarding",
    "supervision": "Supervision, or a circle of facilitators",
    "other": "Something else",
}


class Asked(Frozen):
    """What every clause has: an id, and the title that people read."""

    id: Slug
    title: Words


class LedHours(Asked):
    """Hours of sessions led and signed since the certificate began."""

    kind: Literal["led-hours"]
    hours: Positive


class SeenLately(Asked):
    """Sessions led and signed in the last `months` before the certificate ends, or since, by so many people."""

    kind: Literal["seen-lately"]
    least: Positive
    by: Positive
    months: Positive


class LessonsAgain(Asked):
    """Lessons done, for the first time or again, in the last `months` before the certificate ends, or since."""

    kind: Literal["lessons-again"]
    lessons: Annotated[tuple[Words, ...], Field(min_length=1)]
    months: Positive


class LearningHours(Asked):
    """Hours of learning since the certificate began; with `about`, of one kind. 60 minutes are an hour."""

    kind: Literal["learning-hours"]
    hours: Positive
    about: About | None = None


class HeardAgain(Asked):
    """A values interview that ended with a yes, in the last `months` before the certificate ends, or since."""

    kind: Literal["heard-again"]
    months: Positive


RenewalClause = Annotated[
    LedHours | SeenLately | LessonsAgain | LearningHours | HeardAgain, Field(discriminator="kind")
]


class RenewalRule(Versioned):
    """What a cycle asks (certification.md §5). `versions` are those of the standard whose certificates it renews.

    The window opens `window_months` before the end. In the `grace_months` after it the same is asked; later
    `after_grace` is asked as well.
    """

    since: date
    standard: Slug
    versions: Annotated[tuple[Positive, ...], Field(min_length=1)]
    title: Words
    window_months: Positive
    grace_months: Positive
    extends_months: Positive
    clauses: Annotated[tuple[RenewalClause, ...], Field(min_length=1)]
    after_grace: tuple[RenewalClause, ...] = ()

    @field_validator("after_grace")
    @classmethod
    def _ids_differ(cls, after: tuple[RenewalClause, ...], info: ValidationInfo) -> tuple[RenewalClause, ...]:
        ids = [each.id for each in (*info.data.get("clauses", ()), *after)]
        for each in ids:
            if ids.count(each) > 1:
                raise wrong(f"“{each}” is used twice; every clause needs its own id")
        return after

    @field_validator("clauses", "after_grace")
    @classmethod
    def _can_be_met(cls, clauses: tuple[RenewalClause, ...]) -> tuple[RenewalClause, ...]:
        for each in clauses:
            if isinstance(each, SeenLately) and each.by > each.least:
                raise wrong(f"“{each.id}” asks for {each.by} people to sign {each.least} sessions; each is signed once")
        return clauses


def load_renewals(root: Path) -> Shelf[RenewalRule]:
    """Every version of every rule below `root`. Raises ContentError with all problems."""
    return load_shelf(root, RenewalRule)


_rules = Store(CONTENT / "renewals", load_renewals)


def find_rule(standard_id: str, version: int) -> RenewalRule | None:
    """The newest rule for certificates of this version of a standard; None where they are earned anew."""
    fitting = [each for each in _rules.current().values() if each.standard == standard_id and version in each.versions]
    return max(fitting, key=lambda each: each.version, default=None)
