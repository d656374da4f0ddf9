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
from assessments.group_asks import LARGEST, Asked
from assessments.standards import CONTENT, Shelf, Versioned, load_shelf, pick
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
    """One version of one standard for circles. Below `fewest_answers` nothing of a survey is shown or used."""

    since: date
    title: Words
    fewest_members: Annotated[int, Field(ge=FEWEST, le=LARGEST)]
    fewest_answers: Annotated[int, Field(ge=FEWEST)]
    recency_days: Positive
    stages: Annotated[tuple[Stage, ...], Field(min_length=2)]
    entries: Annotated[tuple[Entry, ...], Field(min_length=1)]

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
