"""What `lms content check` asks of programmes: their hours are honest, and their standards ask for their lessons."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assessments import ladder
from assessments.asks import LessonsDone
from assessments.standards import Standard
from assessments.wording import listed
from courses.catalogue import Catalogue
from courses.source import line_of


def apart(standard: Standard, path: Path, known: Catalogue) -> Iterator[str]:
    """Where the newest version of a standard asks for other lessons than its programme teaches.

    A version names its lessons one by one, since it never changes; a programme that changes needs its next version.
    """
    if standard.programme is None:
        return
    line = line_of(path, ("programme",))
    way = known.ways.get(standard.programme)
    if way is None:
        yield f"{path}:{line}: programme: there is no programme “{standard.programme}”"
        return
    asked = {each for clause in standard.clauses if isinstance(clause, LessonsDone) for each in clause.lessons}
    if lacking := sorted(way.ids - asked):
        yield f"{path}:{line}: programme: teaches {listed(lacking)}, which no clause asks for; write the next version"
    if more := sorted(asked - way.ids):
        yield f"{path}:{line}: programme: does not teach {listed(more)}, which a clause asks for"


def dishonest(known: Catalogue, folder: Path) -> Iterator[str]:
    """Learning hours that are not those of the rung, or that are over before the pages are read."""
    hours = {rung.id: rung.hours for rung in ladder.RUNGS}
    for name, way in known.ways.items():
        path = folder / f"{name}.yaml"
        where = f"{path}:{line_of(path, ('hours',))}: hours:"
        if name not in hours:
            yield f"{path}:1: there is no award “{name}” on the ladder; the name of the file is the id of an award"
        elif way.hours != hours[name]:
            yield f"{where} the ladder asks for {hours[name]} hours of learning, and this says {way.hours}"
        elif way.minutes > hours[name] * 60:
            yield f"{where} the pages alone take {way.minutes} minutes, which is more than {way.hours} hours"
    for missing in hours.keys() - known.ways.keys():
        yield f"{folder}:1: there is no programme for “{missing}”; write {missing}.yaml"
