"""The items of the checks a day later are finished and fair, and occur nowhere else."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache
from itertools import product

import pytest

from assessments import bank, cases, delayed, transcripts
from assessments.delayed import ChoiceTask, DelayedCheck, Form, WrittenTask
from courses import catalogue
from tests.texts import texts_of

CHECKS = [pytest.param(check, id=name) for name, check in delayed.current_checks().items()]
FORMS = [(check, form) for check in delayed.current_checks().values() for form in check.forms]
TASKS = [pytest.param(task, id=task.id) for _, form in FORMS for task in form.tasks]
CHOICES = [task for _, form in FORMS for task in form.choices]
WORD = re.compile(r"[a-z’]+")
ALIKE = 0.8  # of two sentences, by difflib; sentences of one lesson that say the same twice reach about 0.7


def test_the_modules_with_exercises_or_a_written_craft_have_a_check() -> None:
    assert {"M03", "M04", "M05", "M06", "M08"} <= set(delayed.current_checks())


@pytest.mark.parametrize("check", CHECKS)
def test_each_form_has_eight_choices_and_three_things_to_write(check: DelayedCheck) -> None:
    assert (check.passes.choices, check.passes.written, check.waits.hours) == (7, 2, 24)
    for form in check.forms:
        assert (len(form.choices), len(form.written)) == (8, 3)
        assert len({task.objective for task in form.tasks}) >= 4


@pytest.mark.parametrize("check", CHECKS)
def test_no_place_of_the_right_answer_is_worth_guessing(check: DelayedCheck) -> None:
    for form in check.forms:
        places = [task.right_keys[0] for task in form.choices]
        assert max(places.count(each) for each in places) <= 3


def test_the_right_answer_is_not_known_by_its_length() -> None:
    longest = shortest = 0
    for task in CHOICES:
        lengths = [len(option.text) for option in task.options if not option.right]
        right = next(len(option.text) for option in task.options if option.right)
        longest, shortest = longest + (right > max(lengths)), shortest + (right < min(lengths))
    assert longest / len(CHOICES) <= 0.35
    assert shortest / len(CHOICES) <= 0.5


@pytest.mark.parametrize("task", TASKS)
def test_an_item_keeps_to_the_house_style_and_is_finished(task: ChoiceTask | WrittenTask) -> None:
    for text in texts_of(task.model_dump()):
        assert not re.search(r"[!\"']|--|\b(TODO|FIXME|TBD|lorem|xxx)\b", text, re.IGNORECASE), text
        assert text.count("“") == text.count("”"), text
        assert text.count("‘") <= text.count("’"), text
    assert task.prompt[-1] in ".?”"


@pytest.mark.parametrize("task", [pytest.param(task, id=task.id) for task in CHOICES])
def test_every_answer_has_a_reason_and_every_wrong_one_says_why_it_tempts(task: ChoiceTask) -> None:
    reasons = [option.why for option in task.options]
    assert len(set(reasons)) == len(reasons)
    assert all(option.right or option.why.startswith("It tempts because") for option in task.options)


def test_safety_items_are_about_the_duty_to_act() -> None:
    assert {(check.module, task.objective) for check, form in FORMS for task in form.choices if task.safety} == {
        ("M08", "M08-L4")
    }
    assert all(any(task.safety for task in form.choices) for check, form in FORMS if check.module == "M08")


@cache
def _sentences_elsewhere() -> dict[str, list[str]]:
    """Every sentence that learners meet elsewhere, by each of its longer words."""
    known = bank.current()
    everything = [
        *(
            each.model_dump()
            for part in (known.quizzes, known.drills, known.dialogues, known.items)
            for each in part.values()
        ),
        *(each.model_dump() for each in transcripts.current().values()),
        *(each.model_dump() for each in cases.current().values()),
        *(lesson.body for lesson in catalogue.current().lessons),
    ]
    found: dict[str, list[str]] = defaultdict(list)
    for sentence in {each for value in everything for text in texts_of(value) for each in _sentences(text)}:
        for word in set(_long_words(sentence)):
            found[word].append(sentence)
    return found


def _sentences(text: str) -> Iterator[str]:
    """The sentences of six words and more, without capitals, marks and signs."""
    for each in re.split(r"(?<=[.?!:”])\s|\n", text):
        words = WORD.findall(each.lower())
        if len(words) >= 6:
            yield " ".join(words)


def _long_words(sentence: str) -> list[str]:
    return [word for word in sentence.split() if len(word) >= 5]


@pytest.mark.parametrize("task", TASKS)
def test_an_item_occurs_nowhere_else(task: ChoiceTask | WrittenTask) -> None:
    elsewhere = _sentences_elsewhere()
    for said in [*_sentences(task.said or ""), *_sentences(task.prompt)]:
        words = _long_words(said)
        near: dict[str, int] = defaultdict(int)
        for word in words:
            for other in elsewhere.get(word, ()):
                near[other] += 1
        for other, shared in near.items():
            if shared * 2 >= len(words):
                assert SequenceMatcher(None, said, other).ratio() < ALIKE, (said, other)


@pytest.mark.parametrize("check", CHECKS)
def test_the_second_form_asks_something_else_than_the_first(check: DelayedCheck) -> None:
    one, other = check.forms
    for first, second in product(_whole(one), _whole(other)):
        assert SequenceMatcher(None, first, second).ratio() < ALIKE + 0.05, (first, second)


def _whole(form: Form) -> list[str]:
    """What is particular to each item: what somebody said, the scene, and the answers that go with it."""
    return [f"{task.said or ''} {task.prompt} {_answers(task)}" for task in form.tasks]


def _answers(task: ChoiceTask | WrittenTask) -> str:
    return " ".join(option.text for option in task.options) if isinstance(task, ChoiceTask) else task.model
