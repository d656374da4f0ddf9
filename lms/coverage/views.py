"""Pages of coverage for organisation managers."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from lms.certificates import service as certificates
from lms.core.actor import Role
from lms.core.unit import reading
from lms.core.web import actor, requires
from lms.coverage import service
from lms.coverage.rules import Cover, UnitCover, listed

pages = Blueprint("coverage", __name__)

SHOW = {"all": "", "none": "No cover", "risk": "At risk", "covered": "Covered"}
SORT = {
    "name": lambda unit: unit.name.casefold(),
    "empty": lambda unit: (-unit.empty, unit.name.casefold()),
    "ending": lambda unit: (unit.next_ending is None, unit.next_ending, unit.name.casefold()),
}


@pages.get("/coverage")
@requires(Role.MANAGER)
def coverage() -> ResponseReturnValue:
    """The whole organisation: who is covered, who is not, and what ends within 90 days."""
    found = service.report(reading(), actor(), certificates.today())
    show, sort = request.args.get("show", "all"), request.args.get("sort", "name")
    wanted = request.args.get("q", "")[:90].strip()
    units = [unit for unit in found.cover.units if _matches(unit, found.cover, show, wanted)]
    units.sort(key=SORT.get(sort, SORT["name"]))
    return render_template(
        "coverage/coverage.html",
        report=found,
        cover=found.cover,
        units=units,
        headings=_headings(found),
        asked={"q": wanted, "show": show if show in SHOW else "all", "sort": sort if sort in SORT else "name"},
        per=found.meaning.people,
        current="coverage",
    )


@pages.get("/coverage/units/<uuid:unit_id>")
@requires(Role.MANAGER)
def unit(unit_id: uuid.UUID) -> ResponseReturnValue:
    """One unit: who is certified until when, and who is on the way."""
    found = service.report(reading(), actor(), certificates.today())
    return render_template(
        "coverage/unit.html",
        report=found,
        unit=service.unit_of(found, unit_id),
        held=sorted((each for each in found.held if each.unit_id == unit_id), key=lambda each: each.valid_until),
        training=sorted(each.name for each in found.training if each.unit_id == unit_id),
        current="coverage",
    )


@pages.get("/coverage/export")
@requires(Role.MANAGER)
def export() -> ResponseReturnValue:
    """The units as a CSV file."""
    found = service.report(reading(), actor(), certificates.today())
    name = f"coverage-{found.cover.on.isoformat()}.csv"
    return Response(
        "\ufeff" + service.as_csv(found),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _matches(unit: UnitCover, cover: Cover, show: str, wanted: str) -> bool:
    state = SHOW.get(show, "")
    return wanted.casefold() in unit.name.casefold() and (not state or unit.state(cover.on) == state)


def _headings(found: service.Report) -> list[str]:
    """What the page says first about units without cover and units that soon will be."""
    cover, said = found.cover, []
    without = [unit.name for unit in cover.in_state("No cover")]
    risky = [unit.name for unit in cover.in_state("At risk")]
    if without:
        said.append(f"{listed(without)} {'has' if len(without) == 1 else 'have'} none.")
    if risky:
        last = max(unit.uncovered_from for unit in cover.in_state("At risk") if unit.uncovered_from)
        each = "loses its last one" if len(risky) == 1 else "each lose their last one"
        said.append(f"{listed(risky)} {each} by {last.day} {last:%B}.")
    said = said or ["None of them loses its last one within 90 days."]
    if found.left:
        one = len(found.left) == 1
        still = "certificate is still valid and covers" if one else "certificates are still valid and cover"
        said.append(f"{listed(found.left)} left: the {still} no unit.")
    return said
