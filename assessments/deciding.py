"""How a standard is decided: by one person, or by a panel whose members first vote alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from assessments.wording import opening
from courses.source import Frozen

FEWEST = 3  # two cannot outvote one another, and one is no panel
Some = Annotated[int, Field(ge=0)]
Many = Annotated[int, Field(ge=1)]


class PanelRule(Frozen):
    """So many decide together. At most `assessors_most` of them have signed the person’s sessions; `outside` come from
    outside; an appeal is open for `appeal_days`. Where a standard says nothing of this, one person decides.
    """

    panel: Many
    assessors_most: Some
    outside: Some
    appeal_days: Many

    @property
    def words(self) -> str:
        """“a panel of three”."""
        return f"a panel of {opening(self.panel).lower()}"

    @model_validator(mode="after")
    def _can_sit(self) -> Self:
        if self.panel < FEWEST or self.panel % 2 == 0:
            raise _wrong(
                f"a panel is 3, 5 or another odd number of people, so that there is a majority, not {self.panel}"
            )
        if self.outside > self.panel:
            raise _wrong(f"a panel of {self.panel} has no room for {self.outside} people from outside")
        if self.assessors_most + self.outside > self.panel:
            raise _wrong(
                f"a panel of {self.panel} never has {self.assessors_most} who signed beside {self.outside} from "
                "outside, who signed nothing; lower one of the two"
            )
        return self


@dataclass(frozen=True, slots=True)
class Outcome:
    """What votes come to. `kind` is what more than half of them say, and empty where nothing is."""

    kind: str
    against: int  # votes that say something else than the majority

    @property
    def unanimous(self) -> bool:
        """Whether all say the same."""
        return bool(self.kind) and not self.against


def outcome(votes: Sequence[str]) -> Outcome:
    """What these votes come to, in whatever order they were cast."""
    for kind, many in Counter(votes).items():
        if many * 2 > len(votes):
            return Outcome(kind, len(votes) - many)
    return Outcome("", len(votes))


def _wrong(sentence: str) -> PydanticCustomError:
    return PydanticCustomError("standard", "{sentence}", {"sentence": sentence})
