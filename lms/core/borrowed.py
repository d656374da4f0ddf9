"""Whether the problem cases hang together with the lessons: every link meets a case, every case is used somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from courses import catalogue
from courses.catalogue import Catalogue
from courses.problem_cases import LINK, ProblemCase, Shelf
from lms.core.curriculum import CASES, reading_level
from lms.core.curriculum import LINK as ANY_LINK

# People talking: well below the 40 up to which Björnsson (1968) calls a text easy. Lessons may be harder.
HARDEST_CASE = 35


def faults(known: Catalogue, shelf: Shelf) -> Iterator[str]:
    """Links of lessons to cases that are not there; cases that are hard to read, or that no lesson links to."""
    used: set[str] = set()
    for path, number, target in _links(known):
        named = LINK.fullmatch(target)
        case = shelf.find(named["collection"], named["slug"]) if named else None
        if case:
            used.add(case.key)
        elif target != CASES:
            yield f"{path}:{number}: there is no case {target}; link to one as /cases/rethink/the-last-bus"
    for case in shelf.cases:
        path = catalogue.CONTENT / catalogue.COLLECTIONS / f"{case.key}.yaml"
        if (level := reading_level(prose(case))) > HARDEST_CASE:
            yield f"{path}:1: this is hard to read (LIX {level:.0f}, {HARDEST_CASE} is the most); shorten sentences"
        if case.key not in used:
            yield f"{path}:1: no lesson uses this case; link to it from an activity as /cases/{case.key}"


def _links(known: Catalogue) -> Iterator[tuple[Path, int, str]]:
    """File, line and target of every link in a lesson that means a case."""
    for lesson in known.lessons:
        for number, line in enumerate(lesson.body.split("\n"), lesson.body_line):
            for each in ANY_LINK.finditer(line):
                if each["target"].startswith(CASES):
                    yield catalogue.CONTENT / lesson.file, number, each["target"]


def prose(case: ProblemCase) -> str:
    """Everything somebody reads of a case, one paragraph after the other."""
    parts = [case.who, case.told, *case.watch, *case.statements, case.stop, case.after]
    parts += [sentence for each in case.layers for sentence in (each.ask, each.says)]
    parts += [sentence for each in case.temptations for sentence in (each.advice, each.misses)]
    return "\n\n".join(parts)
