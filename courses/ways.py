"""The lessons on somebody’s way, in order: those of a programme, or all there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from courses.schema import AwardProgramme, Lesson


@dataclass(frozen=True)
class Way:
    """One way through the lessons. `everything` is what one goes through from a lesson that is not on it.

    `id` is the award it leads to, and empty for a way that is not a programme’s; `hours` are its learning hours, with
    what each lesson asks one to do with others.
    """

    id: str
    title: str
    lessons: tuple[Lesson, ...]
    everything: tuple[Lesson, ...]
    hours: int | None = None

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of the lessons on the way."""
        return frozenset(each.id for each in self.lessons)

    @property
    def minutes(self) -> int:
        """What the pages themselves take, reading and activities."""
        return minutes_of(self.lessons)

    def left(self, done: Collection[str]) -> tuple[Lesson, ...]:
        """What is still to do on the way, in order."""
        return tuple(each for each in self.lessons if each.id not in done)

    def before(self, lesson: Lesson) -> Lesson | None:
        """The lesson to go back to; None at the very start."""
        lessons, place = self._among(lesson)
        return lessons[place - 1] if place else None

    def after(self, lesson: Lesson) -> Lesson | None:
        """The lesson to go on to; None at the very end."""
        lessons, place = self._among(lesson)
        return lessons[place + 1] if place + 1 < len(lessons) else None

    def _among(self, lesson: Lesson) -> tuple[tuple[Lesson, ...], int]:
        """The lessons among which one goes from this lesson to the next, and its place there."""
        lessons = self.lessons if lesson.id in self.ids else self.everything
        return lessons, [each.id for each in lessons].index(lesson.id)


def minutes_of(lessons: Iterable[Lesson]) -> int:
    """Reading and activities together."""
    return sum(lesson.minutes + sum(each.minutes for each in lesson.activities) for lesson in lessons)


def about(minutes: int) -> str:
    """“about 6 hours”, or “about 40 minutes” for less than an hour and a half; rounded up to what it may take."""
    if minutes < 90:
        return f"about {ceil(minutes / 10) * 10} minutes"
    return f"about {ceil(minutes / 60)} hours"


def joined(programmes: Mapping[str, AwardProgramme], lessons: tuple[Lesson, ...]) -> dict[str, Way]:
    """The programmes with what comes before each put first. Every name in them is known (`faults`)."""
    by_id = {each.id: each for each in lessons}
    return {
        name: Way(name, each.title, tuple(by_id[lesson] for lesson in path_of(name, programmes)), lessons, each.hours)
        for name, each in programmes.items()
    }


def path_of(name: str, programmes: Mapping[str, AwardProgramme]) -> tuple[str, ...]:
    """The ids on the way of a programme, those of what comes before it first."""
    each = programmes[name]
    return (*(path_of(each.after, programmes) if each.after else ()), *each.path)


def faults(programmes: Mapping[str, AwardProgramme], taught: Collection[str]) -> list[tuple[str, str, str]]:
    """What is wrong with the programmes: which one, at which words, and what."""
    found = []
    for name, each in programmes.items():
        found += [(name, lesson, f"there is no lesson {lesson}; take it off the path") for lesson in each.path if
                  lesson not in taught]  # fmt: skip
        chain = _chain(name, programmes)
        if chain is None:
            found.append((name, "after:", f"“{each.after}” is no programme, or comes after this one in the end"))
            continue
        earlier = [lesson for before in chain for lesson in programmes[before].path]
        twice = [lesson for place, lesson in enumerate(each.path) if lesson in (*earlier, *each.path[:place])]
        found += [(name, lesson, f"{lesson} is on this path already; name it once") for lesson in twice]
    return found


def _chain(name: str, programmes: Mapping[str, AwardProgramme]) -> tuple[str, ...] | None:
    """The programmes before this one; None where one is missing or they go round in a circle."""
    found: list[str] = []
    after = programmes[name].after
    while after:
        if after not in programmes or after in (name, *found):
            return None
        found.append(after)
        after = programmes[after].after
    return tuple(found)
