"""The check a day later: what an author may write, when it opens, and what comes of it.

People who are coached ask better questions while the feedback is on (reference notes, “Findings from studies”). So
what counts is shown a day later, with new items and without feedback; a key judges the choices, a person the writing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from assessments.asks import Positive
from assessments.items import SENTENCE, ModuleId
from assessments.schema import LessonId, QuizItem, Slug, Text, repeated
from assessments.standards import CONTENT, Versioned
from courses.catalogue import Catalogue
from courses.source import ContentError, Frozen, Store, line_of, read_yaml

LONGEST_ANSWER = 4_000  # characters of one written answer
FOLDER = CONTENT / "delayed"

FormId = Literal["A", "B"]


def split(prompt: str) -> tuple[str, str]:
    """The scene and the question, for a page that sets the two apart: the last sentence that asks, and what follows."""
    parts = SENTENCE.split(prompt)
    asks = next((place for place in reversed(range(len(parts))) if parts[place].endswith("?")), 0)
    return " ".join(parts[:asks]), " ".join(parts[asks:])


class ChoiceTask(QuizItem):
    """A choice with one right answer. Its reasons are for the author; whoever answers never reads them.

    `safety`: the whole check does not hold while this is not right.
    """

    safety: bool = False

    @model_validator(mode="after")
    def _has_one_answer(self) -> Self:
        if len(self.right_keys) != 1:
            raise ValueError(f"exactly one answer should be right, and {len(self.right_keys)} are")
        if len(self.options) < 3:
            raise ValueError("at least three answers should be there to choose from")
        return self


class WrittenTask(Frozen):
    """Something to write. `criteria` and `model` are for the person who judges it, and for nobody else."""

    id: Slug
    objective: LessonId
    said: Text | None = None
    by: Text | None = None
    prompt: Text
    criteria: Annotated[tuple[Text, ...], Field(min_length=2, max_length=5)]
    model: Text


class Form(Frozen):
    """One set of items. A second try has the other one."""

    id: FormId
    choices: Annotated[tuple[ChoiceTask, ...], Field(min_length=1)]
    written: Annotated[tuple[WrittenTask, ...], Field(min_length=1)]

    @property
    def tasks(self) -> tuple[ChoiceTask | WrittenTask, ...]:
        """Everything in the order in which it is asked."""
        return (*self.choices, *self.written)

    @model_validator(mode="after")
    def _differ(self) -> Self:
        if again := repeated(each.id for each in self.tasks):
            raise ValueError(f"the id “{again[0]}” is used twice")
        return self


class Passes(Frozen):
    """What it takes: so many choices right by the key, so many written answers that do it by the judge."""

    choices: Positive
    written: Positive


class Waits(Frozen):
    """`hours` after the last practice it opens; a try stays open for `open_days`; a form that was met comes again
    after `again_days`; what has held can be shown afresh after `fresh_days`."""

    hours: Annotated[int, Field(ge=24)]
    open_days: Positive
    again_days: Positive
    fresh_days: Positive


class DelayedCheck(Versioned):
    """The check of one module in one version. Its two forms hold no item in common."""

    module: ModuleId
    title: Text
    passes: Passes
    waits: Waits
    sources: Annotated[tuple[Text, ...], Field(min_length=1)]
    forms: Annotated[tuple[Form, ...], Field(min_length=2, max_length=2)]

    @field_validator("forms")
    @classmethod
    def _are_a_and_b(cls, forms: tuple[Form, ...]) -> tuple[Form, ...]:
        if [each.id for each in forms] != ["A", "B"]:
            raise ValueError("the forms should be A and B, in this order")
        if again := repeated(task.id for form in forms for task in form.tasks):
            raise ValueError(f"the id “{again[0]}” is in both forms; a second try needs new items")
        return forms

    @model_validator(mode="after")
    def _can_be_passed(self) -> Self:
        for form in self.forms:
            if self.passes.choices > len(form.choices) or self.passes.written > len(form.written):
                raise ValueError(f"form {form.id} has fewer items than are asked for")
            for task in form.tasks:
                if task.objective.partition("-")[0] != self.module:
                    raise ValueError(
                        f"“{task.id}” is about {task.objective}; here every objective starts {self.module}"
                    )
        return self

    def form(self, form_id: str) -> Form:
        """Raises LookupError."""
        found = next((each for each in self.forms if each.id == form_id), None)
        if found is None:
            raise LookupError(f"there is no form {form_id}")
        return found


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier try that was sent."""

    form: str
    sent_at: datetime
    held: bool


