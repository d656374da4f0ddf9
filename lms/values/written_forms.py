"""Reading what somebody writes alone, and what a trainer judges: every fault a sentence, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assessments.beliefs import PLACES, Beliefs
from assessments.dilemmas import ASKED, LONGEST_PART, PARTS
from assessments.value_rows import CELLS, Rows
from lms.core.forms import Reader

LONGEST_WHY = 300
LONGEST_CELL = 400
LONGEST_SAID = 500
EMPTY = {
    "tension": "Write which values pull against each other here.",
    "affected": "Write who is affected.",
    "duty": "Write which rule or duty applies, or that you know of none.",
    "today": "Write what you do today.",
    "words": "Write what you say, and to whom.",
}


def read_places(form: Mapping[str, str], pack: Beliefs) -> tuple[dict[str, int], dict[str, str]]:
    """Where somebody stands on each sentence, and why where they say it. Raises Invalid."""
    reader = Reader(form)
    allowed = {str(number): name for number, name in enumerate(PLACES, start=1)}
    chosen = {each.id: reader.choice(each.id, allowed, f"Choose a place for “{each.text}”") for each in pack.statements}
    why = {each.id: reader.line(f"why-{each.id}", None, LONGEST_WHY) for each in pack.statements}
    reader.check()
    return {key: int(place) for key, place in chosen.items()}, {key: said for key, said in why.items() if said}


def read_rows(form: Mapping[str, str], pack: Rows) -> dict[str, dict[str, str]]:
    """What is written for each value so far. Raises Invalid, of what is too long alone."""
    reader = Reader(form)
    rows = {
        each.id: {cell: reader.text(f"{cell}-{each.id}", None, LONGEST_CELL) for cell in CELLS} for each in pack.values
    }
    reader.check()
    return {key: row for key, row in rows.items() if any(row.values())}


def read_parts(form: Mapping[str, str], *, whole: bool) -> dict[str, str]:
    """The five parts of a dilemma; `whole` asks that none is empty. Raises Invalid."""
    reader = Reader(form)
    parts = {part: reader.text(part, EMPTY[part] if whole else None, LONGEST_PART) for part in PARTS}
    reader.check()
    return parts


def read_marks(form: Mapping[str, str], *, fresh: bool) -> dict[str, dict[str, Any]]:
    """Of each part whether it is there, with a sentence where it is not. Raises Invalid."""
    reader = Reader(form)
    marks = {}
    for part in PARTS:
        title = ASKED[part][0].lower()
        there = reader.choice(part, ("yes", "no"), f"Say of “{title}” whether it is there.") == "yes"
        needs = "Write in a sentence what is not there yet." if reader.raw(part) == "no" else None
        marks[part] = {"there": there, "said": reader.text(f"said-{part}", needs, LONGEST_SAID)}
    reader.proof(fresh=fresh)
    reader.check()
    return marks
