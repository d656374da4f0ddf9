"""What Bashir and Hana talk about beside the circles: one case about the hour, and a theme that two others read."""

from __future__ import annotations

from collections.abc import Iterator

from lms.advising.rules import Advice, Option
from lms.demo.calendar import Calendar
from lms.demo.cast import BASHIR, HANA, ILSE, MARIT
from lms.demo.events import AgreeStep, DraftTheme, Event, OpenCase, ReadTheme

CIRCLE = "Water"
CASE = Advice(
    theme="time",
    issue="The hour that was promised in spring is on paper. Where work is in shifts, about half of the meetings lose "
    "somebody to cover.",
    options=(
        Option("Put the circle on the rota like a training day, with cover.", "hosts"),
        Option("Meet at the end of the shift and go home early.", "facilitators"),
        Option("Let each unit choose its own hour, and say it once a quarter.", "hosts"),
    ),
    shared=True,
)
STEP = "Each unit with shifts chooses its own hour until the summer, and we count how many hours hold."
THEME = (
    "In several circles people are asked to cover for others during the hour that was promised to them, about half of "
    "the time. Nobody refuses it to them; nobody has put it on the rota either."
)


def story(calendar: Calendar) -> Iterator[Event]:
    """Bashir opens the case for the Water circle; two others read its theme, and it goes up."""
    yield OpenCase(at=calendar.ago(26, "10:20"), circle=CIRCLE, by=BASHIR, advice=CASE)
    yield DraftTheme(at=calendar.ago(24, "16:40"), by=BASHIR, text=THEME)
    yield ReadTheme(at=calendar.ago(23, "09:15"), by=ILSE)
    yield ReadTheme(at=calendar.ago(21, "17:05"), by=MARIT)
    due_on = calendar.ago(-45, "12:00").date()
    yield AgreeStep(at=calendar.ago(12, "11:10"), by=BASHIR, step=STEP, owner=HANA, due_on=due_on)
