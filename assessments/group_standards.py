"""Standards for a circle: what must be seen before it takes over its own rounds, written as text.

A standard names the stages of fading and, for some of them, what is asked before a circle enters. Each clause asks one
question of the evidence and is answered on its own; none can make up for another.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from assessments.asks import Positive, Words, wrong
from assessments.group_after import After
from assessments.group_asks import LARGEST, Asked
from assessments.standards import CONTENT, Shelf, UnknownStandard, Versioned, load_shelf, pick
from courses.source import Frozen, Store

FEWEST = 4  # of members, and of answers to a survey: below it a standard may not go
StageId = Literal["G1", "G2a", "G2b", "G3a", "G3b", "G4", "G5"]


class Stage(Frozen):
    """A step of fading: where the facilitator is. `picture` says it in one sentence."""

    id: StageId
    name: Words
    picture: Words


class Entry(Frozen):
    """What is asked before a circle enters a stage."""

    stage: StageId
    clauses: Annotated[tuple[Asked, ...], Field(min_length=1)]

    @field_validator("clauses")
    @classmethod
    def _has_a_gate(cls, clauses: tuple[Asked, ...]) -> tuple[Asked, ...]:
        ids = ["members", *(clause.id for clause in clauses)]
        for each in ids:
            if ids.count(each) > 1:
                raise wrong(f"“{each}” is used twice; every clause needs its own id, and “members” is always asked")
        if not any(clause.gate for clause in clauses):
            raise wrong("a standard needs a gate for every stage; mark at least one clause with “gate: true”")
        return clauses


class GroupStandard(Versioned):
    """One version of one standard for circles. Below `fewest_answers` nothing of a survey is shown or used.

    `after`: how the provider stays responsible once a circle was handed over; the first version did not say.
    """

    since: date
    title: Words
    fewest_members: Annotated[int, Field(ge=FEWEST, le=LARGEST)]
    fewest_answers: Annotated[int, Field(ge=FEWEST)]
    recency_days: Positive
    stages: Annotated[tuple[Stage, ...], Field(min_length=2)]
    entries: Annotated[tuple[Entry, ...], Field(min_length=1)]
    after: After | None = None

    @field_validator("entries")
    @classmethod
    def _fit_the_stages(cls, entries: tuple[Entry, ...], info: ValidationInfo) -> tuple[Entry, ...]:
        stages = [stage.id for stage in info.data.get("stages", ())]
        if len({*stages}) < len(stages) or len({entry.stage for entry in entries}) < len(entries):
            raise wrong("every stage should stand here once")
        for entry in entries:
            if stages and entry.stage not in stages[1:]:
                raise wrong(f"“{entry.stage}” is no stage that a circle could enter; it should be one of {stages[1:]}")
            for clause in entry.clauses:
                for size in range(info.data.get("fewest_members", LARGEST), LARGEST + 1):
                    if (need := clause.least_of(size)) > size:
                        raise wrong(f"“{clause.id}” asks for {need} different members of a circle of {size}")
        return entries

    @field_validator("after")
    @classmethod
    def _back_to_an_earlier_stage(cls, after: After | None, info: ValidationInfo) -> After | None:
        stages = [stage.id for stage in info.data.get("stages", ())]
        if after is not None and stages and after.step_back_to not in stages[:-1]:
            raise wrong(f"“{after.step_back_to}” is no stage to step back to; it should be one of {stages[:-1]}")
        return after

    def stage(self, wanted: str) -> Stage:
        """The stage with this id. Raises LookupError."""
        found = next((stage for stage in self.stages if stage.id == wanted), None)
        if found is None:
            raise LookupError(f"{self.id}, version {self.version}, has no stage {wanted}")
        return found

    def place(self, wanted: str) -> int:
        """How far on the way the stage with this id is; the first is 0. Raises LookupError."""
        return self.stages.index(self.stage(wanted))

    def entry_after(self, stands: str) -> Entry | None:
        """What is asked next of a circle that stands here; None where no later stage asks for anything."""
        order = [stage.id for stage in self.stages]
        later = order[order.index(self.stage(stands).id) + 1 :]
        return next((entry for each in later for entry in self.entries if entry.stage == each), None)


def load_group_standards(root: Path) -> Shelf[GroupStandard]:
    """Every version of every standard for circles below `root`. Raises ContentError with all problems."""
    return load_shelf(root, GroupStandard)


_group_standards = Store(CONTENT / "group-standards", load_group_standards)


def get_group_standard(standard_id: str = "self-facilitating", version: int | None = None) -> GroupStandard:
    """This version, or the newest. Raises UnknownStandard."""
    return pick(_group_standards.current(), standard_id, version)


def standard_in_force(on: date, standard_id: str = "self-facilitating") -> GroupStandard:
    """The version a circle that began on this day stays on: the newest that was in force, or else the oldest.

    Raises UnknownStandard.
    """
    known = [each for each in _group_standards.current().values() if each.id == standard_id]
    if not known:
        raise UnknownStandard(standard_id)
    in_force = [each for each in known if each.since <= on]
    return max(in_force, key=lambda each: each.version) if in_force else min(known, key=lambda each: each.version)


def after_of(standard: GroupStandard) -> After:
    """What this standard says about the time after a hand-over, or else the newest version that says it.

    Raises UnknownStandard where none does.
    """
    if standard.after is not None:
        return standard.after
    saying = [each for each in _group_standards.current().values() if each.id == standard.id and each.after is not None]
    newest = max(saying, key=lambda each: each.version, default=None)
    if newest is None or newest.after is None:
        raise UnknownStandard(f"No version of {standard.id} says what happens after a hand-over.")
    return newest.after
