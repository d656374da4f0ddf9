"""The Water circle on its way to doing without Bashir: how its meetings ran, and where the stool has been."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from lms.demo.calendar import CIRCLES_BY_NAME, Calendar
from lms.demo.cast import BASHIR
from lms.demo.events import CountMeeting, Event, Know, MoveStool, PlanStool
from lms.demo.words import words

CIRCLE = "Water"
# From the oldest meeting to the latest: who ran it, who brought the problem, times stepped in, noticed inside and out,
# whether solutions came first, and the questions each asked.
MEETINGS = (
    ("facilitator", "Tane", 3, 0, 3, True, {"Solveig": 9, "Kahu": 4, "Pavel": 2, "Bo": 1, "Ruairi": 5}),
    ("facilitator", "Bo", 2, 1, 2, True, {"Solveig": 7, "Tane": 5, "Kahu": 4, "Pavel": 3, "Ruairi": 3}),
    ("Kahu", "Ruairi", 2, 1, 2, False, {"Solveig": 5, "Tane": 5, "Pavel": 4, "Bo": 3, "facilitator": 2}),
    ("Pavel", "Solveig", 1, 2, 1, False, {"Tane": 6, "Kahu": 5, "Bo": 4, "Ruairi": 5, "facilitator": 1}),
    ("Solveig", "Kahu", 1, 3, 1, False, {"Tane": 4, "Pavel": 5, "Bo": 4, "Ruairi": 4}),
    ("Tane", "Pavel", 0, 3, 0, False, {"Solveig": 5, "Kahu": 4, "Bo": 5, "Ruairi": 4}),
)


def story(calendar: Calendar) -> Iterator[Event]:
    """Grace counts each meeting the evening after; Bashir moves the stool twice; everybody learns whom to call."""
    circle = CIRCLES_BY_NAME[CIRCLE]
    for place, (run_by, holder, stepped_in, inside, outside, early, turns) in enumerate(MEETINGS):
        day = calendar.met(circle, len(MEETINGS) - 1 - place)
        yield CountMeeting(
            at=calendar.on(day, "20:15"),
            circle=CIRCLE,
            day=day,
            run_by=run_by,
            holder=holder,
            stepped_in=stepped_in,
            noticed=(inside, outside),
            early=early,
            step="told" if place else "none",
            turns=turns,
        )
    for slot, to in ((4, "G2a"), (2, "G2b")):
        day = calendar.met(circle, slot) + timedelta(days=1)
        yield MoveStool(at=calendar.on(day, "08:40"), circle=CIRCLE, by=BASHIR, to=to, reason=words()["stool"][to])
    days = {"G3a": calendar.met(circle, 0), "G4": calendar.met(circle, -1)}
    yield PlanStool(at=calendar.on(calendar.met(circle, 1), "16:20"), circle=CIRCLE, by=BASHIR, days=days)
    yield Know(at=calendar.on(calendar.met(circle, 1), "10:05"), circle=CIRCLE, topic="limits")
