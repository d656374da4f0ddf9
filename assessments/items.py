"""The items of the knowledge test: what an author may write, and what must be true of all of them together.

One file for each module. An item is judged under exactly the text that was answered: its content hash is kept with
every answer, so a word that changes makes a new item for the statistics and leaves old results readable.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self, cast, get_args

import yaml
from pydantic import Field, StringConstraints, field_validator, model_validator

from assessments.schema import Bloom, Hashed, LessonId, Option, Text, repeated
from courses.catalogue import Catalogue
from courses.source import ContentError, Frozen, read_yaml

ModuleId = Annotated[str, StringConstraints(pattern=r"^M\d\d$")]
Kind = Literal["single", "sure", "multiple", "order", "match", "short"]
Sureness = Literal["sure", "fairly", "guessing"]

SENTENCE = re.compile(r"(?<=[.?”]) ")

BLOOM: tuple[Bloom, ...] = get_args(Bloom)  # from the plainest to the most demanding, as the type lists them


class _Item(Hashed):
    """What every item says, whatever its kind. `said` and `by` are set where it is about something somebody said."""

    version: Annotated[int, Field(ge=1)]
    objective: LessonId
    bloom: Bloom
    safety: bool = False
    said: Text | None = None
    by: Text | None = None
    prompt: Text

    @property
    def module(self) -> str:
        return self.objective.partition("-")[0]

    @property
    def scene(self) -> str:
        """What comes before the question, for a page that sets the two apart; may be empty."""
        return self.prompt[: len(self.prompt) - len(self.question)].strip()

    @property
    def question(self) -> str:
        """The last sentence that asks, and what stands behind it."""
        parts = SENTENCE.split(self.prompt)
        asks = next((place for place in reversed(range(len(parts))) if parts[place].endswith("?")), 0)
        return " ".join(parts[asks:])


class ChoiceItem(_Item):
    """One right answer (`single`, and `sure`, which asks how sure as well), or two and more (`multiple`)."""

    kind: Literal["single", "sure", "multiple"]
    options: Annotated[tuple[Option, ...], Field(min_length=3, max_length=8)]

    @model_validator(mode="after")
    def _can_be_answered(self) -> Self:
        if again := repeated(option.key for option in self.options):
            raise ValueError(f"the key “{again[0]}” is used twice")
        if again := repeated(option.text for option in self.options):
            raise ValueError(f"the answer “{again[0]}” is there twice")
        right = len(self.keys)
        if self.kind != "multiple" and right != 1:
            raise ValueError(f"exactly one answer should be right, and {right} are")
        if self.kind == "multiple" and not 2 <= right < len(self.options):
            raise ValueError("at least two answers should be right, and at least one should not")
        return self

    @property
    def keys(self) -> tuple[str, ...]:
        """The right answers."""
        return tuple(option.key for option in self.options if option.right)

    @property
    def choices(self) -> tuple[str, ...]:
        """What can be put in another order on the page."""
        return tuple(option.key for option in self.options)


class OrderItem(_Item):
    """Steps, written here in the right order and shown in another."""

    kind: Literal["order"]
    steps: Annotated[tuple[Text, ...], Field(min_length=3, max_length=8)]
    reason: Text

    @field_validator("steps")
    @classmethod
    def _differ(cls, steps: tuple[str, ...]) -> tuple[str, ...]:
        if again := repeated(steps):
            raise ValueError(f"the step “{again[0]}” is there twice")
        return steps

    @property
    def choices(self) -> tuple[str, ...]:
        return self.steps


class Pair(Frozen):
    """Two things that belong together, and why."""

    left: Text
    right: Text
    why: Text


class MatchItem(_Item):
    """Things to be put beside what belongs to them. A right side may serve twice; `spare` ones belong to nothing."""

    kind: Literal["match"]
    pairs: Annotated[tuple[Pair, ...], Field(min_length=3, max_length=8)]
    spare: tuple[Text, ...] = ()
    reason: Text

    @model_validator(mode="after")
    def _can_be_matched(self) -> Self:
        if again := repeated(pair.left for pair in self.pairs):
            raise ValueError(f"“{again[0]}” is to be matched twice")
        rights = {pair.right for pair in self.pairs}
        if len(rights) < 2:
            raise ValueError("at least two different right sides are needed")
        if both := rights & set(self.spare):
            raise ValueError(f"“{min(both)}” is spare and belongs to something as well")
        return self

    @property
    def choices(self) -> tuple[str, ...]:
        """The right sides, each once."""
        return tuple(dict.fromkeys((*(pair.right for pair in self.pairs), *self.spare)))


class NearMiss(Frozen):
    """An answer that comes close and is not accepted, and what to say about it."""

    text: Text
    why: Text


class ShortItem(_Item):
    """A word or a few, typed. What is accepted is compared without capitals, accents, punctuation and articles."""

    kind: Literal["short"]
    accepted: Annotated[tuple[Text, ...], Field(min_length=1)]
    near: Annotated[tuple[NearMiss, ...], Field(min_length=1)]
    reason: Text

    @model_validator(mode="after")
    def _near_is_not_right(self) -> Self:
        if self.safety:
            raise ValueError("nobody should fail by a slip of the keyboard; give a safety item answers to choose from")
        if again := repeated(normal(each) for each in (*self.accepted, *(miss.text for miss in self.near))):
            raise ValueError(f"“{again[0]}” is there twice, once capitals and punctuation are left out")
        return self

    @property
    def choices(self) -> tuple[str, ...]:
        return ()


BankItem = Annotated[ChoiceItem | OrderItem | MatchItem | ShortItem, Field(discriminator="kind")]


class ItemFile(Frozen):
    """All items of one module."""

    module: ModuleId
    items: Annotated[tuple[BankItem, ...], Field(min_length=1)]


def normal(text: str) -> str:
    """A typed answer without what nobody means by it: capitals, accents, punctuation, a leading article."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = "".join(each if each.isalnum() else " " for each in plain if not unicodedata.combining(each))
    words = kept.split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in {"a", "an", "the"} else words)


