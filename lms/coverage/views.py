"""Pages of coverage for organisation managers: the whole organisation and one unit, on any day."""

from __future__ import annotations

import uuid
from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from assessments.wording import full_day
from lms.certificates.service import today
from lms.core.actor import Role
from lms.core.errors import Invalid
from lms.core.forms import Reader
from lms.core.unit import reading
from lms.core.web import actor, requires
from lms.coverage import service
from lms.coverage.listing import PER_PAGE, SHOW, SORT, chosen, first_words, headline
from lms.coverage.pace import foretell
from lms.coverage.service import Report

pages = Blueprint("coverage", __name__)

TOO_LATE = "Nobody knows yet what will be so then. Choose today or an earlier day."
MISSING = "Choose the day whose cover you want to see."


@pages.get("/coverage")
@requires(Role.MANAGER)
def coverage() -> ResponseReturnValue:
    """The whole organisation: who is covered, who is not, and what ends within 90 days."""
    errors: dict[str, str] = {}
    try:
        found = asked_report()
    except Invalid as error:
        found, errors = service.report(reading(), actor(), today(), _organisation()), dict(error.fields)
    listed = chosen(found.cover, request.args)
    now = today()
    page = render_template(
        "coverage/coverage.html",
        report=found,
        cover=found.cover,
        listed=listed,
        headline=headline(found.cover),
        headings=first_words(found),
        forecast=foretell(reading(), found) if found.on == now else None,
        shows=SHOW,
        sorts=SORT,
        today=now,
        kept=kept(found),
        typed=request.args.get("on", "")[:40] if errors else full_day(found.on),
        errors=errors,
        per_page=PER_PAGE,
        current="coverage",
    )
    return (page, 422) if errors else page


@pages.get("/coverage/units/<uuid:unit_id>")
@requires(Role.MANAGER)
def unit(unit_id: uuid.UUID) -> ResponseReturnValue:
    """One unit: who is certified until when, and who is on the way."""
    found = asked_report()
    return render_template(
        "coverage/unit.html",
        report=found,
        unit=service.unit_of(found, unit_id),
        held=sorted((each for each in found.held if each.unit_id == unit_id), key=lambda each: each.valid_until),
        training=sorted((each for each in found.training if each.unit_id == unit_id), key=lambda each: each.name),
        today=today(),
        kept=kept(found),
        current="coverage",
    )


def asked_report() -> Report:
    """The cover that the address asks for: of one of the actor's organisations, on a day. Raises NotFound, Invalid."""
    return service.report(reading(), actor(), _day(), _organisation())


def kept(found: Report) -> dict[str, str]:
    """What the addresses of further pages have to say, so that they are about the same organisation and day."""
    said = {} if found.on == today() else {"on": found.on.isoformat()}
    return said | ({"organisation": str(found.organisation_id)} if found.others else {})


def _day() -> date:
    now = today()
    if not request.args.get("on", "").strip():
        return now
    reader = Reader(request.args)
    on = reader.day("on", MISSING)
    if on is not None and on > now:
        reader.wrong("on", TOO_LATE)
    reader.check()
    return on or now


def _organisation() -> uuid.UUID | None:
    try:
        return uuid.UUID(request.args.get("organisation", ""))
    except ValueError:
        return None
