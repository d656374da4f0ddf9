"""Check all written content at once, as an author does before sharing it. Needs no server and no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from assessments import bank, cases, group_standards, presets, renewal_rules, standards, transcripts, values_cards
from assessments.asks import LessonsDone
from assessments.bank import Bank
from assessments.cases import Case
from assessments.items import untaught_items
from assessments.standards import Standard
from assessments.transcripts import Transcript
from courses import catalogue
from courses.catalogue import Catalogue
from courses.source import ContentError, line_of
from lms.core import curriculum

Loaded = TypeVar("Loaded")


def problems() -> list[str]:
    """Every mistake as `file:line: what is wrong and what is expected`; empty when all is in order."""
    found: list[str] = []
    known = _read(lambda: catalogue.load(catalogue.CONTENT), found)
    exercises = _read(lambda: bank.load_bank(bank.CONTENT), found)
    published = _read(lambda: standards.load_standards(standards.CONTENT / "standards"), found)
    examples = _read(lambda: presets.load_presets(standards.CONTENT / "presets"), found)
    _read(lambda: group_standards.load_group_standards(standards.CONTENT / "group-standards"), found)
    _read(lambda: renewal_rules.load_renewals(standards.CONTENT / "renewals"), found)
    _read(lambda: values_cards.load_cards(standards.CONTENT / "values"), found)
    rubrics = _read(lambda: standards.load_rubrics(standards.CONTENT / "rubrics"), found)
    evenings = _read(lambda: cases.load_cases(standards.CONTENT / "cases", rubrics), found) if rubrics else None
    rounds = _read(lambda: transcripts.load_transcripts(bank.CONTENT / "transcripts"), found)
    if known is not None:
        found += _strays(
            known, {bank.CONTENT / "transcripts": rounds or {}, standards.CONTENT / "cases": evenings or {}}
        )
        for each in (published or {}).values():
            found += untaught(each, standards.CONTENT / "standards" / f"{each.id}-{each.version}.yaml", known)
        for name, preset in (examples or {}).items():
            found += untaught(preset.standard, standards.CONTENT / "presets" / f"{name}.yaml", known)
    if known is not None:
        newest = max((each for each in (rubrics or {}).values()), key=lambda each: each.version, default=None)
        asked = (
            {each.objective for each in exercises.items.values()} if exercises else {each.id for each in known.lessons}
        )
        found += curriculum.faults(known, newest, asked)
    if known is not None and exercises is not None:
        found += _loose_ends(known, exercises, [*(rounds or {}).values()], [*(evenings or {}).values()])
        found += untaught_items(exercises.stored.values(), known)
    return found


def untaught(standard: Standard, path: Path, known: Catalogue) -> list[str]:
    """Lessons that a standard asks for and nobody teaches, so that nobody could ever meet it."""
    taught = {lesson.id for lesson in known.lessons}
    lines = path.read_text("utf-8").splitlines()
    problems = []
    for clause in standard.clauses:
        asked = clause.lessons if isinstance(clause, LessonsDone) else ()
        for each in (name for name in asked if name not in taught):
            line = next((n for n, text in enumerate(lines, start=1) if each in text), 1)
            problems.append(f"{path}:{line}: “{clause.id}” asks for the lesson {each}, and there is no such lesson")
    return problems


def _read(load: Callable[[], Loaded], found: list[str]) -> Loaded | None:
    try:
        return load()
    except ContentError as error:
        found += error.problems
        return None


def _strays(known: Catalogue, folders: Mapping[Path, Mapping[str, Transcript] | Mapping[str, Case]]) -> Iterator[str]:
    """Rounds and evenings for a lesson that nobody teaches."""
    taught = {lesson.id for lesson in known.lessons}
    for folder, sheets in folders.items():
        for each in (sheet for sheet in sheets.values() if sheet.lesson not in taught):
            path = folder / f"{each.id}.yaml"
            yield f"{path}:{line_of(path, ('lesson',))}: lesson: there is no lesson {each.lesson}"


def _loose_ends(
    known: Catalogue, exercises: Bank, rounds: Iterable[Transcript], evenings: Iterable[Case]
) -> Iterator[str]:
    """Activities whose exercise does not exist."""
    banks = {
        "quiz": set(exercises.quizzes),
        "drill": set(exercises.drills),
        "dialogue": set(exercises.dialogues),
        "coding": {each.lesson.lower() for each in rounds},  # a lesson’s rounds go by the lesson’s id
        "rating": {each.lesson.lower() for each in evenings},
    }
    for lesson in known.lessons:
        for activity in lesson.activities:
            if activity.bank not in banks[activity.kind]:
                where = f"{catalogue.CONTENT / lesson.file}:1: activities: {activity.id}"
                yield f"{where}: there is no {activity.kind} called “{activity.bank}”"
