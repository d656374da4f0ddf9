"""The problem cases: each is whole, no two people share a name, and every fault of a file is found by its line."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from courses import catalogue, problem_cases
from courses.problem_cases import FEWEST_TOLD, LEVELS, MOST_TOLD, ProblemCase, words
from lms.cli import main

SHELF = problem_cases.load(catalogue.CONTENT / catalogue.COLLECTIONS)
# The last facilitator's limit is a matter of life: these cases say so in the same words.
LIMIT = "The safeguarding limit"
BUS = "rethink/the-last-bus.yaml"
each_case = pytest.mark.parametrize("case", SHELF.cases, ids=lambda case: case.key)


def test_each_collection_has_at_least_fourteen_cases_of_every_level() -> None:
    for collection in SHELF.collections:
        assert len(collection.cases) >= 14, collection.slug
        levels = Counter(case.level for case in collection.cases)
        assert min(levels[level] for level in LEVELS) >= 3, (collection.slug, levels)
        assert len({case.sector for case in collection.cases}) >= 8, collection.slug


@each_case
def test_a_case_is_told_in_two_minutes_and_names_its_limit(case: ProblemCase) -> None:
    assert FEWEST_TOLD <= words(case.told) <= MOST_TOLD
    assert words(case.who) >= 10
    assert all(words(each.says) >= 6 for each in case.layers)
    assert len({each.kind for each in case.layers}) >= 3, "one kind of question would reach it all"
    assert (case.level == "experienced") == (LIMIT in case.stop), case.level


def test_no_two_holders_share_a_name_and_none_is_known_from_elsewhere() -> None:
    names = [part for case in SHELF.cases for part in case.holder.split()]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    rooms = (catalogue.CONTENT, Path("assessments/content"), Path("lms/demo"))
    elsewhere = "\n".join(
        file.read_text("utf-8")
        for room in rooms
        for file in room.rglob("*")
        if file.suffix in (".md", ".yaml", ".py") and catalogue.COLLECTIONS not in file.parts
    )
    known = set(re.findall(r"[^\W\d_]+", elsewhere))
    assert [name for name in names if name in known] == []


@pytest.mark.parametrize("field", ["told", "stop", "after", "open", "closed"])
def test_no_two_cases_say_the_same(field: str) -> None:
    said = [getattr(case, field) for case in SHELF.cases]
    assert len(set(said)) == len(said)
    starts = Counter(" ".join(text.split()[:5]) for text in said)
    assert [start for start, count in starts.items() if count > 3] == []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "content"
    shutil.copytree(catalogue.CONTENT, place)
    monkeypatch.setattr(catalogue, "CONTENT", place)
    return place


def said() -> str:
    return CliRunner().invoke(main, ["content", "check"]).output


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("level: first", "level: easy", "level: Input should be 'first', 'harder' or 'experienced'"),
        ("level: first", "level: first\nhero: Morag", "hero: Extra inputs are not permitted"),
        ("stop: Nothing", "stopped: Nothing", "stop: Field required"),
        ("told: I drove", "told: I drove " + "on " * 120, "what is said in the first two minutes has 120 to 200"),
        ("  - kind: feel", "  - kind: guess", "layers.1.kind: Input should be"),
        ("open: What made you sit at the stop?", "open: Sit at the stop.", "open: String should match pattern"),
        ("title: The last bus", "title: Two futons", "“Two futons” is already taken by"),
        ("holder: Morag Sinclair", "holder: Reto Camenisch", "“Reto Camenisch” is already taken by"),
        (
            "  - I miss being the one who knows who is on the bus.",
            "  - nobody is responsible for getting the last few people home.",
            "two of these are the same",
        ),
    ],
)
def test_a_slip_in_a_case_is_found_by_its_line(folder: Path, old: str, new: str, sentence: str) -> None:
    path = folder / catalogue.COLLECTIONS / BUS
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    answer = said()
    assert sentence in answer
    assert re.search(rf"^{folder}/.+:\d+: ", answer, re.MULTILINE)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("revolution/Two Beds.yaml", "the name should look like “the-last-bus.yaml”"),
        ("revolution/notes.txt", "this belongs to no collection"),
        ("elsewhere/the-bridge.yaml", "this belongs to no collection"),
        ("revolution/the-last-bus.yaml", "“the-last-bus” is already taken by"),
        ("revolution/the-bridge.yaml", "is already taken by"),
    ],
)
def test_a_file_out_of_place_or_there_twice_is_found(folder: Path, name: str, sentence: str) -> None:
    place = folder / catalogue.COLLECTIONS
    (place / "elsewhere").mkdir()
    shutil.copy(place / BUS, place / name)
    answer = said()
    assert sentence in answer
    assert Path(name).name in answer


def test_a_collection_without_its_head_or_without_cases_is_found(folder: Path) -> None:
    place = folder / catalogue.COLLECTIONS
    (place / "revolution" / "collection.yaml").unlink()
    for file in (place / "rethink").glob("*.yaml"):
        if file.name != "collection.yaml":
            file.unlink()
    answer = said()
    assert f"{place / 'revolution' / 'collection.yaml'}:1: this file is missing" in answer
    assert f"{place / 'rethink' / 'collection.yaml'}:1: the collection should have at least one case" in answer


def test_a_case_that_no_lesson_uses_and_a_link_to_none_are_found(folder: Path) -> None:
    lesson = folder / "02-process-and-roles" / "03-the-member.md"
    text = lesson.read_text("utf-8")
    lesson.write_text(text.replace("/cases/rethink/the-last-bus", "/cases/rethink/the-last-tram"), "utf-8")
    line = text[: text.index("/cases/rethink/the-last-bus")].count("\n") + 1
    answer = said()
    assert f"{lesson}:{line}: there is no case /cases/rethink/the-last-tram" in answer
    assert f"{folder / catalogue.COLLECTIONS / BUS}:1: no lesson uses this case" in answer


def test_a_case_that_is_hard_to_read_is_found(folder: Path) -> None:
    path = folder / catalogue.COLLECTIONS / BUS
    hard = "Organisational responsibilities notwithstanding transportation infrastructure considerations " * 10
    path.write_text(path.read_text("utf-8").replace("    misses: ", f"    misses: {hard}"), "utf-8")
    assert "this is hard to read (LIX" in said()
