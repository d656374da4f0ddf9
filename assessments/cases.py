"""Written evenings for assessors to rate by the rubric, with the level that we give for each row, and why.

Pure. Levels are an order: two are a number of anchors apart, and nothing here adds them up or averages them. Agreement
is agreement within one anchor (M12-L2, M12-L4); which anchor is right at its edge may always be argued.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import Field, StringConstraints

from assessments.schema import Hashed, LessonId, Slug, Text, repeated
from assessments.standards import CONTENT, Rubric, load_rubrics
from assessments.wording import some
from courses.source import ContentError, Frozen, Store, line_of, read_yaml

NEAR = 1  # anchors
TENTHS_NEAR = 8  # of ten rows: 4 of 5 within one anchor (syllabus, M12-L2)
RubricName = Annotated[str, StringConstraints(pattern=r"^[a-z]+(-[a-z]+)*-[1-9]\d*$")]
Place = tuple[int | str, ...]


class Scene(Frozen):
    """What was said and done from a minute on, and nothing of what to make of it."""

    minute: Annotated[int, Field(ge=0, le=240)]
    saw: Text


class RowKey(Frozen):
    """The level we give for a row of the rubric; none where the evening did not show it."""

    row: Slug
    level: Annotated[int, Field(ge=1, le=5)] | None = None
    why: Text


class Case(Hashed):
    """One evening. `rubric` names the rubric and its version, whose anchors the key is about."""

    lesson: LessonId
    title: Text
    rubric: RubricName
    setting: Text
    scenes: Annotated[tuple[Scene, ...], Field(min_length=5, max_length=15)]
    key: Annotated[tuple[RowKey, ...], Field(min_length=1)]

    @cached_property
    def levels(self) -> Mapping[str, int | None]:
        """The level of each row."""
        return {each.row: each.level for each in self.key}


@dataclass(frozen=True, slots=True)
class RowApart:
    """A row as the key and an assessor read it; None where it was not seen."""

    row: str
    key: int | None
    given: int | None

    @property
    def near(self) -> bool:
        """Whether the two are one anchor apart at most, or agree that it was not to be seen."""
        if self.key is None or self.given is None:
            return self.key is self.given
        return abs(self.key - self.given) <= NEAR

    @property
    def same(self) -> bool:
        return self.key == self.given


@dataclass(frozen=True, slots=True)
class Rated:
    """An assessor’s levels of a case beside the key, row by row."""

    rows: tuple[RowApart, ...]

    @property
    def near(self) -> int:
        return sum(each.near for each in self.rows)

    @property
    def far(self) -> tuple[RowApart, ...]:
        """The rows to talk about."""
        return tuple(each for each in self.rows if not each.near)

    @property
    def enough(self) -> bool:
        """Whether four rows in five are within one anchor."""
        return self.near * 10 >= TENTHS_NEAR * len(self.rows)

    @property
    def in_words(self) -> str:
        """“9 of 10 rows within one anchor, 6 of them the same”."""
        same = sum(each.same for each in self.rows)
        return f"{self.near} of {some(len(self.rows), 'row')} within one anchor, {same} of them the same"


def rate(case: Case, given: Mapping[str, int | None]) -> Rated:
    """An assessor’s levels beside the key. A row that is not among them counts as not seen."""
    return Rated(tuple(RowApart(row, level, given.get(row)) for row, level in case.levels.items()))


def load_cases(root: Path, rubrics: Mapping[tuple[str, int], Rubric]) -> Mapping[str, Case]:
    """Every case below `root` by its id. Raises ContentError with all problems."""
    found: dict[str, Case] = {}
    problems: list[str] = []
    known = {f"{name}-{version}": rubric for (name, version), rubric in rubrics.items()}
    for path in sorted(root.glob("*.yaml")):
        try:
            case = read_yaml(path, Case)
        except ContentError as error:
            problems += error.problems
            continue
        if case.id != path.stem:
            problems.append(f"{path}:1: id: should be “{path.stem}”, like the file")
        wrong = faults(case, known.get(case.rubric))
        problems += [f"{path}:{line_of(path, place)}: {said}" for place, said in wrong]
        found[case.id] = case
    if problems:
        raise ContentError(problems)
    return MappingProxyType(found)


def faults(case: Case, rubric: Rubric | None) -> Iterator[tuple[Place, str]]:
    """What is wrong with a case that can be read, and where."""
    for n, (before, after) in enumerate(pairwise(case.scenes), start=1):
        if after.minute <= before.minute:
            yield ("scenes", n, "minute"), f"minute {after.minute} should come after minute {before.minute}"
    if rubric is None:
        yield ("rubric",), f"there is no rubric “{case.rubric}”"
        return
    asked = [row.id for row in rubric.rows]
    for n, each in enumerate(case.key):
        if each.row not in asked:
            yield ("key", n, "row"), f"the rubric has no row “{each.row}”"
    for again in repeated(each.row for each in case.key):
        yield ("key",), f"the row “{again}” stands here twice"
    for missing in (row for row in asked if row not in case.levels):
        yield ("key",), f"the row “{missing}” has no key; where it cannot be seen, give the row without a level"


_cases = Store(CONTENT / "cases", lambda root: load_cases(root, load_rubrics(root.parent / "rubrics")))


def current() -> Mapping[str, Case]:
    """The last good version of all cases."""
    return _cases.current()


def next_to_rate(known: Mapping[str, Case], rated: Sequence[str]) -> str | None:
    """The first case that was not rated yet; None once all were."""
    return next((name for name in known if name not in rated), None)
