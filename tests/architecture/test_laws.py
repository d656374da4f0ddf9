"""The laws of the house that imports cannot tell: where commits happen, how long code is, who writes where."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.coverage.following import WATCHED as WATCHED_TABLES

ROOT = Path(__file__).parents[2]
ROOMS = ("lms", "courses", "assessments")
LONGEST_FILE = 300
LONGEST_FUNCTION = 45  # aim at 40
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager"}


def sources() -> Iterator[Path]:
    for room in (*ROOMS, "tests"):
        yield from (p for p in (ROOT / room).rglob("*.py") if "migrations/versions" not in str(p))


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sources():
        if path.is_relative_to(ROOT / "tests"):
            continue
        yield path, ast.parse(path.read_text("utf-8"))


def test_there_is_one_commit_place() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
        if path != ROOT / "lms/core/unit.py"
    ]
    assert not found


def test_relationships_stay_within_an_area() -> None:
    found = {
        path.relative_to(ROOT / "lms").parts[0]
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "relationship"
    }
    assert found <= {"people"}, "only the account library's passkeys hang on a person"


def test_whose_people_a_provider_trains_is_asked_of_provisions_alone() -> None:
    """An organisation may buy from several: “its provider” is none of them. Say which one is meant."""
    single = re.compile(r"\b(Organisation|organisation|council|client)\.provider_id\b")
    found = [
        str(path.relative_to(ROOT))
        for path, _ in trees()
        if single.search(path.read_text("utf-8")) and path != ROOT / "lms/people/provisions.py"
    ]
    assert not found, "use lms.people.provisions"


def test_only_the_clock_tells_the_time() -> None:
    asking = re.compile(r"\b(datetime\.(now|utcnow|today)|date\.today)\(")
    found = [
        str(path.relative_to(ROOT))
        for path, _ in trees()
        if asking.search(path.read_text("utf-8")) and path.name != "clock.py"
    ]
    assert not found


def test_no_test_fails_because_a_machine_is_slow() -> None:
    """Steps and queries are counted; what takes time is measured by `make bench`, beside a floor."""
    asking = re.compile(r"\b(process_time|perf_counter|thread_time)\b")
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("*.py")
        if asking.search(path.read_text("utf-8")) and not {"bench", "measure"} & set(path.parts)
    ]
    assert sorted(found) == ["tests/architecture/test_laws.py", "tests/work.py"]


def test_only_the_certificate_room_knows_the_pdf_library() -> None:
    found = [
        str(p.relative_to(ROOT))
        for p, _ in trees()
        if re.search(r"^\s*(import|from) weasyprint", p.read_text("utf-8"), re.M)
    ]
    assert found in ([], ["lms/certificates/pdf.py"])


@pytest.mark.parametrize("path", list(sources()), ids=lambda p: str(p.relative_to(ROOT)))
def test_files_and_functions_are_short_enough_to_read(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= LONGEST_FILE
    assert path.stem not in FORBIDDEN_NAMES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < LONGEST_FUNCTION, f"{node.name} is too long"


def test_files_meant_to_be_finished_are_finished() -> None:
    marks = re.compile(
        r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "lorem" + " ipsum", "NotImplemented" + "Error"]) + r")\b"
    )
    places = [p for room in (*ROOMS, "templates", "docs") for p in (ROOT / room).rglob("*") if p.is_file()]
    found = [
        str(p.relative_to(ROOT))
        for p in places
        if p.suffix in {".py", ".md", ".html", ".yaml", ".txt", ".css", ".js"} and marks.search(p.read_text("utf-8"))
    ]
    assert not found


def test_no_machine_s_label_reaches_what_a_circle_is_judged_by() -> None:
    """People's coding counts and the coach's does not: neither room that gathers it can even ask the coach."""
    rooms = [*(ROOT / "lms/coding").rglob("*.py"), *(ROOT / "assessments").glob("*coding*.py")]
    rooms += [ROOT / "lms/takeover/evidence.py", ROOT / "assessments/group_asking.py"]
    asking = re.compile(r"questioning|rulebook")
    assert len(rooms) > 10
    assert not [str(path.relative_to(ROOT)) for path in rooms if asking.search(_imports(path))]


def _imports(path: Path) -> str:
    tree = ast.parse(path.read_text("utf-8"))
    return "\n".join(ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))


WATCHED = {each.__name__ for each in WATCHED_TABLES}
MANY_AT_ONCE = {
    "insert",
    "update",
    "delete",
    "insert_once",
    "insert_and_ask",
    "bulk_insert_mappings",
    "bulk_save_objects",
}


def test_nobody_changes_many_rows_behind_the_summary_of_cover() -> None:
    """What a session writes is noticed; a statement of its own has to say about whom it was."""
    found = []
    for path, tree in trees():
        written = [
            f"{path.relative_to(ROOT)} {table}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and _called(node.func) in MANY_AT_ONCE
            for table in (getattr(each, "id", getattr(each, "attr", "")) for each in node.args)
            if table in WATCHED
        ]
        tells = any(isinstance(node, ast.Call) and _called(node.func) == "changed" for node in ast.walk(tree))
        found += [] if tells else written
    assert found == ONE_AT_A_TIME


def _called(function: ast.expr) -> str:
    return str(getattr(function, "id", getattr(function, "attr", "")))


# A list takes up somebody without saying who they are; the next line says it, through the session.
ONE_AT_A_TIME = ["lms/people/places.py StaffMember"]
