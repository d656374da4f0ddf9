"""What an author may write: quizzes, drills and the rules of the question coach.

Everything here is a plain frozen value. A quiz, a drill and a rulebook each carry a content hash, because an attempt
must stay readable under exactly the text that judged it.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Annotated, Literal, Self, TypeVar

from pydantic import Field, StringConstraints, field_validator, model_validator

from courses.source import Frozen

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
LessonId = Annotated[str, StringConstraints(pattern=r"^M\d\d-L[1-9]\d?$")]
RuleId = Annotated[str, StringConstraints(pattern=r"^[FX]-[A-Z]+(-[a-z0-9]+)*$", max_length=60)]

Bloom = Literal["remember", "understand", "apply", "analyse", "evaluate", "create"]
Form = Literal["F-WH", "F-INV", "F-ANY", "F-FACT", "F-YN", "F-ALT", "F-TAG", "F-DECL", "F-NONE"]
FaultCode = Literal["X-ADV", "X-SOLV", "X-RHET", "X-LEAD", "X-MULT", "X-WHY", "X-LONG"]
Openness = Literal["open", "closed", "unsure"]
Kind = Literal["open", "closed", "leading", "advice", "unsure"]

# Most serious first: what takes the problem away comes before what only makes the question heavy.
SEVERITY: tuple[FaultCode, ...] = ("X-ADV", "X-SOLV", "X-RHET", "X-LEAD", "X-MULT", "X-WHY", "X-LONG")
MINIMUM_MEASURED = 10

Item = TypeVar("Item", "QuizItem", "DrillItem")


def repeated(values: Iterable[str]) -> list[str]:
    """Each value that occurs more than once."""
    return [value for value, times in Counter(values).items() if times > 1]


class Hashed(Frozen):
    """Content that attempts and signatures pin."""

    id: Slug

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over the meaning of the file: comments and layout may change without touching it."""
        plain = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(plain.encode()).hexdigest()


class Option(Frozen):
    """One answer. `why` is shown whether or not it was chosen: why it tempts, or why it is right."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-h]$")]
    text: Text
    right: bool = False
    why: Text


class QuizItem(Frozen):
    """One question of a quiz. More than one option may be right, where experienced people would differ."""

    id: Slug
    objective: LessonId
    bloom: Bloom
    kind: Literal["choice"] = "choice"
    said: Text | None = None
    by: Text | None = None
    prompt: Text
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=8)]

    @model_validator(mode="after")
    def _can_be_answered(self) -> Self:
        if again := repeated(option.key for option in self.options):
            raise ValueError(f"the key “{again[0]}” is used twice")
        right = len(self.right_keys)
        if not 0 < right < len(self.options):
            raise ValueError("at least one option should be right, and at least one should not")
        return self

    @property
    def right_keys(self) -> tuple[str, ...]:
        return tuple(option.key for option in self.options if option.right)


class Quiz(Hashed):
    """Items that are answered together and marked together."""

    lesson: LessonId
    title: Text
    intro: Text
    items: Annotated[tuple[QuizItem, ...], Field(min_length=1)]

    @field_validator("items")
    @classmethod
    def _unique(cls, items: tuple[QuizItem, ...]) -> tuple[QuizItem, ...]:
        return _unique_ids(items)


class Situation(Frozen):
    """Who says what. `quote` is in the speaker's own words and is set in the human voice."""

    speaker: Text
    setting: Text
    quote: Text


class DrillItem(Frozen):
    """One problem: a question that hides advice, to be asked again without it."""

    id: Slug
    situation: Situation
    prompt: Text
    idea: Annotated[tuple[Text, ...], Field(min_length=1)]
    lands: Text
    cares: Text
    examples: Annotated[tuple[Text, ...], Field(min_length=2, max_length=2)]


class Drill(Hashed):
    """Problems to try on, as often as the learner likes. Nothing in a drill is scored."""

    lesson: LessonId
    title: Text
    intro: Text
    items: Annotated[tuple[DrillItem, ...], Field(min_length=1)]

    @field_validator("items")
    @classmethod
    def _unique(cls, items: tuple[DrillItem, ...]) -> tuple[DrillItem, ...]:
        return _unique_ids(items)


def _unique_ids(items: tuple[Item, ...]) -> tuple[Item, ...]:
    if again := repeated(item.id for item in items):
        raise ValueError(f"the id “{again[0]}” is used twice")
    return items


