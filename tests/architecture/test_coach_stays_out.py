"""What the question coach says never reaches readiness or a certificate: nothing that decides can read it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
COACH = {
    f"assessments.{each}"
    for each in (
        "questioning",
        "rulebook",
        "marking",
        "returning",
        "evaluation",
        "gold",
        "bank",
        "spacing",
        "asked_again",
    )
}
# Where the coach's words are kept, and all that may ask for them.
KEPT = "lms.exercises"
# What a decision may know of exercises: when somebody last tried one, which is a time and nothing that was said; and
# whether a knowledge test was passed, which people wrote the key of.
MAY_BE_ASKED = {"last_drill_at": "service", "last_practised": "practised", "practised_in_lines": "practised"}
PASSED = "passed"
ROWS = {"Attempt", "DialogueRun", "DialogueTurn", "CodingPractice", "CaseRating"}
TIMES = {
    "created_at", "asked_at", "ended_at", "saved_at", "sent_at", "rated_at",  # when, and below of whom and in what
    "id", "run_id", "person_id", "kind", "activity_id",
}  # fmt: skip
# These load every area and decide nothing: tables for each other, routes, commands, jobs.
GATHERING = {"lms.models", "lms.app", "lms.cli", "lms.terminal", "lms.work", "lms.serve", "lms.core.content"}
# Where a facilitator counts questions from notes: the coach proposes what a line is, the facilitator says what counts.
# The last only gives that page its address.
PEOPLE_SAY = {"lms.practice.notes", "lms.practice.counting", "lms.practice.views"}
DECIDING: tuple[str, ...] = (
    "practice",
    "coding",
    "takeover",
    "transfer",
    "aftercare",
    "handover",
    "panels",
    "certificates",
    "delayed",
)
DECIDING += ("renewals", "credentials", "checkpoints", "register", "advising", "interviews")
RULES: tuple[str, ...] = (
    "readiness",
    "delayed",
    "evidence",
    "asks",
    "clauses",
    "interviews",
    "judged",
    "judged_clauses",
    "ladder_clauses",
    "deciding",
    "renewal",
    "labelled",
    "standards",
)
RULES += ("group_readiness", "group_evidence", "group_gates", "group_measures", "calibration", "coding")
OUTPUTS = re.compile(
    r"\b(?:attempt|Attempt)\b\W{0,3}(?:looks|result|own_label|rules_version)\b|[\"'](?:attempt|attempts)[\"']"
)


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_name(path): path for room in ("lms", "assessments") for path in (ROOT / room).rglob("*.py")}


@cache
def _tree(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text("utf-8"))


@cache
def _imports(name: str) -> tuple[str, ...]:
    """Every module of ours that the module imports, wherever in it the import stands."""
    return tuple(_found_in(_tree(name)))


def _found_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found = [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
        else:
            continue
        yield from (each for each in found if each in MODULES)


def _reached(start: str) -> dict[str, str]:
    """Each module that can be reached from `start`, with the one that imports it."""
    reached, waiting = {start: ""}, [start]
    while waiting:
        name = waiting.pop()
        for each in _imports(name):
            if each not in reached and each not in GATHERING:
                reached[each] = name
                if each != KEPT and not (each.startswith(f"{KEPT}.") and not start.startswith(KEPT)):
                    waiting.append(each)
    return reached


def _deciding() -> list[str]:
    areas = tuple(f"lms.{area}." for area in DECIDING)
    found = [name for name in MODULES if f"{name}.".startswith(areas)]
    return sorted([*found, *(f"assessments.{each}" for each in RULES)])


def test_every_room_that_decides_is_there() -> None:
    assert all(f"lms.{area}" in MODULES for area in DECIDING)
    assert all(f"assessments.{each}" in MODULES for each in RULES)
    assert COACH | {KEPT} <= set(MODULES)


def test_the_walk_finds_what_it_looks_for() -> None:
    assert _reached("lms.exercises.views").keys() >= {"assessments.marking", "assessments.rulebook"}


def test_nothing_that_decides_can_reach_the_coach() -> None:
    found = [(name, each, by) for name in _deciding() for each, by in _reached(name).items() if each in COACH]
    assert not [each for each in found if each[0] not in PEOPLE_SAY]


def test_how_well_a_question_is_held_is_known_to_its_own_pages_alone() -> None:
    """Spaced practice is read by no other room, so nobody is judged by whether they come or what they forget."""
    own = {name for name in MODULES if f"{name}.".startswith("lms.refresh.")}
    assert len(own) > 5
    assert {name for name in MODULES if own & set(_imports(name))} - own <= GATHERING
    tables = re.compile(r"\brefresh_(answer|felt|card|letter)\b")
    told = [name for name, path in MODULES.items() if tables.search(path.read_text("utf-8"))]
    assert {name for name in told if not name.startswith("lms.migrations.")} <= own


def test_a_figure_that_lets_somebody_sign_knows_nothing_of_the_coach() -> None:
    """An assessor's own figure compares what a person coded with a written key, and no machine has a say in it."""
    rooms = ("lms.raters.figures", "lms.practice.own_figure", "assessments.own_figures", "assessments.transcripts")
    assert not [(name, each) for name in rooms for each in _reached(name) if each in COACH]


def test_a_proposal_from_notes_is_seen_by_its_own_page_alone() -> None:
    """Nothing else may read it, so that a count is only ever what the facilitator said."""
    assert {name for name in MODULES if PEOPLE_SAY & set(_imports(name))} - GATHERING - {"lms.practice"} <= PEOPLE_SAY


def test_of_what_people_tried_a_decision_may_know_only_when() -> None:
    """Whatever a decision builds on may call three functions of the exercises. Two read no more than times, the other
    which knowledge test was passed."""
    below = {each for name in _deciding() for each in _reached(name)}
    asked = set()
    for name in sorted(each for each in below if not each.startswith(KEPT)):
        if any(each.startswith(KEPT) for each in _imports(name)):
            asked |= set(
                re.findall(r"\b(?:exercises(?:\.service)?|practised)\.(\w+)", MODULES[name].read_text("utf-8"))
            )
            asked |= _taken_by_name(_tree(name))
    assert asked - {*MAY_BE_ASKED.values()} <= {*MAY_BE_ASKED, PASSED}
    for name, module in MAY_BE_ASKED.items():
        function = next(each for each in _tree(f"{KEPT}.{module}").body if getattr(each, "name", "") == name)
        everything = _tree(f"{KEPT}.{module}") if module != "service" else function
        read = {each.attr for each in ast.walk(everything) if isinstance(each, ast.Attribute) and _of_a_row(each)}
        assert read
        assert read <= TIMES
    tests = [each for each in ast.walk(_tree(f"{KEPT}.{PASSED}")) if isinstance(each, ast.Attribute)]
    known = {each.attr for each in tests if isinstance(each.value, ast.Name) and each.value.id == "KnowledgeTest"}
    assert known == {"id", "person_id", "blueprint", "blueprint_version", "passed", "handed_in_at"}


def _taken_by_name(tree: ast.Module) -> set[str]:
    froms = [each for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)]
    return {name.name for each in froms if (each.module or "").startswith(KEPT) for name in each.names}


def _of_a_row(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in ROWS


def test_nothing_that_decides_reads_the_columns_that_hold_what_the_coach_said() -> None:
    found = [name for name in _deciding() if OUTPUTS.search(MODULES[name].read_text("utf-8"))]
    assert not found
