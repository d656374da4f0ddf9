"""Standards and rubrics: what must be seen before somebody decides, written as text.

A standard is a list of clauses. Each clause asks one question of the evidence and is answered by `clauses.py`; none
can make up for another. A published version never changes: a decision stores its version and content hash.
"""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, TypeVar, get_args

import rfc8785
from pydantic import Field, ValidationInfo, field_validator

from assessments.asks import Clause, LevelNumber, Positive, PriorAward, Slug, Words, never_met, wrong
from assessments.assurance import COUNTED, Tier
from assessments.calibration import Calibration
from assessments.deciding import PanelRule
from assessments.evidence import Part
from assessments.unlocking import Before, Deed
from courses.source import ContentError, Frozen, Store, read_yaml

CONTENT = Path(__file__).parent / "content"


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
    """What comes before the first session somebody leads, as earlier versions say it; later ones say it as `Before`."""

    problems_held: Annotated[int, Field(ge=0)]
    lessons: tuple[Words, ...] = ()


class Standard(Versioned):
    """One version of one standard. `unlocks` say what comes before what; without one for a deed, nothing does. Without
    `calibration`, whoever may sign does, whatever figure of agreement they have; without `decision`, one decides.
    `programme` is what is learnt for it; without, the five lessons with which the earlier versions began."""

    since: date
    title: Words
    award: Award
    valid_months: Positive
    recheck: Words
    programme: Slug | None = None
    unlock: Unlock | None = None
    unlocks: tuple[Before, ...] = ()
    calibration: Calibration | None = None
    decision: PanelRule | None = None
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)] = COUNTED  # whose signatures count
    clauses: Annotated[tuple[Clause, ...], Field(min_length=1)]

    def before(self, deed: Deed) -> Before | None:
        """What comes before a deed, in whichever form the version says it."""
        found = next((each for each in self.unlocks if each.before == deed), None)
        if found is None and deed == "leading" and self.unlock is not None:
            return Before(before=deed, problems_held=self.unlock.problems_held, lessons=self.unlock.lessons)
        return found

    @field_validator("unlocks")
    @classmethod
    def _once_each(cls, unlocks: tuple[Before, ...], info: ValidationInfo) -> tuple[Before, ...]:
        deeds = [each.before for each in unlocks]
        if twice := next((each for each in deeds if deeds.count(each) > 1), None):
            raise wrong(f"what comes before “{twice}” stands here twice; say it once")
        if "leading" in deeds and info.data.get("unlock") is not None:
            raise wrong("what comes before “leading” stands under “unlock” as well; keep “unlocks” alone")
        if empty := next((each.before for each in unlocks if each == Before(before=each.before)), None):
            raise wrong(f"nothing comes before “{empty}” here; name a problem, a lesson or a row, or leave it out")
        return unlocks

    @field_validator("clauses")
    @classmethod
    def _stands_on_its_own(cls, clauses: tuple[Clause, ...], info: ValidationInfo) -> tuple[Clause, ...]:
        earlier: set[str] = set()
        for clause in clauses:
            if clause.id in earlier:
                raise wrong(f"“{clause.id}” is used twice; every clause needs its own id")
            if clause.after is not None and clause.after not in earlier:
                raise wrong(f"“{clause.id}” comes after “{clause.after}”, which should stand above it")
            if fault := never_met(clause):
                raise wrong(f"“{clause.id}” {fault}")
            if isinstance(clause, PriorAward) and clause.standard == info.data.get("id"):
                raise wrong(f"“{clause.id}” asks for “{clause.standard}”, which is this standard itself")
            earlier.add(clause.id)
        if not any(clause.gate for clause in clauses):
            raise wrong("a standard needs a gate; mark at least one clause with “gate: true”")
        return clauses


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
    shelf = load_shelf(root, Standard)
    problems = [each for standard in shelf.values() for each in _unreachable(standard, shelf, _place(root, standard))]
    if problems:
        raise ContentError(problems)
    return shelf


def read_standard(path: Path) -> Standard:
    """One standard from a file that need not stand on the shelf. Raises ContentError with all problems."""
    standard = read_yaml(path, Standard)
    if problems := unreachable(standard, path):
        raise ContentError(problems)
    return standard


def unreachable(standard: Standard, path: Path) -> list[str]:
    """What keeps anybody from reaching a standard that may not be published, beside those that are."""
    return _unreachable(standard, {**_standards.current(), (standard.id, standard.version): standard}, path)


def _place(root: Path, standard: Standard) -> Path:
    return root / f"{standard.id}-{standard.version}.yaml"


def _unreachable(standard: Standard, shelf: Shelf[Standard], path: Path) -> list[str]:
    """What asks for a standard that there is not, or that in the end asks for this one."""
    problems = []
    for clause in standard.clauses:
        if not isinstance(clause, PriorAward):
            continue
        lines = path.read_text("utf-8").splitlines()
        line = next((n for n, each in enumerate(lines, start=1) if f"standard: {clause.standard}" in each), 1)
        if clause.standard not in {name for name, _ in shelf}:
            problems.append(f"{path}:{line}: “{clause.id}” asks for “{clause.standard}”, and there is no such standard")
        elif standard.id in _asked_before(clause.standard, shelf):
            problems.append(
                f"{path}:{line}: “{clause.id}” asks for “{clause.standard}”, which asks for “{standard.id}”"
            )
    return problems


def _asked_before(name: str, shelf: Shelf[Standard]) -> set[str]:
    """The standards that somebody has to reach before this one in its newest version, near and far."""
    found, todo = set[str](), [name]
    while todo:
        each = pick(shelf, todo.pop(), None)
        asked = {c.standard for c in each.clauses if isinstance(c, PriorAward)} & {known for known, _ in shelf}
        todo += asked - found
        found |= asked
    return found


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
