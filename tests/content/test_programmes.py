"""Programmes for awards: each fault an author can make is named by file and line, with what mends it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from assessments.standards import CONTENT, get_standard
from courses import catalogue
from courses.source import ContentError
from lms.core import programmes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(catalogue.CONTENT, tmp_path / "content"))


def change(folder: Path, award: str, before: str, after: str) -> Path:
    path = folder / "programmes" / f"{award}.yaml"
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")
    return path


@pytest.mark.parametrize(
    ("award", "before", "after", "sentence"),
    [
        ("member", "- M01-L1", "- M99-L1", "there is no lesson M99-L1; take it off the path"),
        ("member", "- M01-L2", "- M01-L1", "M01-L1 is on this path already; name it once"),
        ("associate", "- M02-L3", "- M01-L1", "M01-L1 is on this path already; name it once"),
        ("associate", "after: member", "after: nobody", "“nobody” is no programme, or comes after this one in the end"),
        ("associate", "after: member", "after: associate", "or comes after this one in the end"),
        ("member", "hours: 9", "hours: soon", "hours: Input should be a valid integer"),
        ("member", "path:", "way:", "way: Extra inputs are not permitted"),
    ],
)
def test_a_programme_that_cannot_be_followed_is_not_read(
    folder: Path, award: str, before: str, after: str, sentence: str
) -> None:
    path = change(folder, award, before, after)
    with pytest.raises(ContentError) as error:
        catalogue.load(folder)
    assert any(re.match(rf"{re.escape(str(path))}:\d+: ", each) and sentence in each for each in error.value.problems)


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        ("hours: 8", "the ladder asks for 9 hours of learning, and this says 8"),
        ("hours: 1", "the ladder asks for 9 hours of learning, and this says 1"),
    ],
)
def test_hours_that_are_not_the_ladder_s_are_named(folder: Path, hours: str, sentence: str) -> None:
    path = change(folder, "member", "hours: 9", hours)
    [said] = programmes.dishonest(catalogue.load(folder), folder / "programmes")
    assert re.match(rf"{re.escape(str(path))}:\d+: hours: ", said)
    assert sentence in said


def test_pages_that_take_longer_than_the_hours_are_named(folder: Path) -> None:
    for path in folder.rglob("*.md"):
        path.write_text(re.sub(r"^minutes: \d+$", "minutes: 60", path.read_text("utf-8"), count=1, flags=re.M), "utf-8")
    said = "\n".join(programmes.dishonest(catalogue.load(folder), folder / "programmes"))
    assert "member.yaml" in said
    assert "the pages alone take" in said


def test_an_award_without_a_programme_and_a_programme_without_an_award_are_named(folder: Path) -> None:
    (folder / "programmes" / "lead.yaml").rename(folder / "programmes" / "doctor.yaml")
    said = sorted(programmes.dishonest(catalogue.load(folder), folder / "programmes"))
    assert any("there is no award “doctor” on the ladder" in each for each in said)
    assert any("there is no programme for “lead”; write lead.yaml" in each for each in said)


def test_a_programme_and_the_newest_version_of_its_standard_that_part_are_named(folder: Path) -> None:
    change(folder, "certified", "  - M14-L4\n", "")
    standard = get_standard("certified")
    path = CONTENT / "standards" / f"certified-{standard.version}.yaml"
    [said] = programmes.apart(standard, path, catalogue.load(folder))
    assert "does not teach M14-L4, which a clause asks for" in said
    change(folder, "certified", "path:\n", "path:\n  - M14-L4\n")
    assert list(programmes.apart(standard, path, catalogue.load(folder))) == []
    member = get_standard("member")
    change(folder, "member", "path:\n", "path:\n  - M14-L4\n")
    change(folder, "certified", "  - M14-L4\n", "")
    [said] = programmes.apart(member, path, catalogue.load(folder))
    assert "teaches M14-L4, which no clause asks for; write the next version" in said
