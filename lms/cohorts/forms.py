"""Reading the plan of a cohort."""

from __future__ import annotations

from collections.abc import Mapping

from assessments.ladder import RUNGS
from lms.cohorts import rules
from lms.cohorts.service import Wanted
from lms.core.forms import Reader


def read_plan(form: Mapping[str, str]) -> Wanted:
    """Raises Invalid with every mistake."""
    reader = Reader(form)
    name = reader.line("name", rules.NO_NAME, rules.LONGEST_NAME)
    standard = reader.choice("award", tuple(rung.id for rung in RUNGS), rules.NO_AWARD)
    begins = reader.day("begins", rules.NO_DAY)
    pace = reader.number("pace", 1, rules.MOST_WEEK, rules.NO_PACE)
    off, fault = rules.days(reader.text("off"))
    if fault:
        reader.wrong("off", fault)
    reader.check()
    assert begins is not None  # noqa: S101 - checked in the line above
    assert pace is not None  # noqa: S101
    return Wanted(name, standard, begins, pace, off)
