"""What learners read in quizzes and drills is finished, fair and in the house's voice."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from assessments.bank import current
from assessments.marking import look_at
from assessments.schema import DrillItem, QuestionRule, QuizItem
from tests.texts import texts_of

BANK = current()
QUIZ_ITEMS = [pytest.param(item, id=f"{quiz.id}/{item.id}") for quiz in BANK.quizzes.values() for item in quiz.items]
DRILL_ITEMS = [pytest.param(item, id=f"{drill.id}/{item.id}") for drill in BANK.drills.values() for item in drill.items]
RULES = [pytest.param(rule, id=rule.id) for rule in BANK.rules.by_id.values()]


def _prose() -> Iterator[tuple[str, str]]:
    for sheet in (*BANK.quizzes.values(), *BANK.drills.values()):
        yield from ((sheet.id, text) for text in texts_of(sheet.model_dump()))
    yield from (("voice", text) for text in texts_of(BANK.rules.voice.model_dump()))
    for rule in BANK.rules.by_id.values():
        yield from ((rule.id, text) for text in (rule.message, rule.hint, *rule.examples, *rule.counter_examples))


@pytest.mark.parametrize(
    ("bank_id", "items"),
    [("m04-l2-open-closed", 8), ("m05-l2-behaviour-or-breach", 8), ("m04-l3-advice-swap", 8)],
)
def test_the_exercises_of_the_first_lessons_are_complete(bank_id: str, items: int) -> None:
    sheet = BANK.quizzes.get(bank_id) or BANK.drills[bank_id]

    assert len(sheet.items) == items


def test_prose_keeps_to_the_house_style() -> None:
    for where, text in _prose():
        assert "!" not in text, f"{where}: {text}"
        assert '"' not in text, f"{where}: {text}"
        assert "'" not in text, f"{where}: {text}"
        assert "--" not in text, f"{where}: {text}"
        assert text.count("“") == text.count("”"), f"{where}: {text}"


def test_nothing_is_left_unfinished() -> None:
    assert not [text for _, text in _prose() if re.search(r"\b(TODO|FIXME|TBD|lorem|xxx)\b", text, re.IGNORECASE)]


@pytest.mark.parametrize("item", QUIZ_ITEMS)
def test_every_answer_has_a_reason_of_its_own(item: QuizItem) -> None:
    reasons = [option.why for option in item.options]

    assert len(set(reasons)) == len(reasons)
    assert all(option.right or option.why.startswith("It tempts") for option in item.options)
    assert all(len(reason) <= 260 for reason in reasons)


@pytest.mark.parametrize("item", QUIZ_ITEMS)
def test_a_shared_right_answer_says_that_it_can_be_defended(item: QuizItem) -> None:
    if len(item.right_keys) > 1:
        assert any("can be defended" in option.why for option in item.options if option.right)


def test_the_right_answer_is_not_given_away_by_its_place() -> None:
    places = [item.right_keys[0] for quiz in BANK.quizzes.values() for item in quiz.items if len(item.options) == 4]

    assert max(places.count(key) for key in "abcd") <= len(places) * 0.6


@pytest.mark.parametrize("item", DRILL_ITEMS)
def test_the_question_to_rebuild_is_heard_as_advice(item: DrillItem) -> None:
    seen = look_at(item, item.prompt)

    assert seen.faults[0] == "X-ADV"
    assert any(note.rule == "idea" for note in seen.notes) or seen.kind == "advice"


@pytest.mark.parametrize("item", DRILL_ITEMS)
def test_the_two_ways_to_ask_it_are_open_and_carry_no_plan(item: DrillItem) -> None:
    for example in item.examples:
        seen = look_at(item, example)
        assert (seen.kind, seen.faults) == ("open", ()), example


@pytest.mark.parametrize("item", DRILL_ITEMS)
def test_the_care_behind_the_advice_is_named(item: DrillItem) -> None:
    assert item.cares.startswith("You ")


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_speaks_in_full_and_shows_where_it_applies(rule: QuestionRule) -> None:
    assert rule.message.endswith(".")
    assert rule.hint[-1] in ".?"
    assert len(rule.examples) + len(rule.counter_examples) >= 2
    assert all(example[-1] in ".?" for example in (*rule.examples, *rule.counter_examples))
