"""What was signed beside what is there now, field by field and in words."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from assessments.wording import first_name
from lms.core.drawings import QUESTION_TYPES
from lms.core.phrases import full_day
from lms.groups.rows import Circle
from lms.practice import display, rules
from lms.practice.rows import Opened


def changes(opened: Opened, kept: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Where the session differs from what was kept of it: field, what it was, what it is."""
    there = {name: value for name, value in rules.values_of(opened.session).items() if name in kept}
    was, now = in_words(opened, kept), in_words(opened, there)
    names = [*now, *(name for name in was if name not in now)]
    pairs = ((name, was.get(name, "Empty"), now.get(name, "Empty")) for name in names)
    return [each for each in pairs if each[1] != each[2]]


def in_words(opened: Opened, values: Mapping[str, Any]) -> dict[str, str]:
    """What somebody wrote about a session, by the label of its field. An observer read less than a trainer."""
    said = {
        "Date": full_day(date.fromisoformat(values["held_on"])),
        "Group": _group(opened.circles, values["group_id"]),
        "Length": f"{values['minutes']} minutes",
        "Part played": display.PARTS[values["role"]],
    }
    for phase in rules.PHASES:
        if values["phases"].get(phase.id):
            said[phase.label] = f"{values['phases'][phase.id]} minutes"
    said |= {f"{QUESTION_TYPES[kind]} questions": str(values["questions"][kind]) for kind in rules.TALLIES}
    said |= _own_view(values.get("own_ratings", {}), first_name(opened.trainer))
    said |= {display.LABELS[name]: values[name] for name in ("keep", "differently") if values.get(name)}
    return said


def _group(circles: Mapping[uuid.UUID, Circle], group_id: str) -> str:
    circle = circles.get(uuid.UUID(group_id))
    return circle.name if circle else "A circle that is not there any more"


def _own_view(ratings: Mapping[str, int], trainer: str) -> dict[str, str]:
    answers = dict(display.own_words(rules.rubric(), trainer))
    return {f"Own view: {row.title}": answers[ratings[row.id]] for row in rules.rows_ever() if row.id in ratings}
