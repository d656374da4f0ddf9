"""A trainee's pages of practice from before: what is there, what a file holds, and bringing that in."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from pathlib import PureWindowsPath

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock, settings
from lms.core.actor import Role
from lms.core.downloads import download
from lms.core.errors import Invalid
from lms.core.forms import Reader, page_of
from lms.core.phrases import duration, number
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.practice import earlier as service
from lms.practice import earlier_reading
from lms.practice.earlier_headings import HEADINGS
from lms.practice.earlier_reading import Reading
from lms.practice.earlier_sheet import MOST_BYTES
from lms.practice.waiting import PAGE, last_page

KINDS = {"group": "Group", "one-to-one": "One to one", "": ""}
PARTS = {"led": "Led", "shared": "Shared the lead", "watched": "Watched", "": ""}
NAMED = {
    "held_on": "Day, or first day",
    "until": "Last day, where a row covers several",
    "minutes": "Length in minutes",
    "hours": "Length in hours",
    "length": "Length in either: 90, 1:30, 1.5 h",
    "paid": "Paid hours",
    "pro_bono": "Pro bono hours, added to the paid ones",
    "begins": "Began at, where there is no length",
    "ends": "Ended at",
    "kind": "Group or one to one",
    "role": "Led, shared or watched",
    "people": "How many took part",
}


def install(pages: Blueprint) -> None:
    """Put these pages beside the other ones of practice: they are of one area."""
    pages.add_url_rule("/practice/earlier", view_func=earlier)
    pages.add_url_rule("/practice/earlier", view_func=earlier_read, methods=["POST"])
    pages.add_url_rule("/practice/earlier/bring-in", view_func=bring_in, methods=["POST"])
    pages.add_url_rule("/practice/earlier/template.csv", view_func=earlier_template)
    pages.add_url_rule("/practice/earlier/<uuid:earlier_id>/remove", view_func=remove_earlier, methods=["POST"])


@requires(Role.TRAINEE)
def earlier() -> ResponseReturnValue:
    """What you brought in, and a way to bring in more."""
    return _page({})


@requires(Role.TRAINEE)
def earlier_read() -> ResponseReturnValue:
    """What would be brought in from a file. Nothing is kept yet."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page({"file": "Choose a file first."})
    try:
        found = earlier_reading.read(sent.stream.read(MOST_BYTES + 1), _today())
    except Invalid as error:
        return _page(error.fields)
    return _read(found, _name(sent.filename))


@requires(Role.TRAINEE)
def bring_in() -> ResponseReturnValue:
    """Keep the rows that were shown, read once more by the same rules."""
    reader, who = Reader(request.form), actor()
    name = _name(reader.raw("name"))
    try:
        found = earlier_reading.read(reader.raw("rows").encode("utf-8", "replace"), _today())
        if found.refused:
            return _read(found, name, 422)
        with transaction() as db:
            count = service.bring_in(db, who, found.rows, name)
    except Invalid as error:
        return _page(error.fields)
    flash(
        f"{number(count, True)} row{'' if count == 1 else 's'} brought in."
        if count
        else "All of these rows were here already."
    )
    return redirect(url_for("practice.earlier"), 303)


@requires(Role.TRAINEE)
def remove_earlier(earlier_id: uuid.UUID) -> ResponseReturnValue:
    """A row that should not be there."""
    who = actor()
    with transaction() as db:
        service.remove(db, who, earlier_id)
    flash("The row is removed.")
    return redirect(url_for("practice.earlier"), 303)


@requires(Role.TRAINEE)
def earlier_template() -> ResponseReturnValue:
    """An empty sheet with our own headings."""
    return download("\ufeff" + earlier_reading.as_csv([]), "earlier-practice.csv", "text/csv")


def _today() -> date:
    return clock.today(settings.current().time_zone)


def _name(typed: str) -> str:
    """The file's own name, without the folders some browsers send."""
    bare = PureWindowsPath(typed).name
    return "".join(letter for letter in bare if letter.isprintable())[: service.LONGEST_NAME] or "file"


def _page(errors: Mapping[str, str]) -> ResponseReturnValue:
    db, who = reading(), actor()
    total = service.sum_of(db, who.person_id)
    page = min(page_of(request.args), last_page(total.rows))
    shown = render_template(
        "practice/earlier.html",
        current="practice",
        total=total,
        rows=service.page_of(db, who, page),
        page=page,
        more=page * PAGE < total.rows,
        duration=duration,
        kinds=KINDS,
        parts_played=PARTS,
        headings=[(NAMED[name], spellings) for name, spellings in HEADINGS.items()],
        errors=errors,
    )
    return shown, 422 if errors else 200


def _read(found: Reading, name: str, status: int = 200) -> ResponseReturnValue:
    there = service.there_already(reading(), actor())
    rows = found.rows
    fresh = sum(digest not in there for digest in rows)
    page = render_template(
        "practice/earlier_read.html",
        current="practice",
        found=found,
        fresh=fresh,
        here=len(rows) - fresh,
        minutes=sum(row.minutes for digest, row in rows.items() if digest not in there),
        carried=earlier_reading.as_csv(rows.values()),
        name=name,
        duration=duration,
        kinds=KINDS,
        parts_played=PARTS,
    )
    return page, status
