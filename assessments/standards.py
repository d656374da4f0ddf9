"""Standards and rubrics: what must be seen before somebody decides, written as text.

A standard is a list of clauses. Each clause asks one question of the evidence and is answered by `clauses.py`; none
can make up for another. A published version never changes: a decision stores its version and content hash.
"""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, TypeVar, get_args

import rfc8785
from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from assessments.assurance import COUNTED, Tier
from assessments.calibration import Calibration
from assessments.deciding import PanelRule
from assessments.evidence import Part
from assessments.reliability import wilson_lower
from courses.source import ContentError, Frozen, Store, read_yaml

CONTENT = Path(__file__).parent / "content"

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
Words = Annotated[str, Field(min_length=1)]
Positive = Annotated[int, Field(ge=1)]
LevelNumber = Annotated[int, Field(ge=1, le=5)]


class ClauseBase(Frozen):
    """`gate`: no reason given by anybody makes up for it. `after`: cannot be worked on until that clause is there."""

    id: Slug
    title: Words
    gate: bool = False
    after: Slug | None = None


class LessonsDone(ClauseBase):
    """Every named lesson is done. With `holds_months` it has to be done again when that time is over."""

    kind: Literal["lessons-done"]
    lessons: Annotated[tuple[Words, ...], Field(min_length=1)]
    holds_months: Positive | None = None


class SessionsLed(ClauseBase):
    """At least this many sessions led and signed. Old ones keep counting here; `RecentSessions` asks for new ones."""

    kind: Literal["sessions-led"]
    least: Positive


class Assessors(ClauseBase):
    """At least `least` people have signed, and `by_others` sessions are signed by others than the main signer.

    A number, not a share: a share would take readiness away from somebody who leads one good session more.
    """

    kind: Literal["assessors"]
    least: Positive
    by_others: Positive


class RecentSessions(ClauseBase):
    """At least this many signed sessions were held in the last `days` days."""

    kind: Literal["recent-sessions"]
    least: Positive
    days: Positive


class MonthsOfPractice(ClauseBase):
    """The first and the last signed session are at least this many months apart."""

    kind: Literal["months-of-practice"]
    months: Positive


class Groups(ClauseBase):
    """Signed sessions come from at least this many groups."""

    kind: Literal["groups"]
    least: Positive


class Levels(ClauseBase):
    """The last `last` signed levels are each `at_least`; none of the last `over` is below `never_below`."""

    kind: Literal["levels"]
    last: Positive
    at_least: LevelNumber
    over: Positive
    never_below: LevelNumber


class OpenQuestions(ClauseBase):
    """Over the last `sessions` signed tallies, with `questions` or more in all, the share of open questions.

    Judged by the one-sided 95 % Wilson lower bound, so that a few lucky questions prove nothing.
    """

    kind: Literal["open-questions"]
    sessions: Positive
    questions: Positive
    lower_bound: Annotated[float, Field(gt=0, lt=1)]


Clause = Annotated[
    LessonsDone | SessionsLed | Assessors | RecentSessions | MonthsOfPractice | Groups | Levels | OpenQuestions,
    Field(discriminator="kind"),
]


class Versioned(Frozen):
    """What is published under an id and a version, and never changes once somebody was judged under it."""

    id: Slug
    version: Positive

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of what the file says. Comments, layout and defaults that come later leave it unchanged."""
        return hashlib.sha256(rfc8785.dumps(self.model_dump(mode="json", exclude_unset=True))).hexdigest()


class Award(Frozen):
    """What the certificate says: its title, the level entrusted, and the claim after the holder's name."""

    title: Words
    level: LevelNumber
    claim: Words


class Unlock(Frozen):
    """What comes before the first session somebody leads: so many problems of their own brought, and these lessons."""

    problems_held: Annotated[int, Field(ge=0)]
    lessons: tuple[Words, ...] = ()


