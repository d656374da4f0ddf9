"""What a knowledge test is made of: how many items of which module, and what is asked of the result. Written as text.

The figures of the first one are those of syllabus.md §5: 40 items, four fifths of the points, every safety item right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from assessments.asks import Positive, Words, wrong
from assessments.items import BankItem, ModuleId
from assessments.standards import Shelf, Versioned, load_shelf
from courses.source import Frozen

# A bank of three times what is drawn lets somebody come twice more and meet hardly anything again. Ours.
TIMES_DRAWN = 3


class Row(Frozen):
    """So many items of one module, of which exactly so many are about safety: every draw is then as strict."""

    module: ModuleId
    items: Positive
    safety: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _safety_is_among_them(self) -> Self:
        if self.safety > self.items:
            raise wrong(f"{self.safety} safety items cannot be among {self.items}")
        return self

    @property
    def others(self) -> int:
        return self.items - self.safety


class Blueprint(Versioned):
    """One version of one knowledge test. Without `minutes` nobody looks at a clock."""

    since: date
    title: Words
    pass_percent: Annotated[int, Field(ge=1, le=100)]
    retake_days: Annotated[int, Field(ge=0)]
    minutes: Positive | None = None
    rows: Annotated[tuple[Row, ...], Field(min_length=1)]

    @field_validator("rows")
    @classmethod
    def _one_row_each(cls, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        if again := [module for module, times in Counter(row.module for row in rows).items() if times > 1]:
            raise wrong(f"{again[0]} has two rows; write them as one")
        return rows

    @property
    def items(self) -> int:
        return sum(row.items for row in self.rows)


def load_blueprints(root: Path) -> Shelf[Blueprint]:
    """Every version of every blueprint below `root`. Raises ContentError with all problems."""
    return load_shelf(root, Blueprint)


def too_few(blueprint: Blueprint, path: Path, items: Iterable[BankItem]) -> Iterator[str]:
    """Rows for which the bank does not hold three times what is drawn."""
    held = Counter((item.module, item.safety) for item in items)
    for row in blueprint.rows:
        for safety, drawn in ((True, row.safety), (False, row.others)):
            there, wanted = held[row.module, safety], TIMES_DRAWN * drawn
            if there < wanted:
                kind = "safety items" if safety else "items that are not about safety"
                yield (
                    f"{path}:{_line(path, row.module)}: {row.module} draws {drawn} {kind}, and the bank holds {there}; "
                    f"at least {wanted} are needed"
                )


def never_drawn(blueprints: Iterable[Blueprint], items: Mapping[str, BankItem]) -> list[str]:
    """The ids of items that no blueprint could ever draw."""
    drawn = {(row.module, True) for each in blueprints for row in each.rows if row.safety}
    drawn |= {(row.module, False) for each in blueprints for row in each.rows if row.others}
    return sorted(key for key, item in items.items() if (item.module, item.safety) not in drawn)


def _line(path: Path, module: str) -> int:
    lines = path.read_text("utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if f"module: {module}" in line), 1)
