"""Pages of coverage for organisation managers: the whole organisation on any day, one unit, and files of both."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from lms.certificates import on_paper
from lms.certificates.service import today
from lms.core import clock, phrases, settings
from lms.core.actor import Role
from lms.core.downloads import download
from lms.core.forms import identity_of
from lms.core.unit import end_reading, reading
from lms.core.web import actor, requires
from lms.coverage import files, forms, listing, meaning_views, person_views, service
from lms.coverage.pace import foretell
from lms.coverage.service import Report
from lms.coverage.sheets import COLUMNS, Sheet, sheet
from lms.people.managed import all_managed

pages = Blueprint("coverage", __name__)
meaning_views.install(pages)
person_views.install(pages)

UNDRAWN = "The PDF could not be drawn now. Try again in a minute; the spreadsheet has the same figures."


@pages.get("/coverage")
@requires(Role.MANAGER)
def coverage(fault: str = "") -> ResponseReturnValue:
    """The whole organisation on a day: who is covered, who is not, and what ends within 90 days."""
    found, errors = _found()
    day = _day(found)
    page = render_template(
        "coverage/coverage.html",
        report=found,
        cover=found.cover,
        listed=listing.chosen(found.cover, request.args),
        headline=listing.headline(found, past=day["past"]),
        headings=listing.first_words(found, past=day["past"]),
        forecast=None if day["past"] else foretell(reading(), found),
        shows=listing.SHOW,
        sorts=listing.SORT,
        per_page=listing.PER_PAGE,
        errors=errors,
        fault=fault,
        **day,
    )
    return page, 503 if fault else 422 if errors else 200


@pages.get("/coverage/units/<uuid:unit_id>")
@requires(Role.MANAGER)
def unit(unit_id: uuid.UUID) -> ResponseReturnValue:
    """One unit on a day: who is certified until when, who rests, and who is on the way."""
    found, errors = _found()
    held = sorted((each for each in found.held if each.unit_id == unit_id), key=lambda each: each.valid_until)
    page = render_template(
        "coverage/unit.html",
        report=found,
        unit=service.unit_of(found, unit_id),
        held=[each for each in held if each.active],
        resting=[each for each in held if not each.active],
        training=sorted((each for each in found.training if each.unit_id == unit_id), key=lambda each: each.name),
        errors=errors,
        **_day(found),
    )
    return page, 422 if errors else 200


@pages.get("/coverage/export")
@requires(Role.MANAGER)
def export() -> ResponseReturnValue:
    """The units on a day as a CSV file, for programs."""
    found, errors = _found()
    if errors:
        return coverage()
    told = sheet(found, _made())
    return _file(files.as_csv(told), "text/csv", told, "csv")


@pages.get("/coverage/export.xlsx")
@requires(Role.MANAGER)
def workbook() -> ResponseReturnValue:
    """The units on a day as a workbook, and how the figures came about."""
    found, errors = _found()
    if errors:
        return coverage()
    told = sheet(found, _made())
    return _file(files.as_xlsx(told), files.XLSX, told, "xlsx")


@pages.get("/coverage/report.pdf")
@requires(Role.MANAGER)
def paper() -> ResponseReturnValue:
    """The same on paper, tagged for those who have it read to them."""
    found, errors = _found()
    if errors:
        return coverage()
    told, past = sheet(found, _made()), found.on < today()
    page = render_template(
        "coverage/paper.html",
        report=found,
        sheet=told,
        columns=COLUMNS,
        headline=listing.headline(found, past=past),
        headings=listing.first_words(found, past=past),
    )
    end_reading()  # drawing takes its time, and needs nothing more
    try:
        drawn = on_paper.draw(page)
    except on_paper.Undrawn:
        return coverage(UNDRAWN)
    return _file(drawn, "application/pdf", told, "pdf")


def _found() -> tuple[Report, dict[str, str]]:
    """The day and the organisation an address asks for: today and the first by name, unless it says otherwise."""
    on, errors = forms.read_day(request.args, today())
    return service.report(reading(), actor(), on, identity_of(request.args, "organisation")), errors


def _day(found: Report) -> dict[str, Any]:
    """What every page of a day needs: whether it is past, what was typed, and what its links carry on."""
    past = found.on < today()
    chosen = {"organisation": found.organisation_id} if found.others else {}
    return {
        "past": past,
        "here": chosen | ({"on": found.on.isoformat()} if past else {}),
        "typed": request.args.get("on", "")[:40] or phrases.full_day(found.on),
        "organisations": [(each.id, each.name) for each in all_managed(actor())],
        "current": "coverage",
    }


def _made() -> str:
    zone = settings.current().time_zone
    return f"{phrases.full_day(clock.today(zone))} at {phrases.hour(clock.now(), zone)}"


def _file(content: bytes, kind: str, told: Sheet, ending: str) -> ResponseReturnValue:
    return download(content, f"coverage-{told.on.isoformat()}.{ending}", kind)
