"""Short anonymous surveys of a circle or an organisation: questions in our own words, what may be said of the answers.

Psychological safety follows the construct of A. Edmondson (Administrative Science Quarterly 44, 1999, 350–383): seven
topics, none of her items. How open an organisation is to learning follows the seven dimensions of K. Watkins and V.
Marsick (Advances in Developing Human Resources 5, 2003, 132–151), again in our own words and as one whole: the seven
are hard to tell apart. Every question is put positively, because double negatives are misread. Answers are an order:
their middle is named, they are never averaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_low

LEAST, MOST = 1, 7
ENDS = "1 is “not at all”, 7 is “very much”."
FEWEST = 4  # below so many answers nothing is shown: with three, each knows too much of the other two


@dataclass(frozen=True, slots=True)
class Survey:
    """A sheet of questions, each answered by a number from 1 to 7, or by one of its own `choices`, counted from 1."""

    id: str
    title: str
    when: str
    questions: tuple[str, ...]
    choices: tuple[tuple[str, ...], ...] = ()
    of_organisation: bool = False

    def most(self, place: int) -> int:
        """The highest answer to the question at this place, the first being 0."""
        return len(self.choices[place]) if self.choices else MOST


SAFETY = Survey(
    "safety",
    "Safe to speak up",
    "At the start, half way, before the circle goes on alone, and 90 days after.",
    (
        "I can say here that I made a mistake, and nobody holds it against me.",
        "We can bring up what is hard to talk about.",
        "Whoever is different from the rest has the same place here.",
        "I dare to ask a question here that may turn out odd.",
        "It is easy to ask this circle for help.",
        "The others stand by what I am trying to do.",
        "What I am good at is seen here, and used.",
    ),
)
PULSE = Survey(
    "pulse",
    "After a meeting",
    "On the day of a meeting, when you want to know how it was.",
    (
        "I could say what I wanted to say.",
        "The questions let whoever brought the problem see something new.",
        "It was worth the time.",
    ),
)
OPENNESS = Survey(
    "openness",
    "How open we are to learning",
    "At the start, after six months and after twelve, across one area or the whole organisation.",
    (
        "Here people get time to learn from what happened.",
        "People ask each other honest questions, and listen to the answers.",
        "A team that finds something out can change how it works.",
        "What one part of the organisation learns reaches the others.",
        "People decide about their own work, towards an aim they share.",
        "We look beyond our own walls, to those we work for and to others.",
        "Those who lead us are seen to learn.",
    ),
    of_organisation=True,
)
MEMBERS = Survey(
    "members",
    "Three months in a circle",
    "Once a quarter, of everybody who sits in a circle.",
    (
        "In the last three months, has somebody from your circle helped you between meetings?",
        "What became of what you set yourself to learn?",
    ),
    (
        ("No", "Yes, once", "Yes, more than once"),
        ("I set myself nothing", "I have not looked at it again", "Looked at, and not met", "Met in part", "Met"),
    ),
    of_organisation=True,
)
HELPED, MET = 2, 5  # from this answer on it counts
SURVEYS = {each.id: each for each in (SAFETY, PULSE, OPENNESS, MEMBERS)}


@dataclass(frozen=True, slots=True)
class Result:
    """What may be said of a survey that is over. `middles` are by question; `median` and `lowest` of whole sheets."""

    answers: int
    middles: tuple[int, ...] = ()
    median: int | None = None
    lowest: int | None = None

    @property
    def shown(self) -> bool:
        """Whether enough answered for anything to be said."""
        return bool(self.middles)


def result_of(sheets: Sequence[Sequence[int]]) -> Result:
    """The middle of each question and of the sheets; only how many there are, where fewer than four answered.

    The middle of an even number is the lower of the two: no answer that nobody gave. A sheet counts by its own middle.
    """
    if len(sheets) < FEWEST:
        return Result(len(sheets))
    each = [median_low(sheet) for sheet in sheets]
    middles = tuple(median_low(answers) for answers in zip(*sheets, strict=True))
    return Result(len(sheets), middles, median_low(each), min(each))
