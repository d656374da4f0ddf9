"""What spaced practice may ask of a finished lesson, and what is said to an answer.

Three kinds of questions are taken, all of which the lesson shows to everybody: those of its quizzes; of its sorting
drill, what goes wrong in a question; and what it asks to be said in one's own words, where it prints an answer to
compare with. The knowledge test and the delayed checks stay unseen. No other drill is asked, because nobody marks it.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assessments.drills import Sort
from assessments.schema import Quiz
from assessments.sorting import ASKS, FAULTS
from assessments.spacing import MOST_SECONDS, Askable
from courses.pieces import SAY, pieces
from courses.schema import Lesson

WORDS_A_MINUTE = 238  # silent reading of adults: Brysbaert 2019, Journal of Memory and Language 109
SECONDS_TO_CHOOSE = 8  # our own estimate
SECONDS_TO_SAY = 20  # our own estimate: two or three sentences, in one's head
# The answer that a lesson prints below what it asks: a block to open, which may hold others.
REVEAL = re.compile(r"(?P<fence>:{3,}) *reveal(?P<title>[^\n]*)\n(?P<text>.*?)\n(?P=fence) *(?:\n|$)", re.DOTALL)


@dataclass(frozen=True)
class Choice:
    """One of the answers on offer. `why` may be empty."""

    key: str
    text: str
    right: bool
    why: str


@dataclass(frozen=True)
class Question(Askable):
    """A question whole. Without choices it is answered in one's head and compared with `answer`, which is Markdown."""

    prompt: str
    said: str = ""
    by: str = ""
    choices: tuple[Choice, ...] = ()
    answer: str = ""
    answer_title: str = ""

    def is_right(self, chosen: str) -> bool | None:
        """Whether this choice is right; None where there is no such choice."""
        return next((each.right for each in self.choices if each.key == chosen), None)


def questions(
    quizzes: Iterable[Quiz], sorts: Iterable[Sort], lessons: Iterable[Lesson], finished: Collection[str]
) -> dict[str, Question]:
    """By key, every question that belongs to finished lessons."""
    found = [
        *(each for quiz in quizzes if quiz.lesson in finished for each in _of_quiz(quiz)),
        *(each for sort in sorts if sort.lesson in finished for each in _of_sort(sort)),
        *(each for lesson in lessons if lesson.id in finished for each in _of_lesson(lesson.id, lesson.body)),
    ]
    return {each.key: each for each in found}


@lru_cache(maxsize=256)
def _of_quiz(quiz: Quiz) -> tuple[Question, ...]:
    return tuple(
        _made(
            f"{quiz.id}/{item.id}",
            quiz.lesson,
            item.prompt,
            said=item.said or "",
            by=item.by or "",
            choices=tuple(Choice(each.key, each.text, each.right, each.why) for each in item.options),
        )
        for item in quiz.items
    )


@lru_cache(maxsize=64)
def _of_sort(sort: Sort) -> tuple[Question, ...]:
    """Of the three things a question is sorted by, the one that matters most in a circle. The reason is the key's."""
    return tuple(
        _made(
            f"{sort.id}/{item.id}",
            sort.lesson,
            ASKS["fault"],
            said=item.said,
            by=item.by,
            choices=tuple(
                Choice(key, text, key in item.fault.key, item.fault.why if key == item.fault.key[0] else "")
                for key, text in FAULTS.items()
            ),
        )
        for item in sort.items
    )


@lru_cache(maxsize=512)
def _of_lesson(lesson_id: str, body: str) -> tuple[Question, ...]:
    return tuple(
        _made(f"{lesson_id}/say", lesson_id, prompt, answer=text, answer_title=title)
        for prompt, title, text in _said_aloud(body)
    )


def _said_aloud(body: str) -> Iterator[tuple[str, str, str]]:
    """What is asked, what the answer is called, and the answer; nothing where none is printed."""
    parts = pieces(body)
    for piece, following in pairwise(parts):
        answer = REVEAL.match(following.text.lstrip())
        if piece.note == "say" and answer:
            prompt = piece.text.rpartition(SAY)[2].strip()
            yield prompt, answer["title"].strip(), answer["text"].strip()


def _made(
    key: str,
    lesson: str,
    prompt: str,
    *,
    said: str = "",
    by: str = "",
    choices: tuple[Choice, ...] = (),
    answer: str = "",
    answer_title: str = "",
) -> Question:
    read = " ".join((prompt, said, answer, *(each.text for each in choices)))
    parts = (prompt, said, by, answer, *(f"{each.key} {each.right} {each.text} {each.why}" for each in choices))
    seconds = math.ceil(len(read.split()) * 60 / WORDS_A_MINUTE) + (SECONDS_TO_CHOOSE if choices else SECONDS_TO_SAY)
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    # A very long one still fits a round.
    return Question(key, lesson, digest, min(MOST_SECONDS, seconds), prompt, said, by, choices, answer, answer_title)
