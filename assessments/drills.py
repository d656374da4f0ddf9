"""What an author may write for four drills: sorting questions, a ladder of them, returns to a circle, and silence.

The fifth, repairing advice, is `schema.Drill`. Here as there every sheet carries a content hash, and nothing is scored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeVar, get_args

from pydantic import Field, StringConstraints, field_validator, model_validator

from assessments.schema import Hashed, LessonId, Situation, Slug, Text, repeated
from assessments.words_counted import MOST_WORDS, count_words
from courses.source import Frozen

Facet = Literal["form", "function", "fault"]
Form = Literal["F-WH", "F-INV", "F-ANY", "F-FACT", "F-YN", "F-ALT", "F-TAG", "F-DECL"]
Function = Literal["clarify", "probe", "feeling", "self", "viewpoint", "assumption", "consequence", "process", "none"]
Fault = Literal["none", "X-ADV", "X-LEAD", "X-RHET", "X-MULT", "X-WHY"]
Rung = Literal["clarify", "probe", "feeling", "viewpoint", "assumption", "consequence"]

FACETS: tuple[str, ...] = get_args(Facet)
RUNGS: tuple[str, ...] = get_args(Rung)

Piece = TypeVar("Piece", "SortItem", "Statement", "Breach", "Exchange")


class FormKey(Frozen):
    """How a question is built: one answer, or two where the second can be defended as well."""

    key: Annotated[tuple[Form, ...], Field(min_length=1, max_length=2)]
    why: Text


class FunctionKey(Frozen):
    """What a question is for."""

    key: Annotated[tuple[Function, ...], Field(min_length=1, max_length=2)]
    why: Text


class FaultKey(Frozen):
    """What goes wrong in a question; “none” where nothing does."""

    key: Annotated[tuple[Fault, ...], Field(min_length=1, max_length=2)]
    why: Text


class SortItem(Frozen):
    """A question somebody asked, with the key to its three facets."""

    id: Slug
    said: Text
    by: Text
    form: FormKey
    function: FunctionKey
    fault: FaultKey

    @model_validator(mode="after")
    def _two_are_different(self) -> Self:
        for facet, (first, *second) in self.keys.items():
            if first in second:
                raise ValueError(f"{facet}: the key names “{first}” twice")
        return self

    @property
    def keys(self) -> Mapping[str, tuple[str, ...]]:
        """What counts as an answer, facet by facet; the likelier one first."""
        return {"form": self.form.key, "function": self.function.key, "fault": self.fault.key}

    @property
    def reasons(self) -> Mapping[str, str]:
        return {"form": self.form.why, "function": self.function.why, "fault": self.fault.why}


class Sort(Hashed):
    """Questions to sort by form, by function and by fault."""

    lesson: LessonId
    title: Text
    intro: Text
    items: Annotated[tuple[SortItem, ...], Field(min_length=1)]

    @field_validator("items")
    @classmethod
    def _unique(cls, items: tuple[SortItem, ...]) -> tuple[SortItem, ...]:
        return _unique_ids(items)


class RungWords(Frozen):
    """A rung of the ladder: its name, what to write there, and how one tells that a question stands on it."""

    rung: Rung
    name: Text
    asks: Text
    tell: Text


class Statement(Frozen):
    """What somebody says, and two questions for each rung. No question is the right one."""

    id: Slug
    situation: Situation
    examples: dict[Rung, Annotated[tuple[Text, ...], Field(min_length=2, max_length=2)]]

    @field_validator("examples")
    @classmethod
    def _every_rung(cls, examples: dict[Rung, tuple[str, ...]]) -> dict[Rung, tuple[str, ...]]:
        if missing := [each for each in RUNGS if each not in examples]:
            raise ValueError(f"two questions are missing for the rung “{missing[0]}”")
        return examples


class Ladder(Hashed):
    """Six rungs, and statements to climb on."""

    lesson: LessonId
    title: Text
    intro: Text
    rungs: Annotated[tuple[RungWords, ...], Field(min_length=6, max_length=6)]
    items: Annotated[tuple[Statement, ...], Field(min_length=1)]

    @field_validator("rungs")
    @classmethod
    def _in_order(cls, rungs: tuple[RungWords, ...]) -> tuple[RungWords, ...]:
        if tuple(each.rung for each in rungs) != RUNGS:
            raise ValueError(f"the rungs should be {', '.join(RUNGS)}, in this order")
        return rungs

    @field_validator("items")
    @classmethod
    def _unique(cls, items: tuple[Statement, ...]) -> tuple[Statement, ...]:
        return _unique_ids(items)


class Watch(Frozen):
    """Words that make a return less than neutral: what they do, and what to do instead."""

    id: Annotated[str, StringConstraints(pattern=r"^W-[a-z]+$")]
    name: Text
    words: Annotated[tuple[Text, ...], Field(min_length=1)]
    headline: Text
    message: Text
    hint: Text


class Breach(Frozen):
    """A breach in a round: who brings the problem, who says what to them, and returns that would fit."""

    id: Slug
    situation: Situation
    by: Text
    said: Text
    breach: Text
    does: Text
    examples: Annotated[tuple[Text, ...], Field(min_length=2, max_length=4)]

    @field_validator("examples")
    @classmethod
    def _short(cls, examples: tuple[str, ...]) -> tuple[str, ...]:
        if long := [each for each in examples if count_words(each) > MOST_WORDS]:
            raise ValueError(f"“{long[0]}” has {count_words(long[0])} words; a return has {MOST_WORDS} at most")
        return examples


class Returns(Hashed):
    """Breaches to return to the circle in ten words or fewer."""

    lesson: LessonId
    title: Text
    intro: Text
    neutral: Text
    hint: Text
    watch: tuple[Watch, ...]
    items: Annotated[tuple[Breach, ...], Field(min_length=1)]

    @field_validator("items")
    @classmethod
    def _unique(cls, items: tuple[Breach, ...]) -> tuple[Breach, ...]:
        return _unique_ids(items)


class Exchange(Frozen):
    """Two pauses with one person: after your question, and after what they answer.

    `quick` is what they say when they were given no time, `slow` what they say when they were, `more` what comes only
    when the second pause is kept as well.
    """

    id: Slug
    situation: Situation
    ask: Text
    quick: Text
    slow: Text
    more: Text

    @model_validator(mode="after")
    def _waiting_brings_more(self) -> Self:
        if len(self.quick) >= len(self.slow):
            raise ValueError("quick: should be shorter than what is said after a pause (slow)")
        return self


class Silence(Hashed):
    """People to wait for: two pauses with each."""

    lesson: LessonId
    title: Text
    intro: Text
    items: Annotated[tuple[Exchange, ...], Field(min_length=1)]

    @field_validator("items")
    @classmethod
    def _unique(cls, items: tuple[Exchange, ...]) -> tuple[Exchange, ...]:
        return _unique_ids(items)

    @property
    def pauses(self) -> int:
        return 2 * len(self.items)


def _unique_ids(items: tuple[Piece, ...]) -> tuple[Piece, ...]:
    if again := repeated(item.id for item in items):
        raise ValueError(f"the id “{again[0]}” is used twice")
    return items


def first_name(speaker: str) -> str:
    """What a page calls somebody: the first of the names given."""
    return re.split(r"[\s,]", speaker, maxsplit=1)[0]
