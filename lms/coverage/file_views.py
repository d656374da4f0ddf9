"""An organisation's cover on any day to take along: as a workbook, as plain text, on paper."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from lms.certificates import on_paper
from lms.certificates.service import today
from lms.core import clock, phrases, settings
from lms.core.actor import Role
from lms.core.unit import end_reading
from lms.core.web import requires
from lms.coverage.asked import asked_report
from lms.coverage.files import XLSX, as_csv, as_xlsx
from lms.coverage.listing import first_words, headline
from lms.coverage.sheets import COLUMNS, Sheet, sheet

UNDRAWN = "The PDF could not be drawn now. Try again in a minute; the spreadsheet has the same figures."


def install(pages: Blueprint) -> None:
    """Put these beside the pages of coverage: they are of one area."""
    pages.add_url_rule("/coverage/export", view_func=export)
    pages.add_url_rule("/coverage/export.xlsx", view_func=workbook)
    pages.add_url_rule("/coverage/report.pdf", view_func=paper)


@requires(Role.MANAGER)
def export() -> ResponseReturnValue:
    """The units as a CSV file."""
    told = _sheet()
    return _file(as_csv(told), "text/csv", told, "csv")


@requires(Role.MANAGER)
def workbook() -> ResponseReturnValue:
    """The units as a workbook, and how the figures came about."""
    told = _sheet()
    return _file(as_xlsx(told), XLSX, told, "xlsx")


@requires(Role.MANAGER)
def paper() -> ResponseReturnValue:
    """The same on paper, tagged for those who have it read to them."""
    found = asked_report()
    told = sheet(found, _made())
    past = found.on < today()
    page = render_template(
        "coverage/paper.html",
        report=found,
        sheet=told,
        columns=COLUMNS,
        headline=headline(found, past=past),
        headings=first_words(found, past=past),
    )
    end_reading()  # drawing takes its time, and needs nothing more
    try:
        drawn = on_paper.draw(page)
    except on_paper.Undrawn:
        return render_template("coverage/undrawn.html", sentence=UNDRAWN, sheet=told, current="coverage"), 503
    return _file(drawn, "application/pdf", told, "pdf")


def _sheet() -> Sheet:
    return sheet(asked_report(), _made())


def _made() -> str:
    now, zone = clock.now(), settings.current().time_zone
    return f"{phrases.full_day(clock.today(zone))} at {phrases.hour(now, zone)}"


def _file(content: bytes, kind: str, told: Sheet, ending: str) -> Response:
    name = f"coverage-{told.on.isoformat()}.{ending}"
    return Response(content, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
