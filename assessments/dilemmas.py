"""Dilemmas, written as text: six scenes, what is looked for in an answer, and what is enough.

Scoring of the syllabus, section 4: five parts, each there or not yet. A dilemma is right with four of the five, and
where a scene names parts that must be there, only with these. It is passed with four of the six, among them every
scene that names such parts: harm to a child is not made up for by anything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field, field_validator, model_validator

from assessments.asks import Slug, Words, wrong
from assessments.standards import CONTENT, Shelf, Versioned, load_shelf
from assessments.values_cards import differ
from courses.source import Frozen, Store

PartId = Literal["tension", "affected", "duty", "today", "words"]
PARTS: tuple[str, ...] = get_args(PartId)
LONGEST_PART = 4_000
# What a part is called, what is asked of a learner, and a hint.
ASKED: Mapping[str, tuple[str, str, str]] = {
    "tension": (
        "Values in tension",
        "Which values pull against each other here?",
        "Name both, and give the one you would let go its best face.",
    ),
    "affected": ("Who is affected", "Who is affected?", "Begin with those who are not in the room."),
    "duty": ("Rule or duty", "Which rule or duty applies?", "An agreement, a contract, a law, a promise made aloud."),
    "today": ("Today", "What do you do today?", "Something that somebody could watch you do."),
    "words": ("Said to whom", "What do you say, and to whom?", "The words themselves, as you would say them."),
}


class Parts(Frozen):
    """A text for each of the five parts."""

    tension: Words
    affected: Words
    duty: Words
    today: Words
    words: Words


class Dilemma(Frozen):
    """One scene. `looks_for` and `model` are for whoever judges; `must` are parts without which it is not right."""

    id: Slug
    title: Words
    scene: Annotated[tuple[Words, ...], Field(min_length=2)]
    must: tuple[PartId, ...] = ()
    looks_for: Parts
    model: Parts


class Dilemmas(Versioned):
    """The six. `passes`: so many parts make one right; `enough`: so many right ones are asked for."""

    since: date
    passes: Annotated[int, Field(ge=1, le=5)]
    enough: Annotated[int, Field(ge=1, le=6)]
    dilemmas: Annotated[tuple[Dilemma, ...], Field(min_length=6, max_length=6)]

    @field_validator("dilemmas")
    @classmethod
    def _differ(cls, dilemmas: tuple[Dilemma, ...]) -> tuple[Dilemma, ...]:
        differ(dilemmas, "id", "title")
        return dilemmas

    @model_validator(mode="after")
    def _one_must(self) -> Dilemmas:
        if not self.must:
            raise wrong("one of the dilemmas has to be right: name the parts that must be there under “must”")
        return self

    @property
    def must(self) -> list[Dilemma]:
        """Those that have to be right."""
        return [each for each in self.dilemmas if each.must]

    def find(self, dilemma_id: str) -> Dilemma | None:
        """The dilemma with this id."""
        return next((each for each in self.dilemmas if each.id == dilemma_id), None)


def points(there: Mapping[str, bool]) -> int:
    """How many of the five parts are there."""
    return sum(there[part] for part in PARTS)


def is_right(pack: Dilemmas, dilemma: Dilemma, there: Mapping[str, bool]) -> bool:
    """Whether this is enough for the dilemma."""
    return points(there) >= pack.passes and all(there[part] for part in dilemma.must)


def is_passed(pack: Dilemmas, right: Collection[str]) -> bool:
    """Whether these right dilemmas are enough altogether."""
    among = {each.id for each in pack.dilemmas} & set(right)
    return len(among) >= pack.enough and all(each.id in among for each in pack.must)


def load_dilemmas(root: Path) -> Shelf[Dilemmas]:
    """Every version of the dilemmas below `root`. Raises ContentError with all problems."""
    return load_shelf(root, Dilemmas)


_dilemmas = Store(CONTENT / "values" / "dilemmas", load_dilemmas)


def current_dilemmas() -> Dilemmas:
    """The newest six."""
    return max(_dilemmas.current().values(), key=lambda each: each.version)


def get_dilemmas(version: int) -> Dilemmas:
    """The six under which somebody was judged. Raises LookupError."""
    return _dilemmas.current()["dilemmas", version]
