"""What Amara has done in the four drills beside advice: half a sheet sorted, a ladder, returns, six silences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from assessments import bank
from assessments.drills import FACETS
from assessments.schema import Quiz as QuizSheet
from assessments.sorting import OPTIONS
from courses import catalogue
from lms.core import clock
from lms.core.actor import Actor
from lms.demo.calendar import Calendar
from lms.demo.cast import AMARA
from lms.demo.events import Event
from lms.demo.words import words
from lms.exercises import drills as exercises

SORTED = 12
# What she saw differently, by place on the sheet.
SLIPS = {1: ("fault",), 3: ("function", "fault"), 7: ("form",), 10: ("form", "function")}
SECONDS = (1.8, 2.6, 3.2, 2.9, 4.1, 3.4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted(Event):
    """Somebody sorts the question at this place of the sheet; `slips` are facets that they see differently."""

    person: str
    activity: str
    place: int
    slips: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb(Event):
    """Somebody writes questions for some rungs of a ladder."""

    person: str
    activity: str
    statement: str
    questions: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Return(Event):
    """Somebody gives a breach back to the circle."""

    person: str
    activity: str
    breach: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(Event):
    """Somebody keeps a silence for so long."""

    person: str
    activity: str
    number: int
    seconds: float


def drills(calendar: Calendar) -> Iterator[Event]:
    """Her tries, a few evenings apart."""
    for place in range(SORTED):
        at = calendar.ago(57, "20:40") + timedelta(minutes=place)
        yield Sorted(at=at, person=AMARA, activity="M04-L1-sort", place=place, slips=SLIPS.get(place, ()))
    for statement, questions in words()["ladder"].items():
        at = calendar.ago(20, "21:05")
        yield Climb(at=at, person=AMARA, activity="M04-L6-ladder", statement=statement, questions=questions)
    said = [(breach, text) for breach, texts in words()["returns"].items() for text in texts]
    for place, (breach, text) in enumerate(said):
        at = calendar.ago(12, "21:30") + timedelta(minutes=2 * place)
        yield Return(at=at, person=AMARA, activity="M04-L9-return", breach=breach, said=text)
    for place, seconds in enumerate(SECONDS):
        at = calendar.ago(5, "22:00") + timedelta(seconds=30 * place)
        yield Wait(at=at, person=AMARA, activity="M06-L2-silence", number=place, seconds=seconds)


def tell(db: Session, who: Actor, event: Sorted | Climb | Return | Wait, key: str) -> None:
    """Let one of them happen."""
    known, name = bank.current(), catalogue.current().activity(event.activity).bank
    if isinstance(event, Sorted):
        sheet = known.sorts[name]
        keys = sheet.items[event.place].keys
        answer = {
            facet: next(each for each in OPTIONS[facet] if each not in keys[facet])
            if facet in event.slips
            else keys[facet][0]
            for facet in FACETS
        }
        exercises.submit_sort(db, who, event.activity, sheet, sheet.items[event.place], answer, key)
    elif isinstance(event, Climb):
        ladder = known.ladders[name]
        statement = next(each for each in ladder.items if each.id == event.statement)
        exercises.submit_ladder(db, who, event.activity, ladder, statement, event.questions, key)
    elif isinstance(event, Return):
        returns = known.returns[name]
        breach = next(each for each in returns.items if each.id == event.breach)
        exercises.submit_return(db, who, event.activity, returns, breach, event.said, key)
    else:
        begun = clock.now() - timedelta(seconds=event.seconds)
        exercises.submit_pause(db, who, event.activity, known.silences[name], event.number, begun)


def answers(quiz: QuizSheet, slips: int) -> dict[str, str]:
    """An answer to every item, wrong in the first `slips`."""
    return {
        item.id: next(each.key for each in item.options if each.right != (place < slips))
        for place, item in enumerate(quiz.items)
    }
