"""Pages of coverage for organisation managers."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from lms.certificates import service as certificates
from lms.core import phrases
from lms.core.actor import Role
from lms.core.errors import Invalid
from lms.core.forms import identity_of
from lms.core.unit import reading
from lms.core.web import actor, requires
from lms.coverage import forms, meaning_views, service
from lms.coverage.rules import Cover, UnitCover, listed

pages = Blueprint("coverage", __name__)
meaning_views.install(pages)

SHOW = {"all": "", "none": "No cover", "risk": "At risk", "covered": "Covered"}
SORT = {
    "name": lambda unit: unit.name.casefold(),
    "empty": lambda unit: (-unit.empty, unit.name.casefold()),
    "ending": lambda unit: (unit.next_ending is None, unit.next_ending, unit.name.casefold()),
}


@pages.get("/coverage")
@requires(Role.MANAGER)
def coverage() -> ResponseReturnValue:
    """The whole organisation on a day: who is covered, who is not, and what ends within 90 days."""
    found, errors = _found()
    show, sort = request.args.get("show", "all"), request.args.get("sort", "name")
    wanted = request.args.get("q", "")[:90].strip()
    units = [unit for unit in found.cover.units if _matches(unit, found.cover, show, wanted)]
    units.sort(key=SORT.get(sort, SORT["name"]))
    page = render_template(
        "coverage/coverage.html",
        report=found,
        cover=found.cover,
        units=units,
        headings=_headings(found),
        asked={"q": wanted, "show": show if show in SHOW else "all", "sort": sort if sort in SORT else "name"},
        errors=errors,
        **_day(found),
    )
    return page, 422 if errors else 200


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
        training=sorted(each.name for each in found.training if each.unit_id == unit_id),
        errors=errors,
        **_day(found),
    )
    return page, 422 if errors else 200


@pages.get("/coverage/export")
@requires(Role.MANAGER)
def export() -> ResponseReturnValue:
    """The units on a day as a CSV file."""
    found, errors = _found()
    if errors:
        raise Invalid(errors)
    name = f"coverage-{found.on.isoformat()}.csv"
    return Response(
        "\ufeff" + service.as_csv(found),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _found() -> tuple[service.Report, dict[str, str]]:
    """The day and the organisation an address asks for: today and the first by name, unless it says otherwise."""
    on, errors = forms.read_day(request.args, certificates.today())
    return service.report(reading(), actor(), on, identity_of(request.args, "organisation")), errors


def _day(found: service.Report) -> dict[str, Any]:
    """What every page of a day needs: whether it is past, what was typed, and what its links carry on."""
    past = found.on < certificates.today()
    chosen = {"organisation": found.organisation_id} if found.others else {}
    return {
        "past": past,
        "here": chosen | ({"on": found.on.isoformat()} if past else {}),
        "typed": request.args.get("on", "")[:40] or phrases.full_day(found.on),
        "organisations": [(each.organisation_id, each.organisation_name) for each in service.all_managed(actor())],
        "current": "coverage",
    }


def _matches(unit: UnitCover, cover: Cover, show: str, wanted: str) -> bool:
    state = SHOW.get(show, "")
    return wanted.casefold() in unit.name.casefold() and (not state or unit.state(cover.on) == state)


def _headings(found: service.Report) -> list[str]:
    """What the page says first about units without cover and units that soon will be."""
    cover, said, past = found.cover, [], found.on < certificates.today()
    without = [unit.name for unit in cover.in_state("No cover")]
    risky = [unit.name for unit in cover.in_state("At risk")]
    if without:
        said.append(f"{listed(without)} {'had' if past else 'has' if len(without) == 1 else 'have'} none.")
    if risky:
        last = max(unit.uncovered_from for unit in cover.in_state("At risk") if unit.uncovered_from)
        said.append(f"{listed(risky)} {_losing(past=past, one=len(risky) == 1)} by {last.day} {last:%B}.")
    if not said:
        said.append(f"None of them {'was to lose' if past else 'loses'} its last one within 90 days.")
    if found.left and not past:
        one = len(found.left) == 1
        still = "certificate is still valid and covers" if one else "certificates are still valid and cover"
        said.append(f"{listed(found.left)} left: the {still} no unit.")
    return said


def _losing(*, past: bool, one: bool) -> str:
    if past:
        return "was to lose its last one" if one else "were each to lose their last one"
    return "loses its last one" if one else "each lose their last one"
