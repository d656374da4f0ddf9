"""Pages for bringing people and units in: choose a file, look at what it would do, apply it."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from lms.core.downloads import download
from lms.core.errors import Invalid, Stale
from lms.core.forms import identity_of, page_of
from lms.core.phrases import full_day, number
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires, takes
from lms.organisations import forms, service
from lms.organisations.cells import safe
from lms.organisations.columns import COLUMNS, PEOPLE, REASON, SAMPLES, UNITS, WHERE
from lms.organisations.files import MOST_BYTES
from lms.organisations.models import Import, ImportRow

pages = Blueprint("organisations", __name__)
LAST_PAGE = 5_000
MISSING = "missing"
SHOWN = ("refused", "changed", "created", "unchanged", MISSING)
ROOM = 100_000  # for the other fields of the form
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/people/import")
@requires(*service.CARERS)
def index() -> ResponseReturnValue:
    """Choose a file; what it may look like; what was brought before."""
    return _index({})


@pages.post("/people/import")
@takes(MOST_BYTES + ROOM)
@requires(*service.CARERS)
def bring() -> ResponseReturnValue:
    """Check a file. Nothing of it is saved yet."""
    sent = request.files.get("file")
    try:
        name = sent.filename if sent else None
        place = forms.read_place(request.form, _offered(), name)
        assert sent is not None  # noqa: S101 - without one there is no name
        key = identity_of(request.form) or uuid.uuid4()
        with transaction() as db:
            run = service.bring(db, actor(), key, place, forms.plain_name(name or ""), sent.stream)  # type: ignore[arg-type]
    except Invalid as error:
        return _index(error.fields)
    return redirect(url_for("organisations.show", import_id=run.id), 303)


@pages.get("/people/import/sample")
@requires(*service.CARERS)
def sample() -> ResponseReturnValue:
    """A file to begin with: people or units as CSV, or both as a workbook."""
    wanted = request.args.get("of", "")
    if wanted in SAMPLES:
        rows: Iterable[Sequence[str]] = SAMPLES[wanted]
        return download(_csv(rows), f"{wanted}.csv", "text/csv")
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for kind in (UNITS, PEOPLE):
        page = book.create_sheet(kind.capitalize())
        for row in SAMPLES[kind]:
            page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return download(out.getvalue(), "people-and-units.xlsx", XLSX)


@pages.get("/people/import/<uuid:import_id>")
@requires(*service.CARERS)
def show(import_id: uuid.UUID) -> ResponseReturnValue:
    """What a file would do, or did."""
    return _show(service.get_import(reading(), actor(), import_id))


@pages.post("/people/import/<uuid:import_id>/apply")
@requires(*service.CARERS)
def apply(import_id: uuid.UUID) -> ResponseReturnValue:
    """Do what was shown, all of it or nothing."""
    try:
        wanted = forms.read_decision(request.form)
        with transaction() as db:
            run = service.apply(db, actor(), import_id, wanted.version, without=wanted.without, left_on=wanted.left_on)
    except Invalid as error:
        return _show(service.get_import(reading(), actor(), import_id), errors=error.fields), 422
    except Stale as error:
        return _show(service.get_import(reading(), actor(), import_id), changes=error.changes), 409
    except service.Moved:
        with transaction() as db:
            changes = service.check_again(db, actor(), import_id)
        return _show(service.get_import(reading(), actor(), import_id), changes=changes), 409
    counts = service.totals(run)
    if run.state == "applied" and (counts["created"] or counts["changed"] or run.ended):
        flash("It is saved. The same file again changes nothing.")
    return redirect(url_for("organisations.show", import_id=import_id), 303)


@pages.get("/people/import/<uuid:import_id>/refused.csv")
@requires(*service.CARERS)
def refused(import_id: uuid.UUID) -> ResponseReturnValue:
    """The refused rows of one sheet with their reasons, to be mended and sent again."""
    run = service.get_import(reading(), actor(), import_id)
    sheet = UNITS if request.args.get("sheet") == UNITS else PEOPLE
    lines = stream_with_context(_refused(run, sheet))
    return download(lines, f"refused-{sheet}.csv", "text/csv")


def _refused(run: Import, sheet: str) -> Iterator[str]:
    written: Mapping[str, str] = run.columns.get(sheet, {})
    fields = [each.field for each in COLUMNS[sheet] if each.field in written]
    yield "\ufeff" + _line([*(written[each] for each in fields), WHERE, REASON])
    for row in service.refused_rows(reading(), run, sheet):
        where = f"Row {row.number}, {service.heading(run, row)}"
        yield _line([*(row.cells.get(each, "") for each in fields), where, row.reason])


def _csv(rows: Iterable[Sequence[str]]) -> str:
    return "\ufeff" + "".join(_line(row) for row in rows)


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([safe(each) for each in cells])
    return out.getvalue()


def _offered() -> dict[str, str]:
    return {str(each.id): each.name for each in service.organisations(reading(), actor())}


def _index(errors: Mapping[str, str]) -> ResponseReturnValue:
    page = render_template(
        "organisations/index.html",
        offered=list(_offered().items()),
        chosen=request.form.get("organisation", ""),
        key=identity_of(request.form) or uuid.uuid4(),
        brought=service.list_imports(reading(), actor()),
        columns=COLUMNS,
        totals=service.totals,
        errors=errors,
        current="people",
    )
    return page, 422 if errors else 200


def _show(run: Import, errors: Mapping[str, str] | None = None, changes: Sequence[str] = ()) -> str:
    counts, absent = service.totals(run), service.count_missing(reading(), run) if run.state == "checked" else 0
    asked = request.args.get("show", "")
    first = next((each for each in SHOWN if counts.get(each)), "unchanged")
    which = asked if asked in SHOWN else first
    page = min(page_of(request.args), LAST_PAGE)
    rows: Sequence[ImportRow] = ()
    people: Sequence[service.Missing] = ()
    if which == MISSING and run.state == "checked":
        people, more = service.list_missing(reading(), run, page)
    else:
        rows, more = service.list_rows(reading(), run, which, page)
    return render_template(
        "organisations/import.html",
        run=run,
        organisation=_offered()[str(run.organisation_id)],
        counts={**counts, MISSING: absent},
        total=service.rows_of(run),
        which=which,
        rows=rows,
        people=people,
        more=more,
        page=page,
        heading=service.heading,
        title=_title(run, counts),
        form=request.form,
        day=full_day(run.day),
        key=uuid.uuid4(),
        errors=errors or {},
        changes=changes,
        current="people",
    )


def _title(run: Import, counts: Mapping[str, int]) -> str:
    if run.state in TITLES:
        return TITLES[run.state]
    saved, left_out = counts["created"] + counts["changed"], counts["refused"]
    if run.state == "applied" and saved:
        return f"{number(saved, True)} {'row is' if saved == 1 else 'rows are'} saved"
    if run.state == "applied":
        return "Whoever was not in the file has left" if run.ended else "Nothing changed"
    if left_out:
        return (
            f"Nothing is saved yet. {number(left_out, True)} {'row needs' if left_out == 1 else 'rows need'} you first"
        )
    return "Nothing is saved yet. Every row can be taken" if saved else "All of this is here already"


TITLES = {
    "waiting": "Your file is being read",
    "refused": "This file was not taken",
    "applying": "Your changes are being saved",
}
