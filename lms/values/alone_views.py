"""Pages of what somebody does alone about values: the belief line with its sheet for a group, and the table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments.beliefs import PLACES, current_beliefs
from assessments.value_rows import CELLS
from lms.core.errors import Conflict, Invalid, OldPage
from lms.core.forms import Reader, version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in, tell_script
from lms.learning.links import find_lesson
from lms.values import alone, written_forms
from lms.values.sort_views import pages

__all__ = ["pages"]

LINE_LESSON, TABLE_LESSON = "M05-L1", "M05-L2"


def lesson_link(lesson_id: str) -> str:
    """The address of the lesson an exercise belongs to, or of all of them."""
    found = find_lesson(lesson_id)
    return found[1] if found else url_for("learning.index")


@pages.get("/values/beliefs")
@signed_in
def beliefs() -> ResponseReturnValue:
    """The belief line: to stand on, or then and now side by side."""
    return _line()


def _line(
    form: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None, told: str = ""
) -> ResponseReturnValue:
    found = alone.look(reading(), actor())
    page = render_template(
        "values/beliefs.html",
        current="learn",
        stood=found,
        row=found.row,
        places=list(enumerate(PLACES, start=1)),
        form=form or {},
        errors=errors or {},
        told=told,
        lesson=lesson_link(LINE_LESSON),
    )
    return page, 409 if told else 422 if errors else 200


@pages.post("/values/beliefs")
@signed_in
def stand() -> ResponseReturnValue:
    """Keep where somebody stands."""
    who, form = actor(), request.form
    pack = alone.look(reading(), who).pack
    try:
        places, why = written_forms.read_places(form, pack)
        with transaction() as db:
            alone.stand(db, who, version_of(form), places, why)
    except Invalid as error:
        return _line(form, error.fields)
    except Conflict as error:
        return _line(form, told=error.sentence)
    flash("It is kept. Nobody else sees it.")
    return redirect(url_for("values.beliefs"), 303)


@pages.get("/values/beliefs/sheet")
@signed_in
def beliefs_sheet() -> ResponseReturnValue:
    """The ten sentences to print, or to hold up in a group that stands along a wall."""
    return render_template(
        "values/beliefs_sheet.html", current="learn", statements=current_beliefs().statements, places=PLACES
    )


@pages.get("/values/table")
@signed_in
def table() -> ResponseReturnValue:
    """Six values, each with a behaviour, its count and a breach."""
    return _table(alone.look_at_table(reading(), actor()))


def _table(found: alone.Table, status: int = 200, **more: Any) -> ResponseReturnValue:
    values = {"errors": {}, "told": "", "theirs": {}, "version": found.version} | more
    typed = {f"{cell}-{key}": text for key, row in found.rows.items() for cell, text in row.items()}
    values["form"] = values.get("form") or typed
    page = render_template(
        "values/table.html",
        current="learn",
        table=found,
        hints=found.hints() if status == 200 else {},
        cells=CELLS,
        lesson=lesson_link(TABLE_LESSON),
        **values,
    )
    return page, status


@pages.post("/values/table")
@signed_in
def keep_table() -> ResponseReturnValue:
    """Keep what is written so far, and look at it or leave."""
    who, form = actor(), request.form
    now = alone.look_at_table(reading(), who)
    try:
        rows = written_forms.read_rows(form, now.pack)
        with transaction() as db:
            kept = alone.keep_table(db, who, version_of(form), rows)
    except Invalid as error:
        return _table(now, 422, form=form, errors=error.fields, version=version_of(form))
    except OldPage as error:
        theirs = {f"{cell}-{key}": text for key, row in error.kept.items() for cell, text in row.items() if text}
        return _table(now, 409, form=form, version=error.version, told=error.sentence, theirs=theirs)
    if Reader(form).ticked("leave"):
        return redirect(lesson_link(TABLE_LESSON), 303)
    flash("The table is complete." if kept.complete else f"Kept. {kept.whole} of {len(kept.pack.values)} are whole.")
    return redirect(url_for("values.table"), 303)


@pages.post("/values/table/draft")
@signed_in
def draft_table() -> ResponseReturnValue:
    """What the page sends by itself while somebody writes."""
    who = actor()

    def save() -> int:
        rows = written_forms.read_rows(request.form, alone.look_at_table(reading(), who).pack)
        with transaction() as db:
            return alone.keep_table(db, who, version_of(request.form), rows).version

    return tell_script(save, "You wrote on in another browser. Press “Keep my table” to see both")