@dataclass(frozen=True)
class Stored:
    """An item and where it was read, so that a mistake found later can still be named by file and line."""

    item: BankItem
    path: Path
    line: int

    @property
    def where(self) -> str:
        return f"{self.path}:{self.line}"


def read_items(folder: Path, problems: list[str]) -> dict[str, Stored]:
    """Every item by its id. What is wrong is added to `problems`."""
    found: dict[str, Stored] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            read = read_yaml(path, ItemFile)
        except ContentError as error:
            problems += error.problems
            continue
        if path.stem != read.module.lower():
            problems.append(f"{path}:1: module: should be “{path.stem.upper()}”, like the file")
        for item, line in zip(read.items, _lines(path), strict=True):
            problems += _misplaced(item, f"{path}:{line}", read.module, found)
            found.setdefault(item.id, Stored(item, path, line))
    return found


def _lines(path: Path) -> list[int]:
    """The line on which each item of a file starts that has been read without a mistake."""
    top = cast("yaml.MappingNode", yaml.compose(path.read_text("utf-8"), Loader=yaml.CSafeLoader))
    items = next(value for key, value in top.value if key.value == "items")
    return [node.start_mark.line + 1 for node in items.value]


def _misplaced(item: BankItem, where: str, module: str, found: Mapping[str, Stored]) -> Iterator[str]:
    if item.id in found:
        yield f"{where}: “{item.id}” is used twice, here and in {found[item.id].where}; every item needs its own id"
    if item.module != module:
        yield f"{where}: “{item.id}” is about {item.objective}; in this file every objective should start with {module}"


def untaught_items(items: Iterable[Stored], known: Catalogue) -> Iterator[str]:
    """Items about a lesson that there is not, or that ask for more than the lesson set out to teach."""
    for stored in items:
        item, lesson = stored.item, known.find_lesson_by_id(stored.item.objective)
        if lesson is None:
            yield f"{stored.where}: “{item.id}” is about {item.objective}, and there is no such lesson"
        elif lesson.bloom is not None and BLOOM.index(item.bloom) > BLOOM.index(lesson.bloom):
            yield (
                f"{stored.where}: “{item.id}” asks to {item.bloom}, and {lesson.id} goes as far as “{lesson.bloom}”; "
                "it should ask for that or less"
            )
