"""The rules of the question coach: checked when read, named by file and line when wrong."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.rulebook import RULES, Found, current_rules, first_match, load_rules
from courses.source import ContentError

# The item bank of module M04, row by row: question, form, openness said aloud, faults.


def test_rules_are_compiled_once_for_a_version() -> None:
    assert current_rules() is current_rules()


def _changed(tmp_path: Path, name: str, old: str, new: str) -> Path:
    root = tmp_path / "rules"
    copytree(RULES, root)
    text = (root / name).read_text("utf-8")
    assert old in text
    (root / name).write_text(text.replace(old, new, 1), "utf-8")
    return root


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("- Did you try ringing them?", "- Did you sleep?", "X-ADV-did-you should find “Did you sleep?” and does not"),
        ("- Did you sleep?", "- Did you try it?", "should leave “Did you try it?” alone and does not"),
        ("(?:shouldn't|should)", "(?:shouldn't|should)+", "repeat with an upper limit"),
        ("(?:shouldn't|should)", "(?:shouldn't|should", "pattern: missing )"),
        ("(?:shouldn't|should)", r"(should)\1", "leave out references to a group"),
        ("(?:shouldn't|should)", "<shoulds>", "the language has no part “shoulds”"),
        ("id: X-ADV-did-you", "id: X-ADV-have-you", "is used twice"),
        ("id: X-ADV-did-you", "id: X-LEAD-did-you", "the id should start with X-ADV-"),
        ("    hint: What did you do,", "    precision: 0.9\n    n: 3\n    hint: What did you do,", "a precision needs"),
    ],
)
def test_a_rule_that_is_wrong_is_refused_with_file_and_line(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    root = _changed(tmp_path, "advice.yaml", old, new)

    with pytest.raises(ContentError) as refused:
        load_rules(root)

    assert any(sentence in problem for problem in refused.value.problems), refused.value.problems
    assert all(problem.startswith(f"{root / 'advice.yaml'}:") for problem in refused.value.problems)
    assert not any(problem.startswith(f"{root / 'advice.yaml'}:1:") for problem in refused.value.problems)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("  - um\n", "  - um(\n", "missing )"),
        ("  - um\n", "  - um+\n", "repeat with an upper limit"),
        ("  - um\n", "  - <um>\n", "the language has no part “um”"),
    ],
)
def test_a_language_that_is_wrong_is_refused_by_name(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    root = _changed(tmp_path, "language.yaml", old, new)

    with pytest.raises(ContentError, match=r"language\.yaml:1: ") as refused:
        load_rules(root)

    assert sentence in str(refused.value)


@pytest.mark.parametrize("name", ["language.yaml", "voice.yaml"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    copytree(RULES, tmp_path / "rules")
    (tmp_path / "rules" / name).unlink()

    with pytest.raises(ContentError, match=f"{name}:1: this file is missing"):
        load_rules(tmp_path / "rules")


def test_a_changed_rule_is_a_new_version(tmp_path: Path) -> None:
    root = _changed(tmp_path, "advice.yaml", "Starts with your solution.", "It starts with your solution.")

    assert load_rules(root).version != load_rules(RULES).version


PHRASES = sorted(
    {text for each in current_rules().faults for text in (*each.rule.examples, *each.rule.counter_examples)}
)


@given(st.lists(st.sampled_from(PHRASES) | st.text(max_size=20), max_size=4).map(" ".join))
def test_rules_looked_for_together_find_what_each_of_them_finds(text: str) -> None:
    rules = current_rules()
    turn = rules.read(text)
    alone = [
        Found(each.rule, *span)
        for each in rules.faults
        if each.find
        for sentence in turn.sentences
        if sentence.asks == each.asks
        and (span := first_match(each.find, turn.folded.text, rules._places(turn, sentence)[each.where], sentence.end))
    ]
    counted = {each.rule.id for each in rules.faults if each.find is None}
    assert [found for found in rules.find_faults(turn) if found.rule.id not in counted] == alone
