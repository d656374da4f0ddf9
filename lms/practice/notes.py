"""Pure rules for questions noted in a circle: one to a line, what the coach proposes, what the facilitator decides."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assessments import marking
from lms.core.forms import Reader
from lms.practice.rules import TALLIES

LEFT_OUT = "none"
MOST_LINES, LONGEST_LINE = 120, 500
LONGEST_NOTES = MOST_LINES * LONGEST_LINE
# “1.”, “2)”, “-”, “•”: how people number and mark a list.
_MARK = re.compile(r"^(?:\d{1,3}[.)]|[-*•–])\s+")


def lines_of(notes: str) -> list[str]:
    """One question a line, without what marks it as an item of a list."""
    return [found for line in notes.splitlines() if (found := _MARK.sub("", line.strip()).strip())]


def proposal(line: str) -> str:
    """How the coach would count a line; empty where it cannot tell, for then the facilitator says."""
    kind = marking.kind_of(line)
    return LEFT_OUT if kind is None else kind if kind in TALLIES else ""


def read_notes(form: Mapping[str, str]) -> list[str]:
    """The questions in the notes. Raises Invalid."""
    reader = Reader(form)
    lines = lines_of(reader.text("notes", "Paste the questions you noted, one to a line.", longest=LONGEST_NOTES))
    if len(lines) > MOST_LINES:
        reader.wrong("notes", f"These are {len(lines)} lines. Count at most {MOST_LINES} at a time.")
    elif long := next((at for at, line in enumerate(lines, 1) if len(line) > LONGEST_LINE), 0):
        reader.wrong("notes", f"Line {long} is too long for a question. Put each question on a line of its own.")
    reader.check()
    return lines


def read_labels(form: Mapping[str, str], lines: Sequence[str]) -> dict[str, int]:
    """How many of which kind, as the facilitator says. Raises Invalid for a line without an answer."""
    reader, counts = Reader(form), dict.fromkeys(TALLIES, 0)
    for at in range(len(lines)):
        label = reader.choice(name_of(at), (*TALLIES, LEFT_OUT), f"Say what question {at + 1} was, or leave it out.")
        if label in counts:
            counts[label] += 1
    reader.check()
    return counts


def name_of(at: int) -> str:
    """The field that says what the line at `at`, counted from 0, was."""
    return f"question-{at + 1}"