class Standard(Versioned):
    """One version of one standard. Without `unlock`, anybody may write up a session that they led; without
    `calibration`, whoever may sign does, whatever figure of agreement they have; without `decision`, one decides."""

    since: date
    title: Words
    award: Award
    valid_months: Positive
    recheck: Words
    unlock: Unlock | None = None
    calibration: Calibration | None = None
    decision: PanelRule | None = None
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)] = COUNTED  # whose signatures count
    clauses: Annotated[tuple[Clause, ...], Field(min_length=1)]

    @field_validator("clauses")
    @classmethod
    def _stands_on_its_own(cls, clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
        earlier: set[str] = set()
        for clause in clauses:
            if clause.id in earlier:
                raise wrong(f"“{clause.id}” is used twice; every clause needs its own id")
            if clause.after is not None and clause.after not in earlier:
                raise wrong(f"“{clause.id}” comes after “{clause.after}”, which should stand above it")
            if fault := _never_met(clause):
                raise wrong(f"“{clause.id}” {fault}")
            earlier.add(clause.id)
        if not any(clause.gate for clause in clauses):
            raise wrong("a standard needs a gate; mark at least one clause with “gate: true”")
        return clauses


MOST_ASKED = 60  # questions in one session: three in each of the twenty minutes of open questions


def _never_met(clause: Clause) -> str:
    """Why nobody could ever meet this clause, to follow its name; empty when somebody could."""
    if isinstance(clause, Levels) and clause.never_below > clause.at_least:
        return "refuses levels that it also asks for; never_below is above at_least"
    if isinstance(clause, RecentSessions) and clause.least > clause.days:
        return f"asks for {clause.least} sessions in {clause.days} days; nobody leads more than one a day"
    if isinstance(clause, OpenQuestions):
        most = clause.sessions * MOST_ASKED
        if clause.questions > most:
            return f"asks for {clause.questions} questions in {clause.sessions} sessions; one has {MOST_ASKED} at most"
        if (reached := wilson_lower(most, most)) < clause.lower_bound:
            return f"asks for a bound of {clause.lower_bound}; {most} open questions of {most} reach {reached:.2f}"
    return ""


class RubricRow(Frozen):
    """One thing to look at. `anchors` says what each level looks like, `roles` in which parts it can be seen."""

    id: Slug
    title: Words
    hint: Words
    roles: Annotated[tuple[Part, ...], Field(min_length=1)] = get_args(Part)
    anchors: Annotated[tuple[Words, ...], Field(min_length=5, max_length=5)]


class Rubric(Versioned):
    """What the trainer and the trainee rate, each alone. `own_words` are the trainee's five answers, 1 to 5."""

    title: Words
    own_words: Annotated[tuple[Words, ...], Field(min_length=5, max_length=5)]
    rows: Annotated[tuple[RubricRow, ...], Field(min_length=1)]

    @field_validator("rows")
    @classmethod
    def _rows_differ(cls, rows: tuple[RubricRow, ...]) -> tuple[RubricRow, ...]:
        if len({row.id for row in rows}) < len(rows):
            raise wrong("every row needs its own id")
        return rows


class UnknownStandard(LookupError):
    """No standard or rubric has this id and version."""


Kept = TypeVar("Kept", bound=Versioned)
Shelf = dict[tuple[str, int], Kept]


def load_standards(root: Path) -> Shelf[Standard]:
    """Every version of every standard below `root`. Raises ContentError with all problems."""
    return load_shelf(root, Standard)


def read_standard(path: Path) -> Standard:
    """One standard from a file that need not stand on the shelf. Raises ContentError with all problems."""
    return read_yaml(path, Standard)


def load_rubrics(root: Path) -> Shelf[Rubric]:
    """Every version of every rubric below `root`. Raises ContentError with all problems."""
    return load_shelf(root, Rubric)


_standards = Store(CONTENT / "standards", load_standards)
_rubrics = Store(CONTENT / "rubrics", load_rubrics)


def get_standard(standard_id: str, version: int | None = None) -> Standard:
    """This version, or the newest. Raises UnknownStandard."""
    return pick(_standards.current(), standard_id, version)


def get_rubric(rubric_id: str = "practice", version: int | None = None) -> Rubric:
    """This version, or the newest. Raises UnknownStandard."""
    return pick(_rubrics.current(), rubric_id, version)


def all_rubrics(rubric_id: str = "practice") -> list[Rubric]:
    """Every version, the newest first."""
    found = [rubric for rubric in _rubrics.current().values() if rubric.id == rubric_id]
    return sorted(found, key=lambda each: each.version, reverse=True)


def pick(shelf: Shelf[Kept], wanted: str, version: int | None) -> Kept:
    """This version, or the newest. Raises UnknownStandard."""
    versions = [number for name, number in shelf if name == wanted and version in (None, number)]
    if not versions:
        raise UnknownStandard(f"{wanted}, version {version or 'any'}")
    return shelf[wanted, max(versions)]


def load_shelf(root: Path, model: type[Kept]) -> Shelf[Kept]:
    """Every version of every file below `root`. Raises ContentError with all problems."""
    shelf: Shelf[Kept] = {}
    problems: list[str] = []
    for path in sorted(root.glob("*.yaml")):
        try:
            each = read_yaml(path, model)
        except ContentError as error:
            problems += error.problems
            continue
        if path.stem != f"{each.id}-{each.version}":
            problems.append(
                f"{path}:1: the file should be named “{each.id}-{each.version}.yaml” after its id and version"
            )
        shelf[each.id, each.version] = each
    if problems:
        raise ContentError(problems)
    return shelf


def wrong(sentence: str) -> PydanticCustomError:
    """A mistake in a file, said in a sentence."""
    return PydanticCustomError("standard", "{sentence}", {"sentence": sentence})
