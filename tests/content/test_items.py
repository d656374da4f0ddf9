"""The items of the knowledge test are finished, fair, and give nothing away by how they are written."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from assessments.bank import current
from assessments.items import BankItem, ChoiceItem
from courses import catalogue
from tests.texts import texts_of

ITEMS = current().items
BLUEPRINT = current().get_blueprint("associate")
ALL = [pytest.param(item, id=item.id) for item in ITEMS.values()]
CHOICES = [item for item in ITEMS.values() if isinstance(item, ChoiceItem)]
ONE_RIGHT = [item for item in CHOICES if item.kind != "multiple"]
KINDS = ["single", "sure", "multiple", "order", "match", "short"]


def _right(item: ChoiceItem) -> int:
    return max(len(option.text) for option in item.options if option.right)


def _others(item: ChoiceItem) -> list[int]:
    return [len(option.text) for option in item.options if not option.right]


def test_the_bank_holds_what_the_syllabus_asks_for() -> None:
    assert len(ITEMS) >= 150
    assert sum(item.safety for item in ITEMS.values()) >= 15
    assert {item.module for item in ITEMS.values() if item.safety} == {"M08"}
    assert (BLUEPRINT.items, BLUEPRINT.pass_percent, BLUEPRINT.minutes) == (40, 80, None)
    assert {row.module: row.items for row in BLUEPRINT.rows} == {
        "M01": 4, "M02": 6, "M03": 6, "M04": 8, "M05": 3, "M06": 2,
        "M07": 1, "M08": 5, "M09": 1, "M10": 1, "M11": 2, "M12": 1,
    }  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_item_is_there(kind: str) -> None:
    assert any(item.kind == kind for item in ITEMS.values())


def test_every_lesson_of_the_modules_drawn_has_an_item() -> None:
    drawn = {row.module for row in BLUEPRINT.rows}
    lessons = {lesson.id for lesson in catalogue.current().lessons if lesson.module_id in drawn}

    assert lessons == {item.objective for item in ITEMS.values()}


def test_judgement_is_tested_far_more_than_recall() -> None:
    levels = Counter(item.bloom for item in ITEMS.values())

    assert levels["remember"] <= 0.1 * len(ITEMS)
    assert levels["remember"] + levels["understand"] <= 0.35 * len(ITEMS)


@pytest.mark.parametrize("item", ALL)
def test_an_item_keeps_to_the_house_style_and_is_finished(item: BankItem) -> None:
    for text in texts_of(item.model_dump()):
        assert not re.search(r"[!\"']|--|\b(TODO|FIXME|TBD|lorem|xxx)\b", text, re.IGNORECASE), text
        assert text.count("“") == text.count("”"), text
    assert item.prompt[-1] in ".?"


@pytest.mark.parametrize("item", ALL)
def test_a_scene_and_its_question_are_the_whole_of_it(item: BankItem) -> None:
    assert f"{item.scene} {item.question}".strip() == item.prompt
    assert len(item.question) <= 170
    assert item.scene.count("“") == item.scene.count("”")


@pytest.mark.parametrize("item", ALL)
def test_no_question_is_a_trap_of_words(item: BankItem) -> None:
    asked = re.split(r"(?<=[.?]) ", item.prompt)[-1]

    assert not re.search(r"\b(not|never|except|incorrect|false)\b|n’t\b", asked), asked
    for text in texts_of(item.model_dump()):
        assert not re.search(r"\b(all|none|both|any) of the (above|answers)\b|\b[a-h] and [a-h]\b", text, re.IGNORECASE)


@pytest.mark.parametrize("item", [pytest.param(item, id=item.id) for item in CHOICES])
def test_every_answer_has_a_reason_of_its_own_and_every_wrong_one_says_why_it_tempts(item: ChoiceItem) -> None:
    reasons = [option.why for option in item.options]

    assert len(set(reasons)) == len(reasons)
    assert all(option.right or option.why.startswith("It tempts because") for option in item.options)
    assert all(20 <= len(reason) <= 280 for reason in reasons), max(reasons, key=len)


def test_the_right_answer_is_not_known_by_its_length() -> None:
    longest = sum(_right(item) > max(_others(item)) for item in ONE_RIGHT)
    shortest = sum(_right(item) < min(_others(item)) for item in ONE_RIGHT)

    assert 0.15 <= longest / len(ONE_RIGHT) <= 0.35  # a quarter would be chance
    assert 0.15 <= shortest / len(ONE_RIGHT) <= 0.35


def test_the_safety_items_are_not_known_by_their_length_either() -> None:
    safety = [item for item in ONE_RIGHT if item.safety]

    assert sum(_right(item) > max(_others(item)) for item in safety) <= len(safety) / 2
