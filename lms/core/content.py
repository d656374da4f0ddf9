"""Check all written content at once, as an author does before sharing it. Needs no server and no database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from assessments import (
    bank,
    beliefs,
    cases,
    delayed,
    dilemmas,
    group_standards,
    interviews,
    outcomes,
    presets,
    renewal_rules,
    standards,
    transcripts,
    value_rows,
    values_cards,
)
from assessments.asks import HeldLater, KnowledgeTest, LessonsDone
from assessments.bank import Bank
from assessments.cases import Case
from assessments.items import untaught_items
from assessments.presets import Preset
from assessments.standards import Shelf, Standard
from assessments.transcripts import Transcript
from courses import catalogue, problem_cases
from courses.catalogue import Catalogue
from courses.source import ContentError, line_of
from lms.core import borrowed, curriculum, programmes

Loaded = TypeVar("Loaded")
DRILLS = ("sorts", "ladders", "returns", "silences")  # folders of sheets that belong to a lesson


def problems() -> list[str]:
    """Every mistake as `file:line: what is wrong and what is expected`; empty when all is in order."""
    found: list[str] = []
    known = _read(lambda: catalogue.load(catalogue.CONTENT), found)
    shelf = _read(lambda: problem_cases.load(catalogue.CONTENT / catalogue.COLLECTIONS), found)
    exercises = _read(lambda: bank.load_bank(bank.CONTENT), found)
    published = _read(lambda: standards.load_standards(standards.CONTENT / "standards"), found)
    examples = _read(lambda: presets.load_presets(standards.CONTENT / "presets"), found)
    _read(lambda: group_standards.load_group_standards(standards.CONTENT / "group-standards"), found)
    _read(lambda: renewal_rules.load_renewals(standards.CONTENT / "renewals"), found)
    _read(lambda: outcomes.load_schemes(standards.CONTENT / "outcomes"), found)
    _read(lambda: values_cards.load_cards(standards.CONTENT / "values"), found)
    _read(lambda: beliefs.load_beliefs(standards.CONTENT / "values" / "beliefs"), found)
    _read(lambda: value_rows.load_rows(standards.CONTENT / "values" / "rows"), found)
    _read(lambda: dilemmas.load_dilemmas(standards.CONTENT / "values" / "dilemmas"), found)
    _read(lambda: interviews.load_interviews(standards.CONTENT / "interviews"), found)
    rubrics = _read(lambda: standards.load_rubrics(standards.CONTENT / "rubrics"), found)
    evenings = _read(lambda: cases.load_cases(standards.CONTENT / "cases", rubrics), found) if rubrics else None
    rounds = _read(lambda: transcripts.load_transcripts(bank.CONTENT / "transcripts"), found)
    later = _read(lambda: delayed.load_checks(standards.CONTENT / "delayed"), found)
    if known is not None:
        sheets = {bank.CONTENT / "transcripts": rounds or {}, standards.CONTENT / "cases": evenings or {}}
        found += [*_strays(known, sheets), *delayed.untaught(later or {}, known, standards.CONTENT / "delayed")]
        found += _unteachable(known, published or {}, examples or {}, later or {})
        newest = max((each for each in (rubrics or {}).values()), key=lambda each: each.version, default=None)
        items = exercises.items.values() if exercises else ()
        found += curriculum.faults(
            known, newest, {each.objective for each in items} or {each.id for each in known.lessons}
        )
    if known is not None and shelf is not None:
        found += borrowed.faults(known, shelf)
    if known is not None and exercises is not None:
        found += _strays(known, {bank.CONTENT / kind: getattr(exercises, kind) for kind in DRILLS})
        found += _loose_ends(known, exercises, [*(rounds or {}).values()], [*(evenings or {}).values()])
        found += untaught_items(exercises.stored.values(), known)
    if exercises is not None:
        found += _undrawn(published or {}, exercises)
    return found


def _unteachable(
    known: Catalogue, published: Shelf[Standard], examples: Mapping[str, Preset], later: Collection[str]
) -> Iterator[str]:
    """What standards and presets ask for and nobody teaches or checks."""
    for each in published.values():
        path = standards.CONTENT / "standards" / f"{each.id}-{each.version}.yaml"
        yield from untaught(each, path, known)
        yield from unchecked(each, path, later)
        if each.version == max(version for name, version in published if name == each.id):
            yield from programmes.apart(each, path, known)
    yield from programmes.dishonest(known, catalogue.CONTENT / catalogue.PROGRAMMES)
    for name, preset in examples.items():
        yield from untaught(preset.standard, standards.CONTENT / "presets" / f"{name}.yaml", known)


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
    return [*problems, *_unknown_before(standard, path, taught)]


def _unknown_before(standard: Standard, path: Path, taught: Collection[str]) -> Iterator[str]:
    """Lessons and rows that come before something and that there are not, so that nobody could ever do it."""
    lines, rows = path.read_text("utf-8").splitlines(), {row.id for row in standards.get_rubric().rows}
    for rule in standard.unlocks:
        unknown = [("lesson", each, each) for each in rule.lessons if each not in taught]
        unknown += [("row", each.row, f"row: {each.row}") for each in rule.rated if each.row not in rows]
        for what, name, words in unknown:
            line = next((n for n, text in enumerate(lines, start=1) if words in text), 1)
            yield f"{path}:{line}: before “{rule.before}” comes the {what} {name}, and there is no such {what}"


def unchecked(standard: Standard, path: Path, checks: Collection[str]) -> list[str]:
    """Modules that a standard asks to hold a day later and that have no check, so that nobody could ever meet it."""
    lines = path.read_text("utf-8").splitlines()
    problems = []
    for clause in standard.clauses:
        for each in clause.modules if isinstance(clause, HeldLater) else ():
            if each not in checks:
                line = next((n for n, text in enumerate(lines, start=1) if each in text), 1)
                problems.append(f"{path}:{line}: “{clause.id}” asks {each} to hold a day later, which has no check")
    return problems


def undrawn(standard: Standard, path: Path, known: Bank) -> list[str]:
    """Knowledge tests that a standard asks for and nobody can take: there is no such blueprint, or no such version."""
    lines = path.read_text("utf-8").splitlines()
    problems = []
    for clause in standard.clauses:
        if not isinstance(clause, KnowledgeTest):
            continue
        versions = [version for name, version in known.blueprints if name == clause.blueprint]
        line = next((n for n, text in enumerate(lines, start=1) if f"blueprint: {clause.blueprint}" in text), 1)
        if not versions:
            problems.append(
                f"{path}:{line}: “{clause.id}” asks for a test by “{clause.blueprint}”, and there is no such blueprint"
            )
        elif clause.from_version > max(versions):
            problems.append(
                f"{path}:{line}: “{clause.id}” asks for version {clause.from_version} of “{clause.blueprint}”; "
                f"the newest is {max(versions)}"
            )
    return problems


def _undrawn(published: Shelf[Standard], known: Bank) -> Iterator[str]:
    for each in published.values():
        yield from undrawn(each, standards.CONTENT / "standards" / f"{each.id}-{each.version}.yaml", known)


def _read(load: Callable[[], Loaded], found: list[str]) -> Loaded | None:
    try:
        return load()
    except ContentError as error:
        found += error.problems
        return None


def _strays(known: Catalogue, folders: Mapping[Path, Mapping[str, Any]]) -> Iterator[str]:
    """Sheets for a lesson that nobody teaches."""
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
        "sort": set(exercises.sorts),
        "ladder": set(exercises.ladders),
        "return": set(exercises.returns),
        "silence": set(exercises.silences),
        "coding": {each.lesson.lower() for each in rounds},  # a lesson’s rounds go by the lesson’s id
        "rating": {each.lesson.lower() for each in evenings},
        **{kind: {kind} for kind in ("beliefs", "rows", "dilemmas")},  # there is one of each, called after its kind
    }
    for lesson in known.lessons:
        for activity in lesson.activities:
            if activity.bank not in banks[activity.kind]:
                where = f"{catalogue.CONTENT / lesson.file}:1: activities: {activity.id}"
                yield f"{where}: there is no {activity.kind} called “{activity.bank}”"
