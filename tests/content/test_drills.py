"""What learners read in the four drills is finished, fair, and in the house's voice."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from assessments import bank
from assessments.bank import CONTENT, load_bank
from assessments.drills import RUNGS
from assessments.marking import About, look
from assessments.returning import look_at_return
from assessments.sorting import FORMS, FUNCTIONS
from courses.source import ContentError
from tests.texts import texts_of

BANK = bank.current()
[SORT] = BANK.sorts.values()
[LADDER] = BANK.ladders.values()
[RETURNS] = BANK.returns.values()
[SILENCE] = BANK.silences.values()
TEN_WORD_RETURNS = {
    "Which question is under that?",
    "Try it without the answer in it.",
    "One of those, please.",
    "What did you just hear?",
    "Whose idea is that?",
    "Let it land.",
    "Later sheet.",
}


def _prose() -> Iterator[tuple[str, str]]:
    for sheet in (SORT, LADDER, RETURNS, SILENCE):
        yield from ((sheet.id, text) for text in texts_of(sheet.model_dump()))


def test_there_is_as_much_to_do_as_the_lessons_promise() -> None:
    assert (len(SORT.items), len(LADDER.items), len(RETURNS.items), SILENCE.pauses) == (20, 4, 8, 10)


def test_prose_keeps_to_the_house_style() -> None:
    for where, text in _prose():
        assert not re.search(r"[!\"']|--", text), f"{where}: {text}"
        assert text.count("“") == text.count("”"), f"{where}: {text}"
        assert not re.search(r"\b(TODO|FIXME|TBD|lorem|xxx)\b", text, re.IGNORECASE), f"{where}: {text}"


def test_a_second_answer_is_defended_in_its_reason() -> None:
    for item in SORT.items:
        for facet, key in item.keys.items():
            said = "can be defended" in item.reasons[facet]
            assert said == (len(key) == 2), f"{item.id}: {facet}"
            assert len(item.reasons[facet]) <= 200


def test_the_questions_are_of_many_kinds_so_that_kappa_says_something() -> None:
    forms = Counter(item.form.key[0] for item in SORT.items)
    assert set(forms) == set(FORMS)
    assert max(forms.values()) <= len(SORT.items) / 2
    assert {each for item in SORT.items for each in item.function.key} == set(FUNCTIONS)


def test_form_is_not_fault() -> None:
    """A wide question carries a fault, and a narrow one carries none."""
    assert any(item.form.key == ("F-WH",) and "none" not in item.fault.key for item in SORT.items)
    assert any(item.form.key == ("F-YN",) and item.fault.key == ("none",) for item in SORT.items)


def test_the_coach_sees_no_form_that_the_key_does_not_hold() -> None:
    for item in SORT.items:
        assert look(About("X"), item.said).form in item.form.key, item.id


@pytest.mark.parametrize("item", LADDER.items, ids=lambda item: item.id)
def test_an_example_on_the_ladder_carries_no_fault(item: object) -> None:
    statement = next(each for each in LADDER.items if each is item)
    for rung in RUNGS:
        for example in statement.examples[rung]:  # type: ignore[index]
            assert not look(About("X"), example).faults, example
            assert len(example.split()) <= 16


@pytest.mark.parametrize("item", RETURNS.items, ids=lambda item: item.id)
def test_an_example_of_a_return_takes_no_side(item: object) -> None:
    breach = next(each for each in RETURNS.items if each is item)
    for example in breach.examples:
        seen = look_at_return(RETURNS, breach, example)
        assert (seen.name, seen.notes) == ("Nothing marked", ()), example
    assert TEN_WORD_RETURNS & set(breach.examples)


def test_every_ten_word_return_of_the_lesson_is_an_example_somewhere() -> None:
    assert {each for breach in RETURNS.items for each in breach.examples} >= TEN_WORD_RETURNS


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(CONTENT, tmp_path / "content")
    return tmp_path / "content"


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "sentence"),
    [
        ("sorts/m04-l1-sort", "key: [F-INV]", "key: [F-XX]", r"items\.0\.form\.key\.0", "Input should be"),
        ("sorts/m04-l1-sort", "key: [probe, self]", "key: [self, self]", r"items\.3", "names “self” twice"),
        ("sorts/m04-l1-sort", "id: first-letter", "id: last-time", "items", "the id “last-time” is used twice"),
        ("ladders/m04-l6-ladder", "- rung: probe", "- rung: feeling", "rungs", "in this order"),
        ("ladders/m04-l6-ladder", "      probe:\n", "      prove:\n", r"items\.0\.examples", "Input should be"),
        ("returns/m04-l9-return", "- Later sheet.", "- " + "One more word. " * 4, r"items\.5\.examples", "12 words"),
        ("returns/m04-l9-return", "id: W-praise", "id: praise", r"watch\.1\.id", "String should match"),
        (
            "silences/m06-l2-silence",
            "quick: I keep it.",
            "quick: " + "I keep it. " * 30,
            r"items\.1",
            "should be shorter",
        ),
        ("silences/m06-l2-silence", "id: m06-l2-silence", "id: silence", "id", "like the file"),
    ],
)
def test_a_drill_that_could_not_be_done_is_refused_where_it_stands(
    root: Path, file: str, old: str, new: str, where: str, sentence: str
) -> None:
    path = root / f"{file}.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ContentError) as refused:
        load_bank(root)
    assert any(
        re.match(rf"{re.escape(str(path))}:\d+: {where}", each) and sentence in each for each in refused.value.problems
    ), refused.value.problems
