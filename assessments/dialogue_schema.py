"""What an author may write about a person who brings a problem: what they say, and to which kind of question.

A dialogue is written and never generated. Its layers are what the person tells, from the surface down; each can be
told from four sides, by what a question is after. Threads are what only a question after one thing would reach.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, ValidationInfo, field_validator, model_validator

from assessments.schema import Hashed, Slug, Text, repeated
from courses.source import Frozen

AskedKind = Literal["open", "closed", "advice", "leading", "stacked", "why", "statement", "silence"]
Function = Literal["clarify", "feeling", "view", "consequences"]

KINDS: tuple[AskedKind, ...] = get_args(AskedKind)
FUNCTIONS: tuple[Function, ...] = get_args(Function)

PRONOUNS: Mapping[str, tuple[str, str, str]] = {
    "she": ("she", "her", "her"),
    "he": ("he", "him", "his"),
    "they": ("they", "them", "their"),
}

Several = Annotated[tuple[Text, ...], Field(min_length=2, max_length=4)]


class Holder(Frozen):
    """Who brings the problem, and where."""

    name: Text
    setting: Text
    called: Literal["she", "he", "they"]

    @property
    def subject(self) -> str:
        return PRONOUNS[self.called][0]

    @property
    def object(self) -> str:
        return PRONOUNS[self.called][1]


class FromFourSides(Frozen):
    """One layer, told from the side a question was after. Each holds up alone, whatever was told before."""

    clarify: Text
    feeling: Text
    view: Text
    consequences: Text

    def of(self, function: Function) -> str:
        """What is said to a question after this."""
        said: str = getattr(self, function)
        return said


class Layer(Frozen):
    """One layer of what there is to tell, and what a yes-or-no question and a wait bring while it is talked about."""

    id: Slug
    name: Text
    open: FromFourSides
    closed: Several
    silence: Text

    @model_validator(mode="after")
    def _only_open_questions_open(self) -> Self:
        told = [len(self.open.of(each)) for each in FUNCTIONS]
        if max(map(len, self.closed)) >= min(told):
            raise ValueError("a closed question should get a shorter answer than any open one")
        if len(self.silence) > max(told):
            raise ValueError("silence should not bring more than an open question")
        return self


class Thread(Frozen):
    """Something that only a question after `function` reaches, from `layer` on. `ask` is one that would."""

    id: Slug
    layer: Slug
    function: Function
    name: Text
    says: Text
    ask: Text


class Dialogue(Hashed):
    """A person with a problem, from the first words to what they came for."""

    title: Text
    summary: Text
    holder: Holder
    opening: Text
    layers: Annotated[tuple[Layer, ...], Field(min_length=4, max_length=6)]
    advice: Annotated[tuple[Text, ...], Field(min_length=3, max_length=3)]
    goodbye: Text
    leading: Several
    stacked: Several
    why: Several
    statement: Several
    again: Several
    quiet: Several
    threads: Annotated[tuple[Thread, ...], Field(min_length=3, max_length=6)]
    real: Text | None = None

    @field_validator("layers")
    @classmethod
    def _layers_differ(cls, layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
        if again := repeated(each.id for each in layers):
            raise ValueError(f"the layer “{again[0]}” is there twice")
        return layers

    @field_validator("advice")
    @classmethod
    def _wears_thin(cls, advice: tuple[Text, ...]) -> tuple[Text, ...]:
        if len(advice[1]) >= len(advice[0]):
            raise ValueError("the second “yes, but” should be shorter than the first")
        return advice

    @field_validator("threads")
    @classmethod
    def _can_be_reached(cls, threads: tuple[Thread, ...], info: ValidationInfo) -> tuple[Thread, ...]:
        if again := repeated(each.id for each in threads):
            raise ValueError(f"the thread “{again[0]}” is there twice")
        known = {each.id for each in info.data.get("layers", ())}
        for each in threads:
            if known and each.layer not in known:
                raise ValueError(f"the thread “{each.id}” begins at “{each.layer}”, and there is no such layer")
        if len({each.function for each in threads}) < 3:
            raise ValueError("the threads should ask for at least three of clarify, feeling, view, consequences")
        return threads

    @model_validator(mode="after")
    def _says_nothing_twice(self) -> Self:
        if again := repeated(self.replies()):
            raise ValueError(f"this is said twice: “{again[0]}”")
        return self

    def replies(self) -> Iterator[str]:
        """Everything the person can say after the first words."""
        for layer in self.layers:
            yield from (layer.open.of(each) for each in FUNCTIONS)
            yield from (*layer.closed, layer.silence)
        for several in (self.advice, self.leading, self.stacked, self.why, self.statement, self.again, self.quiet):
            yield from several
        yield self.goodbye
        yield from (each.says for each in self.threads)

    def depth_of(self, thread: Thread) -> int:
        """The place of the layer from which a thread can be reached."""
        return next(place for place, each in enumerate(self.layers) if each.id == thread.layer)
