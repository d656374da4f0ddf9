"""What may be asked again: what lessons show to everybody, and nothing that is kept back."""

from __future__ import annotations

import pytest

from assessments.asked_again import Question, questions
from assessments.bank import CONTENT, Bank, load_bank
from assessments.delayed import load_checks
from assessments.spacing import MOST_SECONDS
from courses import catalogue
from courses.catalogue import Catalogue

BODY = """## Before

::: reveal Not this one
No.
:::

## Say it in your own words

Sefo says: “But my idea was good.” What do you tell him?

:::: reveal Compare with how Wim put it
It was, **and** it was yours.

::: margin
A note within.
:::
::::

## After
"""


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank(CONTENT)


@pytest.fixture(scope="module")
def known() -> Catalogue:
    return catalogue.current()


@pytest.fixture(scope="module")
def every(bank: Bank, known: Catalogue) -> dict[str, Question]:
    ids = {each.id for each in known.lessons}
    return questions(bank.quizzes.values(), bank.sorts.values(), known.lessons, ids)


def test_only_finished_lessons_are_asked(bank: Bank, known: Catalogue) -> None:
    asked = questions(bank.quizzes.values(), bank.sorts.values(), known.lessons, {"M04-L1", "M04-L2"})
    assert {each.lesson for each in asked.values()} == {"M04-L1", "M04-L2"}
    assert {each.module for each in asked.values()} == {"M04"}
    assert not questions(bank.quizzes.values(), bank.sorts.values(), known.lessons, ())


def test_every_module_has_something_to_ask(every: dict[str, Question], known: Catalogue) -> None:
    assert {each.module for each in every.values()} == {each.id for each in known.modules}


def test_the_knowledge_test_and_the_delayed_checks_stay_unseen(bank: Bank, every: dict[str, Question]) -> None:
    kept_back = {(item.said or "", item.prompt) for item in bank.items.values()}
    checks = load_checks(CONTENT / "delayed").values()
    tasks = [task for check in checks for form in check.forms for task in form.tasks]
    kept_back |= {(getattr(task, "said", None) or "", task.prompt) for task in tasks}
    words = {" ".join(text.split()) for pair in kept_back for text in pair if len(text.split()) > 8}
    shown = {(each.said, each.prompt) for each in every.values()}
    assert len(kept_back) > 100
    assert not shown & kept_back
    assert not words & {" ".join(text.split()) for pair in shown for text in pair}


def test_what_is_asked_can_be_answered_within_a_round(every: dict[str, Question]) -> None:
    for each in every.values():
        assert 0 < each.seconds <= MOST_SECONDS
        assert bool(each.choices) != bool(each.answer)
        if each.choices:
            right = [choice for choice in each.choices if choice.right]
            assert 0 < len(right) < len(each.choices)
            assert any(choice.why for choice in right)
            assert each.is_right(right[0].key) is True
        assert each.is_right("no such choice") is None


def test_what_is_said_aloud_is_taken_with_its_answer_whole(known: Catalogue) -> None:
    lesson = known.lessons[0].model_copy(update={"body": BODY})
    (found,) = questions((), (), [lesson], {lesson.id}).values()
    assert found.prompt == "Sefo says: “But my idea was good.” What do you tell him?"
    assert found.answer_title == "Compare with how Wim put it"
    assert found.answer == "It was, **and** it was yours.\n\n::: margin\nA note within.\n:::"


def test_where_no_answer_is_printed_nothing_is_asked(known: Catalogue) -> None:
    lesson = known.lessons[0].model_copy(update={"body": BODY.replace(":::: reveal", "::::: reveal")})
    assert not questions((), (), [lesson], {lesson.id})


def test_any_word_of_a_question_changes_its_digest(bank: Bank) -> None:
    quiz = bank.get_quiz("m04-l2-open-closed")
    option = quiz.items[0].options[0]
    changed = option.model_copy(update={"why": f"{option.why} And more."})
    item = quiz.items[0].model_copy(update={"options": (changed, *quiz.items[0].options[1:])})
    other = quiz.model_copy(update={"items": (item, *quiz.items[1:])})
    before, after = (questions([each], (), (), {quiz.lesson}) for each in (quiz, other))
    moved = [key for key in before if before[key].digest != after[key].digest]
    assert moved == [f"{quiz.id}/{item.id}"]
