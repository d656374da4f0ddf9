"""The two collections of problem cases: *re.volution* (over-extension) and *re.think* (bigger-than-self problems).

A case is one YAML file, `content/collections/<collection>/<case>.yaml`, so that an author copies one, changes every
line and is told by the check what is missing. Its file's name is its id and stands in its address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from courses.catalogue import COLLECTIONS, CONTENT
from courses.schema import Sentence, Title
from courses.source import ContentError, Frozen, Store, line_of, read_yaml

# What can be said in the first two minutes of a telling: about a hundred words a minute, with pauses.
FEWEST_TOLD, MOST_TOLD = 120, 200
WORD = re.compile(r"[^\W_][\w’'.-]*")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# How anybody may link to a case: `/cases/rethink/the-last-bus`.
LINK = re.compile(r"/cases/(?P<collection>[a-z]+)/(?P<slug>[a-z0-9-]+)")

Collected = Literal["revolution", "rethink"]
Level = Literal["first", "harder", "experienced"]
Sector = Literal[
    "health", "council", "school", "charity", "small-firm", "carer", "volunteer", "union", "farming", "faith", "police",
    "library", "youth-work", "family",
]  # fmt: skip
Rung = Literal["clarify", "probe", "feel", "perspective", "assumption", "implication", "own-part"]

Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=20, max_length=1200)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60)]
Asked = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"\?$", max_length=200)]


class Layer(Frozen):
    """Something beneath the first telling: the kind of question that reaches it, one such question, the answer."""

    kind: Rung
    ask: Asked
    says: Prose


class Temptation(Frozen):
    """Advice that the group will want to give, and what it would miss."""

    advice: Prose
    misses: Prose


class CollectionHead(Frozen):
    """`collection.yaml`."""

    name: Title
    about: Sentence
    summary: Prose


class CaseHead(Frozen):
    """What stands in the file of one case."""

    title: Title
    level: Level
    sector: Sector
    holder: Name
    who: Prose
    told: Annotated[str, StringConstraints(strip_whitespace=True)]
    layers: Annotated[tuple[Layer, ...], Field(min_length=3, max_length=5)]
    temptations: Annotated[tuple[Temptation, ...], Field(min_length=3, max_length=3)]
    statements: Annotated[tuple[Prose, ...], Field(min_length=2, max_length=3)]
    values: Annotated[tuple[Name, ...], Field(min_length=2, max_length=4)]
    watch: Annotated[tuple[Prose, ...], Field(min_length=2, max_length=4)]
    stop: Prose
    open: Asked
    closed: Asked
    after: Prose

    @field_validator("told")
    @classmethod
    def _two_minutes(cls, told: str) -> str:
        if not FEWEST_TOLD <= (count := words(told)) <= MOST_TOLD:
            raise ValueError(
                f"has {count} words; what is said in the first two minutes has {FEWEST_TOLD} to {MOST_TOLD}"
            )
        return told

    @field_validator("statements")
    @classmethod
    def _they_differ(cls, statements: tuple[str, ...]) -> tuple[str, ...]:
        if len({each.lower() for each in statements}) < len(statements):
            raise ValueError("two of these are the same; a group may agree on one or on another")
        return statements


class ProblemCase(CaseHead):
    """One case, with its place."""

    collection: Collected
    slug: str

    @property
    def key(self) -> str:
        """Collection and case, as they stand in an address."""
        return f"{self.collection}/{self.slug}"


class Collection(CollectionHead):
    """One collection with its cases, the easier ones first."""

    slug: Collected
    cases: tuple[ProblemCase, ...]


class Shelf:
    """The collections in their order, and every case by its place."""

    def __init__(self, collections: tuple[Collection, ...]) -> None:
        self.collections = collections
        self.cases = tuple(case for each in collections for case in each.cases)
        self._by_key = {case.key: case for case in self.cases}

    def find(self, collection: str, slug: str) -> ProblemCase | None:
        return self._by_key.get(f"{collection}/{slug}")

    def collection_of(self, case: ProblemCase) -> Collection:
        return next(each for each in self.collections if each.slug == case.collection)


LEVELS: tuple[Level, ...] = ("first", "harder", "experienced")
KNOWN: tuple[Collected, ...] = ("revolution", "rethink")


def load(root: Path) -> Shelf:
    """Read and check the folder of collections. Raises ContentError with every problem in it."""
    problems: list[str] = []
    collections: list[Collection] = []
    taken: dict[str, Path] = {}
    for slug in KNOWN:
        try:
            head = read_yaml(root / slug / "collection.yaml", CollectionHead)
        except FileNotFoundError:
            problems.append(f"{root / slug / 'collection.yaml'}:1: this file is missing")
            continue
        except ContentError as error:
            problems += error.problems
            continue
        cases = sorted(_cases(root / slug, slug, taken, problems), key=lambda each: LEVELS.index(each.level))
        if not cases:
            problems.append(f"{root / slug / 'collection.yaml'}:1: the collection should have at least one case")
        collections.append(Collection(**dict(head), slug=slug, cases=tuple(cases)))
    problems += _strange(root)
    if problems:
        raise ContentError(problems)
    return Shelf(tuple(collections))


def current() -> Shelf:
    """The collections as they are on disk now; the last good ones while a change is broken."""
    return _store.current()


def words(text: str) -> int:
    """How many words a text has."""
    return len(WORD.findall(text))


def _cases(folder: Path, collection: Collected, taken: dict[str, Path], problems: list[str]) -> Iterator[ProblemCase]:
    """Every case of a folder that can be read. One name, and one holder, stands for one case in both collections."""
    for path in sorted(folder.glob("*.yaml")):
        if path.name == "collection.yaml":
            continue
        if not SLUG.fullmatch(path.stem):
            problems.append(f"{path}:1: the name should look like “the-last-bus.yaml”")
            continue
        try:
            head = read_yaml(path, CaseHead)
        except ContentError as error:
            problems += error.problems
            continue
        for key, loc in ((path.stem, ("title",)), (head.holder, ("holder",)), (head.title, ("title",))):
            if key in taken:
                problems.append(f"{path}:{line_of(path, loc)}: “{key}” is already taken by {taken[key]}")
            taken[key] = path
        yield ProblemCase(**dict(head), collection=collection, slug=path.stem)


def _strange(root: Path) -> Iterator[str]:
    """Whatever lies beside the cases and is none."""
    for path in sorted(root.rglob("*")):
        known = path.parent.parent == root and path.parent.name in KNOWN and path.suffix == ".yaml"
        if path.is_file() and not known and not path.name.startswith((".", "__")):
            yield f"{path}:1: this belongs to no collection; cases are files such as revolution/the-night-rota.yaml"


_store = Store(CONTENT / COLLECTIONS, load)
