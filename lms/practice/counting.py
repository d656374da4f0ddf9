"""Count questions from notes: the coach proposes what each one is, the facilitator decides, four numbers remain.

What was asked in a circle belongs to the circle. The notes travel in the page and are kept nowhere.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.actor import Role
from lms.core.drawings import QUESTION_TYPES
from lms.core.errors import Invalid, NotFound
from lms.core.phrases import number
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.practice import notes, service
from lms.practice.drafts import CHANGE
from lms.practice.models import Draft
from lms.practice.rules import TALLIES


def install(pages: Blueprint) -> None:
    """Put this page beside the write-up's: it is of one area."""
    pages.add_url_rule("/practice/draft/<uuid:key>/count", view_func=count)
    pages.add_url_rule("/practice/draft/<uuid:key>/count", view_func=counted, methods=["POST"])


@requires(Role.TRAINEE)
def count(key: uuid.UUID) -> ResponseReturnValue:
    """An empty field for the notes."""
    return _page(_draft(key), [], {}, {})


@requires(Role.TRAINEE)
def counted(key: uuid.UUID) -> ResponseReturnValue:
    """Propose a label for every question, or put the confirmed numbers into the write-up."""
    who, draft, form = actor(), _draft(key), request.form
    try:
        lines = notes.read_notes(form)
    except Invalid as error:
        return _page(draft, [], form, error.fields)
    if form.get("do") != "use":
        return _page(draft, lines, {notes.name_of(at): notes.proposal(line) for at, line in enumerate(lines)}, {})
    try:
        counts = notes.read_labels(form, lines)
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


def _page(
    draft: Draft, lines: Sequence[str], form: Mapping[str, str], errors: Mapping[str, str]
) -> ResponseReturnValue:
    """The notes to paste, or their lines with what each is counted as."""
    page = render_template(
        "practice/count.html",
        current="practice",
        write_up=_write_up(draft),
        notes="\n".join(lines) or form.get("notes", ""),
        questions=[(notes.name_of(at), line, form.get(notes.name_of(at), "")) for at, line in enumerate(lines)],
        labels=[(kind, QUESTION_TYPES[kind]) for kind in TALLIES] + [(notes.LEFT_OUT, "Leave it out")],
        errors=errors,
    )
    return page, 422 if errors else 200
