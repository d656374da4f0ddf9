"""Three minutes a day with what was learnt: when a question comes again, and which questions make today's round.

When is worked out by FSRS, a published model of forgetting, through the library `fsrs` with its own default weights:
a question comes again on the day on which nine people in ten would still know it. Nothing is drawn by lot here, so the
same answers always give the same dates. Only quizzes are asked. The knowledge test and the delayed checks stay unseen,
and a drill is not asked because nobody marks it.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from typing import Literal

from fsrs import Card, Rating, Scheduler, State

from assessments.schema import Quiz, QuizItem

Felt = Literal["hard", "thought", "easy"]

MOST_ITEMS = 8
MOST_SECONDS = 180
NEW_A_DAY = 3
LONGEST_DAYS = 180  # a person practises with people for years: twice a year is seldom enough
WORDS_A_MINUTE = 238  # silent reading of adults: Brysbaert 2019, Journal of Memory and Language 109
SECONDS_TO_CHOOSE = 8  # our own estimate

# The four ratings as the library's own documentation describes them: forgotten, remembered with serious difficulty,
# remembered after a hesitation, remembered easily.
RATINGS: Mapping[Felt, Rating] = {"hard": Rating.Hard, "thought": Rating.Good, "easy": Rating.Easy}


@dataclass(frozen=True)
class Memory:
    """What is known of how well one question is held: kept after each answer, and all that the next one needs."""

    stability: float
    difficulty: float
    answered_at: datetime
    due_on: date


@dataclass(frozen=True)
class Askable:
    """One question from a finished lesson. Its `digest` changes with any word of it, which retires what was kept."""

    key: str
    lesson: str
    digest: str
    seconds: int

    @property
    def module(self) -> str:
        return self.lesson.partition("-")[0]


@dataclass(frozen=True)
class Spent:
    """What was already answered today: items in all, the seconds they take, and how many of them were new."""

    items: int = 0
    seconds: int = 0
    new: int = 0


@dataclass(frozen=True)
class Round:
    """Today's questions in the order in which they are asked, and how many more are due and wait for another day."""

    items: tuple[Askable, ...]
    waiting: int


def askable(quizzes: Iterable[Quiz], finished: Collection[str]) -> tuple[Askable, ...]:
    """The questions of the quizzes that belong to finished lessons."""
    return tuple(
        Askable(f"{quiz.id}/{item.id}", quiz.lesson, _digest(item), _seconds(item))
        for quiz in quizzes
        if quiz.lesson in finished
        for item in quiz.items
    )


def after(memory: Memory | None, right: bool, felt: Felt, at: datetime, zone: tzinfo) -> Memory:
    """What is known after an answer. A wrong answer counts as forgotten, however easy it felt.

    An answer before its day changes nothing, so that a second device or a second press cannot move a date.
    """
    today = at.astimezone(zone).date()
    if memory is not None and today < memory.due_on:
        return memory
    moment = at.astimezone(UTC)
    card = Card(card_id=0, due=moment)
    if memory is not None:
        card = Card(0, State.Review, None, memory.stability, memory.difficulty, moment, memory.answered_at)
    card, _ = _scheduler().review_card(card, RATINGS[felt] if right else Rating.Again, moment)
    if card.stability is None or card.difficulty is None:
        raise ValueError("an answer leaves a stability and a difficulty")
    return Memory(card.stability, card.difficulty, moment, today + timedelta(days=(card.due - moment).days))


def pick(here: Iterable[Askable], kept: Mapping[tuple[str, str], Memory], today: date, spent: Spent) -> Round:
    """Today's round: what is longest overdue first, then a few new ones, as far as three minutes go.

    `kept` is by key and digest: a question whose words changed is new, and one that is gone is not asked. What does
    not fit stays due and is counted, never piled up.
    """
    every = sorted(here, key=lambda each: each.key)
    held = [(kept[each.key, each.digest].due_on, each.key, each) for each in every if (each.key, each.digest) in kept]
    due = [each for day, _, each in sorted(held, key=lambda row: row[:2]) if day <= today]
    fresh = [each for each in every if (each.key, each.digest) not in kept]
    taken = _fitting(due, MOST_ITEMS - spent.items, MOST_SECONDS - spent.seconds)
    room = min(MOST_ITEMS - spent.items - len(taken), NEW_A_DAY - spent.new)
    left = MOST_SECONDS - spent.seconds - sum(each.seconds for each in taken)
    new = _fitting(_in_turn(fresh), room, left) if len(taken) == len(due) else []
    return Round(tuple(_in_turn([*taken, *new])), len(due) - len(taken))


def again_in_words(due_on: date, today: date) -> str:
    """When a question comes again, for the line under its answer."""
    days = (due_on - today).days
    return {0: "again today", 1: "again tomorrow"}.get(days, f"again in {days} days")


def _fitting(items: Iterable[Askable], count: int, seconds: int) -> list[Askable]:
    """The first ones, until the next would be too many or too long."""
    taken: list[Askable] = []
    for each in items:
        seconds -= each.seconds
        if len(taken) >= count or seconds < 0:
            break
        taken.append(each)
    return taken


def _in_turn(items: Iterable[Askable]) -> list[Askable]:
    """One of each module in turn, each module in the order given: what is mixed is kept longer."""
    places: dict[str, int] = {}
    order: dict[str, int] = {}
    rows = []
    for each in items:
        turn = places[each.module] = places.get(each.module, -1) + 1
        rows.append((turn, order.setdefault(each.module, len(order)), each))
    return [each for _, _, each in sorted(rows, key=lambda row: row[:2])]


def _digest(item: QuizItem) -> str:
    return hashlib.sha256(item.model_dump_json().encode()).hexdigest()


def _seconds(item: QuizItem) -> int:
    """As long as reading all of it takes, and a moment to choose. A very long one still fits a round."""
    texts = (item.said or "", item.prompt, *(option.text for option in item.options))
    words = sum(len(text.split()) for text in texts)
    return min(MOST_SECONDS, math.ceil(words * 60 / WORDS_A_MINUTE) + SECONDS_TO_CHOOSE)


@cache
def _scheduler() -> Scheduler:
    """Whole days, and no chance in them: a question comes at most once a day."""
    return Scheduler(learning_steps=(), relearning_steps=(), maximum_interval=LONGEST_DAYS, enable_fuzzing=False)
