"""Pages of coverage for organisation managers: the whole organisation and one unit, on any day."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from lms.certificates.service import today
from lms.core import phrases
from lms.core.actor import Role
from lms.core.unit import reading
from lms.core.web import actor, requires
from lms.coverage import file_views, listing, meaning_views, person_views, service
from lms.coverage.asked import found_and_faults
from lms.coverage.pace import foretell
from lms.coverage.service import Report

pages = Blueprint("coverage", __name__)
meaning_views.install(pages)
file_views.install(pages)
person_views.install(pages)


@pages.get("/coverage")
@requires(Role.MANAGER)
def coverage() -> ResponseReturnValue:
    """The whole organisation on a day: who is covered, who is not, and what ends within 90 days."""
    found, errors = found_and_faults()
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
        **day,
    )
    return page, 422 if errors else 200


@pages.get("/coverage/units/<uuid:unit_id>")
@requires(Role.MANAGER)
def unit(unit_id: uuid.UUID) -> ResponseReturnValue:
    """One unit on a day: who is certified until when, who rests, and who is on the way."""
    found, errors = found_and_faults()
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


def _day(found: Report) -> dict[str, Any]:
    """What every page of a day needs: whether it is past, what was typed, and what its links carry on."""
    past = found.on < today()
    chosen = {"organisation": found.organisation_id} if found.others else {}
    return {
        "past": past,
        "here": chosen | ({"on": found.on.isoformat()} if past else {}),
        "typed": request.args.get("on", "")[:40] or phrases.full_day(found.on),
        "organisations": [(each.organisation_id, each.organisation_name) for each in service.all_managed(actor())],
        "current": "coverage",
    }
