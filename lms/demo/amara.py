"""What the trainee people sign in as has done beside her sessions: quizzes, a drill, a draft half written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from lms.demo import drilling
from lms.demo.calendar import CIRCLES_BY_NAME, Calendar
from lms.demo.cast import AMARA
from lms.demo.events import Event, Jot, Quiz, Try
from lms.demo.words import words

HERE = CIRCLES_BY_NAME["Parks & Depot"]
# Days ago, activity, wrong answers: the second try at the first quiz went better than the first.
QUIZZES = ((52, "M04-L2-label", 3), (50, "M04-L2-label", 2), (37, "M05-L2-breach", 1))
DRILL = "M04-L3-drill"
DRILL_DAYS = (9, 1)
EXTRA_MINUTES = 45


def studies(calendar: Calendar) -> Iterator[Event]:
    """Her exercises, and a short meeting outside the calendar that she has begun to write up."""
    for days, activity, slips in QUIZZES:
        yield Quiz(at=calendar.ago(days, "20:50"), person=AMARA, activity=activity, slips=slips)
    tries = [(problem, text) for problem, texts in words()["drill"].items() for text in texts]
    half = len(tries) // 2
    for place, (problem, question) in enumerate(tries):
        at = calendar.ago(DRILL_DAYS[place >= half], "21:20") + timedelta(minutes=3 * place)
        yield Try(at=at, person=AMARA, activity=DRILL, problem=problem, question=question)
    yield from drilling.drills(calendar)
    held_on = calendar.today - timedelta(days=1 + max(0, (calendar.today.weekday() - 1) % 7 - 4))
    yield Jot(
        at=calendar.ago(1, "22:35"),
        person=AMARA,
        circle=HERE.name,
        held_on=held_on,
        minutes=EXTRA_MINUTES,
        text=words()["own"]["draft"],
    )
