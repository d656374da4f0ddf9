"""What comes before somebody leads, leads alone, hands a circle over or assesses others (syllabus.md §6). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from assessments.asks import Clause, LessonsDone, LevelNumber, Slug, Words
from assessments.wording import add_months, full_day, listed, quoted, some
from courses.source import Frozen

Deed = Literal["leading", "alone", "hand-over", "assessing"]
DEEDS: Mapping[Deed, tuple[str, str]] = {
    "leading": ("lead or share the lead", "write up a session as led or shared"),
    "alone": ("lead with no trainer there", "write up a session as led alone"),
    "hand-over": ("take a circle over", "sign its hand-over as the one who facilitates"),
    "assessing": ("sign for others", "sign for others"),
}


class Rated(Frozen):
    """A row of the practice rubric, and the level at which somebody was rated there in a signed session."""

    row: Slug
    at_least: LevelNumber


class Before(Frozen):
    """What comes before one deed: problems of one's own brought, lessons done, rows seen at a level."""

    before: Deed
    problems_held: Annotated[int, Field(ge=0)] = 0
    lessons: tuple[Words, ...] = ()
    rated: tuple[Rated, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of somebody: problems brought, when each lesson was done last, the best level seen in each row."""

    problems: int = 0
    done: Mapping[str, date] = field(default_factory=dict)
    rated: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Left:
    """What somebody still has to do before a deed; false where nothing is left. `holds` is then the lesson that has to
    be done again first, and the last day on which it holds.
    """

    deed: Deed
    problems: int = 0
    lessons: tuple[str, ...] = ()
    again: tuple[tuple[str, date], ...] = ()  # done once, with the last day on which it held
    rated: tuple[Rated, ...] = ()
    holds: tuple[str, date] | None = None

    def __bool__(self) -> bool:
        return bool(self.problems or self.lessons or self.again or self.rated)


def what_is_left(rule: Before, clauses: Sequence[Clause], known: Known, on: date) -> Left:
    """What is missing on a day. For how long a lesson holds, the clauses of the same standard say."""
    ends = {
        lesson: end
        for lesson in rule.lessons
        if lesson in known.done and (end := _end(lesson, known.done[lesson], clauses))
    }
    return Left(
        deed=rule.before,
        problems=max(0, rule.problems_held - known.problems),
        lessons=tuple(lesson for lesson in rule.lessons if lesson not in known.done),
        again=tuple((lesson, end) for lesson, end in ends.items() if end < on),
        rated=tuple(each for each in rule.rated if known.rated.get(each.row, 0) < each.at_least),
        holds=min(((lesson, end) for lesson, end in ends.items() if end >= on), key=lambda each: each[1], default=None),
    )


def _end(lesson: str, done_on: date, clauses: Iterable[Clause]) -> date | None:
    """The last day on which a lesson holds that was done on a day; None where it holds for good."""
    asked = (each for each in clauses if isinstance(each, LessonsDone) and lesson in each.lessons)
    return min((add_months(done_on, each.holds_months) for each in asked if each.holds_months), default=None)


def before(left: Left, names: Mapping[str, str]) -> str:
    """What is missing, said to the person; empty for nothing. `names` are the titles of lessons and rows."""
    steps = _steps(left, names, ("bring", "do", "be", "write that session up", "of your own"))
    return f"Before you {DEEDS[left.deed][0]}, {steps}." if left else ""


def before_of(left: Left, name: str, names: Mapping[str, str]) -> str:
    """The same said of somebody to those who arrange their circle; empty for nothing."""
    steps = _steps(left, names, ("brought", "done", "been", "written that session up", "of their own"))
    return f"{name} has not yet {steps}. Until then they cannot {DEEDS[left.deed][1]}." if left else ""


def holds(left: Left, names: Mapping[str, str]) -> str:
    """Until when what comes first is there; empty where something is missing, or nothing ends."""
    if left or left.holds is None:
        return ""
    lesson, end = left.holds
    return f"What comes before you {DEEDS[left.deed][0]} is there. “{names[lesson]}” holds until {full_day(end)}."


def _steps(left: Left, names: Mapping[str, str], said: tuple[str, str, str, str, str]) -> str:
    bring, do, be, write_up, own = said
    problem = "a problem" if left.problems == 1 else some(left.problems, "problem")
    steps = [f"{bring} {problem} {own} to a circle and {write_up}"] if left.problems else []
    steps += [f"{do} {quoted([names[each] for each in left.lessons])}"] if left.lessons else []
    steps += [f"{do} “{names[each]}” once more (it held until {full_day(end)})" for each, end in left.again]
    if left.rated:
        rows = [f"{each.at_least} or more for “{names[each.row]}”" for each in left.rated]
        steps += [f"{be} rated {listed(rows)} in a signed session"]
    return listed(steps)
