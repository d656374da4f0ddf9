"""How long a pause was, and how many of ten were long enough. Plain instants in, plain figures out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LEAST_MS = 3_000  # M. B. Rowe’s wait time, as syllabus M06-L2 takes it: three seconds after question and answer
SHARE = 0.80  # syllabus M06-L2: at least 80 % of pauses
LONGEST = timedelta(minutes=5)
TOO_OLD = "This silence began more than five minutes ago, so it is not counted. Begin it once more."
NOT_YET = "This silence begins in the future, so it cannot be measured. Begin it once more."


class NotAPause(ValueError):
    """Two instants between which there was no pause that counts; the message is a sentence for the page."""


@dataclass(frozen=True, slots=True)
class Run:
    """Pauses in the order in which they were kept."""

    lengths: tuple[int, ...]
    of: int

    @property
    def kept(self) -> int:
        return sum(is_kept(each) for each in self.lengths)

    @property
    def complete(self) -> bool:
        return len(self.lengths) == self.of

    @property
    def percent(self) -> int:
        """The share of pauses that were kept, rounded down, so that none is printed as reached when it is not."""
        return 100 * self.kept // len(self.lengths) if self.lengths else 0

    @property
    def enough(self) -> bool:
        return self.complete and self.kept >= SHARE * self.of


def length(begun: datetime, ended: datetime) -> int:
    """The milliseconds between the two. Raises NotAPause."""
    passed = ended - begun
    if passed < timedelta():
        raise NotAPause(NOT_YET)
    if passed > LONGEST:
        raise NotAPause(TOO_OLD)
    return passed // timedelta(milliseconds=1)


def is_kept(milliseconds: int) -> bool:
    return milliseconds >= LEAST_MS


def seconds(milliseconds: int) -> str:
    """“2.9”: cut, not rounded, so that nothing shorter than three seconds reads as three."""
    return f"{milliseconds // 1000}.{milliseconds % 1000 // 100}"


def newest_run(lengths: Sequence[int], of: int) -> Run:
    """The run that is going on, or the last one when its last pause was just kept."""
    begun = (len(lengths) - 1) // of * of if lengths else 0
    return Run(tuple(lengths[begun:]), of)