def next_form(check: DelayedCheck, past: Sequence[Past]) -> Form:
    """The form of the next try: one after the other, so that a second try has new items."""
    return check.forms[len(past) % len(check.forms)]


def opens_at(check: DelayedCheck, practised_at: datetime, past: Sequence[Past]) -> datetime:
    """When the next try may begin: a day after the last practice and the last try, later for a form met before."""
    waits, form = check.waits, next_form(check, past)
    times = [practised_at + timedelta(hours=waits.hours)]
    times += [each.sent_at + timedelta(hours=waits.hours) for each in past]
    times += [each.sent_at + timedelta(days=waits.again_days) for each in past if each.form == form.id]
    times += [each.sent_at + timedelta(days=waits.fresh_days) for each in past if each.held]
    return max(times)


def ends_at(waits: Waits, started_at: datetime) -> datetime:
    """Until when the answers of a try can be changed."""
    return started_at + timedelta(days=waits.open_days)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try. `again` are the lessons to read once more, in the order of the form; never which item."""

    right: int
    met: int
    safe: bool
    held: bool
    again: tuple[str, ...]


def right_choices(form: Form, answers: Mapping[str, str]) -> frozenset[str]:
    """The choices answered rightly. What was left open is not."""
    return frozenset(each.id for each in form.choices if answers.get(each.id) in each.right_keys)


def judge(form: Form, passes: Passes, answers: Mapping[str, str], met: Collection[str]) -> Outcome:
    """Key and judge together: `met` are the written tasks of which a person said that the answer does it."""
    right = right_choices(form, answers)
    done = frozenset(each.id for each in form.written if each.id in met and answers.get(each.id))
    safe = all(each.id in right for each in form.choices if each.safety)
    missed = [each.objective for each in form.tasks if each.id not in right | done]
    return Outcome(
        right=len(right),
        met=len(done),
        safe=safe,
        held=safe and len(right) >= passes.choices and len(done) >= passes.written,
        again=tuple(dict.fromkeys(missed)),
    )


def load_checks(root: Path) -> dict[str, DelayedCheck]:
    """Every check below `root` by its module. Raises ContentError with all problems."""
    checks: dict[str, DelayedCheck] = {}
    problems: list[str] = []
    for path in sorted(root.glob("*.yaml")):
        try:
            check = read_yaml(path, DelayedCheck)
        except ContentError as error:
            problems += error.problems
            continue
        if not path.stem == check.id == check.module.lower():
            problems.append(f"{path}:1: the file, its id and its module should have one name, such as “m04” and “M04”")
        checks[check.module] = check
    if problems:
        raise ContentError(problems)
    return checks


def untaught(checks: Mapping[str, DelayedCheck], known: Catalogue, folder: Path) -> list[str]:
    """Items about lessons that there are not."""
    found = []
    for check in checks.values():
        path = folder / f"{check.id}.yaml"
        for number, form in enumerate(check.forms):
            for part in ("choices", "written"):
                for place, task in enumerate(getattr(form, part)):
                    if known.find_lesson_by_id(task.objective) is None:
                        line = line_of(path, ("forms", number, part, place, "objective"))
                        found.append(f"{path}:{line}: “{task.id}” is about {task.objective}, which nobody teaches")
    return found


_checks = Store(FOLDER, load_checks)


def current_checks() -> Mapping[str, DelayedCheck]:
    """Every check by the id of its module."""
    return _checks.current()
