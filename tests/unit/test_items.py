"""The bank refuses items and blueprints that nobody could be judged by, and says in which file and line."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from assessments.bank import CONTENT, load_bank
from assessments.items import untaught_items
from courses import catalogue
from courses.source import ContentError

HEAD = "- id: m07-one\n  version: 1\n  objective: M07-L1\n  bloom: analyse\n"
SINGLE = """  kind: single
  prompt: "Which?"
  options:
    - {key: a, right: true, text: "This.", why: "It is."}
    - {key: b, text: "That.", why: "It tempts because it is near."}
    - {key: c, text: "The other.", why: "It tempts because it is far."}
"""
MATCH = 'kind: match, prompt: "Which?", reason: "So."'


def _pair(left: str, right: str) -> str:
    return f"{{left: {left}, right: {right}, why: So}}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    copytree(CONTENT, tmp_path / "content")
    return tmp_path / "content"


def _change(root: Path, name: str, old: str, new: str) -> int:
    """Replaces `old` once; the line on which it stood."""
    path = root / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def _add(root: Path, text: str, name: str = "items/m07.yaml") -> int:
    """Adds an item to a file; the line on which it starts."""
    before = (root / name).read_text("utf-8")
    (root / name).write_text(before + text, "utf-8")
    return before.count("\n") + 1


def _problems(root: Path) -> list[str]:
    with pytest.raises(ContentError) as refused:
        load_bank(root)
    return refused.value.problems


def test_a_whole_item_is_read_and_pinned_by_its_meaning(root: Path) -> None:
    _add(root, HEAD + SINGLE)
    before = load_bank(root).items["m07-one"].content_hash
    _change(root, "items/m07.yaml", "- id: m07-one", "# about sorting\n- id: m07-one")
    commented = load_bank(root).items["m07-one"].content_hash
    _change(root, "items/m07.yaml", "It is.", "It is so.")

    assert before == commented != load_bank(root).items["m07-one"].content_hash


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("right: true, ", "", "exactly one answer should be right, and 0 are"),
        ("{key: b, ", "{key: b, right: true, ", "exactly one answer should be right, and 2 are"),
        ("kind: single", "kind: multiple", "at least two answers should be right"),
        ("{key: b, ", "{key: a, ", "the key “a” is used twice"),
        ('"That."', '"This."', "the answer “This.” is there twice"),
        (', why: "It is."', "", "why: Field required"),
        ("kind: single", "kind: essay", "kind"),
        ("bloom: analyse", "bloom: guess", "bloom"),
        ("version: 1", "version: 0", "version"),
    ],
)
def test_a_choice_that_cannot_be_answered_is_refused(root: Path, old: str, new: str, says: str) -> None:
    start = _add(root, (HEAD + SINGLE).replace(old, new, 1))

    path, line, sentence = next(each.split(":", 2) for each in _problems(root) if says in each)
    assert path.endswith("items/m07.yaml")
    assert start <= int(line) < start + 10
    assert sentence.startswith(" items.")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('kind: order, prompt: "In which order?", steps: [One, Two, One], reason: "So."', "“One” is there twice"),
        ('kind: order, prompt: "In which order?", steps: [One, Two, Three]', "reason: Field required"),
        (f"{MATCH}, pairs: [{_pair('A', 'X')}, {_pair('B', 'X')}, {_pair('C', 'X')}]", "two different right sides"),
        (
            f"{MATCH}, spare: [X], pairs: [{_pair('A', 'X')}, {_pair('B', 'Y')}, {_pair('C', 'X')}]",
            "“X” is spare and belongs to something",
        ),
        (f"{MATCH}, pairs: [{_pair('A', 'X')}, {_pair('A', 'Y')}, {_pair('C', 'X')}]", "“A” is to be matched twice"),
        (
            'kind: short, prompt: "Who?", reason: "So.", accepted: [the Host], near: [{text: "host.", why: So}]',
            "“host” is there twice",
        ),
        (
            'kind: short, safety: true, prompt: "Who?", reason: "So.", accepted: [host], near: [{text: me, why: So}]',
            "slip of the keyboard",
        ),
    ],
)
def test_an_item_of_another_kind_that_cannot_be_judged_is_refused(root: Path, body: str, says: str) -> None:
    start = _add(root, f"- {{id: m07-one, version: 1, objective: M07-L1, bloom: apply, {body}}}\n")

    (problem,) = _problems(root)
    assert f"items/m07.yaml:{start}: " in problem
    assert says in problem


def test_an_id_used_twice_is_named_with_both_places(root: Path) -> None:
    start = _add(root, HEAD.replace("m07-one", "m01-who-for-what") + SINGLE)

    (problem,) = _problems(root)
    assert f"items/m07.yaml:{start}: “m01-who-for-what” is used twice, here and in " in problem
    assert "items/m01.yaml:" in problem


def test_an_item_in_another_modules_file_is_named(root: Path) -> None:
    start = _add(root, HEAD.replace("M07-L1", "M06-L1") + SINGLE)

    (problem,) = _problems(root)
    assert f"items/m07.yaml:{start}: “m07-one” is about M06-L1" in problem


def test_a_file_is_named_after_its_module(root: Path) -> None:
    (root / "items/m07.yaml").rename(root / "items/m77.yaml")

    assert any("items/m77.yaml:1: module: should be “M77”, like the file" in each for each in _problems(root))


@pytest.mark.parametrize(
    ("objective", "bloom", "says"),
    [
        ("M07-L9", "apply", "is about M07-L9, and there is no such lesson"),
        ("M07-L1", "create", "asks to create, and M07-L1 goes as far as “analyse”"),
    ],
)
def test_an_item_stays_within_what_its_lesson_teaches(root: Path, objective: str, bloom: str, says: str) -> None:
    start = _add(root, (HEAD + SINGLE).replace("M07-L1", objective).replace("analyse", bloom))

    (problem,) = untaught_items(load_bank(root).stored.values(), catalogue.current())
    assert f"items/m07.yaml:{start}: “m07-one” " in problem
    assert says in problem


@pytest.mark.parametrize(
    ("row", "instead", "says"),
    [
        ("{module: M12, items: 1}", "{module: M12, items: 2}", "M12 draws 2 items that are not about safety, and"),
        ("items: 5, safety: 4", "items: 9, safety: 8", "M08 draws 8 safety items, and the bank holds 20; at least 24"),
        ("items: 5, safety: 4", "items: 5, safety: 6", "6 safety items cannot be among 5"),
        ("{module: M12, items: 1}", "{module: M11, items: 1}", "M11 has two rows"),
        ("pass_percent: 80", "pass_percent: 101", "pass_percent"),
    ],
)
def test_a_blueprint_that_the_bank_cannot_serve_is_refused(root: Path, row: str, instead: str, says: str) -> None:
    line = _change(root, "blueprints/associate-1.yaml", row, instead)

    first = _problems(root)[0]
    assert says in first
    assert abs(int(first.split("associate-1.yaml:")[1].split(":")[0]) - line) <= 12


def test_items_that_no_blueprint_draws_are_named(root: Path) -> None:
    _change(root, "blueprints/associate-1.yaml", "  - {module: M12, items: 1}\n", "")

    problems = _problems(root)
    assert len(problems) == 5
    assert all("no blueprint ever draws “m12-" in each for each in problems)