class QuestionRule(Frozen):
    """One rule of the question coach, as data: what it looks for, what it says, and how well it did when measured.

    `where` it looks: at the start of a sentence (`start` after fillers such as “so,” and `opening` before they are
    taken off), at the start of any `clause`, `anywhere`, or at the `end`. `precision` stays empty, which pages show
    as “untested”, until at least ten judged cases exist.
    """

    id: RuleId
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] = "en"
    where: Literal["start", "opening", "clause", "anywhere", "end"] = "start"
    pattern: Annotated[str, StringConstraints(min_length=1)] | None = None
    message: Text
    hint: Text
    examples: Annotated[tuple[Text, ...], Field(min_length=1)]
    counter_examples: Annotated[tuple[Text, ...], Field(min_length=1)]
    precision: Annotated[float, Field(ge=0, le=1)] | None = None
    n: Annotated[int, Field(ge=0)] = 0
    measured_on: date | None = None
    source: Text | None = None

    @model_validator(mode="after")
    def _measured_honestly(self) -> Self:
        if self.precision is not None and (self.n < MINIMUM_MEASURED or None in (self.measured_on, self.source)):
            raise ValueError(f"a precision needs a date (measured_on), a source and n of {MINIMUM_MEASURED} or more")
        return self


class FaultRule(QuestionRule):
    """Finds one fault in sentences that ask (`within: question`) or that do not (`within: statement`).

    Two faults are counted, not matched: more than `words_over` words before the first question mark, and more than
    `questions_over` questions in one turn.
    """

    code: FaultCode
    within: Literal["question", "statement"] = "question"
    words_over: Annotated[int, Field(gt=0)] | None = None
    questions_over: Annotated[int, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _one_way_to_look(self) -> Self:
        if sum(each is not None for each in (self.pattern, self.words_over, self.questions_over)) != 1:
            raise ValueError("a rule needs exactly one of pattern, words_over, questions_over")
        if not self.id.startswith(f"{self.code}-"):
            raise ValueError(f"the id should start with {self.code}-")
        return self


class FormRule(QuestionRule):
    """Names the form of a question. The first rule that matches decides.

    `leaning` is the better guess. Only a `confident` rule says it aloud; every other one answers “unsure”.
    """

    form: Form
    leaning: Literal["open", "closed"]
    confident: bool = False

    @model_validator(mode="after")
    def _has_a_pattern(self) -> Self:
        if self.pattern is None:
            raise ValueError("a form rule needs a pattern")
        if not self.id.startswith(f"{self.form}-"):
            raise ValueError(f"the id should start with {self.form}-")
        return self

    @property
    def openness(self) -> Openness:
        return self.leaning if self.confident else "unsure"


class Language(Frozen):
    """What has to be known about a language before its rules can look at a sentence. Patterns, all lower case."""

    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    fillers: tuple[Text, ...]
    hesitations: tuple[Text, ...] = ()
    asides: tuple[Text, ...] = ()
    abbreviations: tuple[Text, ...]
    tags: tuple[Text, ...]
    parts: dict[str, Text]
    asks_unmarked: Text
    asks_without_mark: Text
    small_words: Annotated[tuple[Text, ...], Field(min_length=20)]

    @cached_property
    def known_words(self) -> frozenset[str]:
        return frozenset(self.small_words)

    @cached_property
    def filler_words(self) -> frozenset[str]:
        return frozenset(self.fillers) - self.known_words


class FaultVoice(Frozen):
    """How a fault is spoken about. `then` may name the speaker as {name}."""

    code: FaultCode
    name: Text
    kind: Kind
    headline: Text
    lands: Text
    then: Text


class OpennessVoice(Frozen):
    """How a question without a fault is spoken about. `then` and `headline` may name the speaker as {name}."""

    openness: Literal["open", "closed", "unsure", "none"]
    name: Text
    kind: Kind
    headline: Text
    lands: Text | None = None
    then: Text


class Voice(Frozen):
    """The finished prose of the coach: one entry for each fault and each openness, and one for a carried idea."""

    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    faults: tuple[FaultVoice, ...]
    openness: tuple[OpennessVoice, ...]
    idea_name: Text
    idea_nearly_name: Text
    idea_headline: Text
    idea_nearly_headline: Text
    idea_message: Text
    idea_hint: Text
    too_long: Text
    too_long_hint: Text
    other_language: Text
    other_language_hint: Text

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if sorted(each.code for each in self.faults) != sorted(SEVERITY):
            raise ValueError("every fault needs exactly one entry")
        if sorted(each.openness for each in self.openness) != ["closed", "none", "open", "unsure"]:
            raise ValueError("open, closed, unsure and none need exactly one entry each")
        return self


class FaultRules(Frozen):
    """One file of fault rules."""

    rules: tuple[FaultRule, ...]


class FormRules(Frozen):
    """The file of form rules, in the order in which they are tried."""

    rules: tuple[FormRule, ...]
