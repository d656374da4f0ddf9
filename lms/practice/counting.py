"""Count questions from notes: the coach proposes what each one is, the facilitator decides, four numbers remain.

What was asked in a circle belongs to the circle. The notes travel in the page and are kept nowhere.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments import marking
from lms.core.actor import Role
from lms.core.drawings import QUESTION_TYPES
from lms.core.errors import Invalid, NotFound
from lms.core.forms import Reader
from lms.core.phrases import number
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.practice import service
from lms.practice.drafts import CHANGE
from lms.practice.models import Draft
from lms.practice.rules import TALLIES

LEFT_OUT = "none"
MOST_LINES, LONGEST_LINE = 120, 500
LONGEST_NOTES = MOST_LINES * LONGEST_LINE
# “1.”, “2)”, “-”, “•”: how people number and mark a list.
_MARK = re.compile(r"^(?:\d{1,3}[.)]|[-*•–])\s+")


def install(pages: Blueprint) -> None:
    """Put this page beside the write-up's: it is of one area."""
    pages.add_url_rule("/practice/draft/<uuid:key>/count", view_func=count)
    pages.add_url_rule("/practice/draft/<uuid:key>/count", view_func=counted, methods=["POST"])


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
        label = reader.choice(_name(at), (*TALLIES, LEFT_OUT), f"Say what question {at + 1} was, or leave it out.")
        if label in counts:
            counts[label] += 1
    reader.check()
    return counts


@requires(Role.TRAINEE)
def count(key: uuid.UUID) -> ResponseReturnValue:
    """An empty field for the notes."""
    return _page(_draft(key), [], {}, {})


@requires(Role.TRAINEE)
def counted(key: uuid.UUID) -> ResponseReturnValue:
    """Propose a label for every question, or put the confirmed numbers into the write-up."""
    who, draft, form = actor(), _draft(key), request.form
    try:
        lines = read_notes(form)
    except Invalid as error:
        return _page(draft, [], form, error.fields)
    if form.get("do") != "use":
        return _page(draft, lines, {_name(at): proposal(line) for at, line in enumerate(lines)}, {})
    try:
        counts = read_labels(form, lines)
    except Invalid as error:
        return _page(draft, lines, form, error.fields)
    with transaction() as db:
        service.set_tallies(db, who, key, counts)
    total = sum(counts.values())
    flash(f"{number(total, True)} question{'' if total == 1 else 's'} counted. Your notes are not kept.")
    return redirect(f"{_write_up(draft)}#questions", 303)


def _draft(key: uuid.UUID) -> Draft:
    found = service.find_draft(reading(), actor(), key)
    if found is None:
        raise NotFound
    return found


def _write_up(draft: Draft) -> str:
    if draft.kind == CHANGE:
        signed = service.get_session(reading(), actor(), draft.key).state == "signed"
        return url_for("practice.correct" if signed else "practice.edit", session_id=draft.key)
    return url_for("practice.new", key=draft.key)


def _name(at: int) -> str:
    return f"question-{at + 1}"


def _page(
    draft: Draft, lines: Sequence[str], form: Mapping[str, str], errors: Mapping[str, str]
) -> ResponseReturnValue:
    """The notes to paste, or their lines with what each is counted as."""
    page = render_template(
        "practice/count.html",
        current="practice",
        write_up=_write_up(draft),
        notes="\n".join(lines) or form.get("notes", ""),
        questions=[(_name(at), line, form.get(_name(at), "")) for at, line in enumerate(lines)],
        labels=[(kind, QUESTION_TYPES[kind]) for kind in TALLIES] + [(LEFT_OUT, "Leave it out")],
        errors=errors,
    )
    return page, 422 if errors else 200
