"""Three minutes a day with what was learnt: when a question comes again, and which questions make today's round.

When is worked out by FSRS, a published model of forgetting, through the library `fsrs` with its own default weights:
a question comes again on the day on which nine people in ten would still know it. Nothing is drawn by lot here, so the
same answers always give the same dates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from typing import Literal

from fsrs import Card, Rating, Scheduler, State

Felt = Literal["gone", "hard", "thought", "easy"]

MOST_ITEMS = 8
MOST_SECONDS = 180
NEW_A_DAY = 3
LONGEST_DAYS = 180  # a person practises with people for years: twice a year is seldom enough

# The four ratings as the library's own documentation describes them: forgotten, remembered with serious difficulty,
# remembered after a hesitation, remembered easily. What was guessed was not remembered, also where the guess was right.
RATINGS: Mapping[Felt, Rating] = {
    "gone": Rating.Again,
    "hard": Rating.Hard,
    "thought": Rating.Good,
    "easy": Rating.Easy,
}
UNSAID: Felt = "thought"  # the library's advice to whoever rates with two buttons: forgotten, or good


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
    """What was already answered today: items in all, the seconds they take, how many were new, and of which modules."""

    items: int = 0
    seconds: int = 0
    new: int = 0
    modules: tuple[str, ...] = ()


Dates = Mapping[tuple[str, str], date]  # when a question comes again, by key and digest


@dataclass(frozen=True)
class Round:
    """Today's questions in the order in which they are asked, and how many more are due and wait for another day."""

    items: tuple[Askable, ...]
    waiting: int


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


@dataclass(frozen=True)
class Said:
    """One answer as it was kept: whether it was right, how it felt, and when."""

    right: bool
    felt: Felt
    at: datetime


def remembered(answers: Iterable[Said], zone: tzinfo) -> Memory | None:
    """What is known after all answers to one question, oldest first; None before the first."""
    memory = None
    for each in answers:
        memory = after(memory, each.right, each.felt, each.at, zone)
    return memory


def pick(here: Iterable[Askable], due_on: Dates, today: date, spent: Spent) -> Round:
    """Today's round: what is longest overdue first, then a few new ones, as far as three minutes go.

    `due_on` is by key and digest: a question whose words changed is new, and one that is gone is not asked. What does
    not fit stays due and is counted, never piled up.
    """
    every = sorted(here, key=lambda each: each.key)
    held = [(due_on[each.key, each.digest], each.key, each) for each in every if (each.key, each.digest) in due_on]
    due = [each for day, _, each in sorted(held, key=lambda row: row[:2]) if day <= today]
    # By their hashes the new ones come mixed, also within a module, and in the same order each time.
    fresh = sorted((each for each in every if (each.key, each.digest) not in due_on), key=lambda each: each.digest)
    taken = _fitting(due, MOST_ITEMS - spent.items, MOST_SECONDS - spent.seconds)
    room = min(MOST_ITEMS - spent.items - len(taken), NEW_A_DAY - spent.new)
    left = MOST_SECONDS - spent.seconds - sum(each.seconds for each in taken)
    new = _fitting(_in_turn(fresh, spent.modules), room, left) if len(taken) == len(due) else []
    return Round(tuple(_in_turn([*taken, *new], spent.modules)), len(due) - len(taken))


def next_day(here: Iterable[Askable], due_on: Dates, today: date) -> date | None:
    """The first day after today on which there is something to ask, once today's round is over."""
    tomorrow = today + timedelta(days=1)
    days = [max(tomorrow, due_on.get((each.key, each.digest), tomorrow)) for each in here]
    return min(days, default=None)


def again_in_words(due_on: date, today: date) -> str:
    """When a question comes again, for the line under its answer."""
    days = max(0, (due_on - today).days)
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


def _in_turn(items: Iterable[Askable], asked: Iterable[str]) -> list[Askable]:
    """One of each module in turn, each module in the order given: what is mixed is kept longer.

    A module that was asked today waits until the others have had as many turns.
    """
    turns = Counter(asked)
    order: dict[str, int] = {}
    rows = []
    for each in items:
        rows.append((turns[each.module], order.setdefault(each.module, len(order)), each))
        turns[each.module] += 1
    return [each for _, _, each in sorted(rows, key=lambda row: row[:2])]


@cache
def _scheduler() -> Scheduler:
    """Whole days, and no chance in them: a question comes at most once a day."""
    return Scheduler(learning_steps=(), relearning_steps=(), maximum_interval=LONGEST_DAYS, enable_fuzzing=False)
