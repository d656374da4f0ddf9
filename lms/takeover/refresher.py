"""Lessons to look at again when a circle takes more support: about fading if there are any, else about what drifts."""

from __future__ import annotations

from dataclasses import dataclass

from courses import catalogue

ABOUT_FADING = "M11"
WHAT_DRIFTS = ("M04-L3", "M05-L2")  # advice with a question mark; from a value to what one does


@dataclass(frozen=True, slots=True)
class Refresher:
    """A lesson, and where it is."""

    title: str
    minutes: int
    module: str
    lesson: str


def refreshers() -> list[Refresher]:
    """Those of the programme that is taught now, in teaching order."""
    known = catalogue.current()
    fading = [each for each in known.modules if each.id == ABOUT_FADING]
    lessons = [lesson for module in fading for lesson in module.lessons]
    if not lessons:
        lessons = [each for each in known.lessons if each.id in WHAT_DRIFTS]
    return [Refresher(each.title, each.minutes, known.module_of(each).slug, each.slug) for each in lessons]
